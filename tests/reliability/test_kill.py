"""Five kills in every run of the tests; a thousand on demand: make kill CYCLES=1000."""

import pytest

from tests import postgresql
from tests.reliability import kill


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_nothing_that_was_acknowledged_is_lost_or_counted_twice(database):
    if database == "postgresql" and postgresql.programs() is None:
        pytest.skip("PostgreSQL is not installed")

    found = kill.run(database, cycles=5)

    assert (found.lost, found.twice, found.unknown, found.differences) == (0, 0, 0, 0)
    assert found.least_in_a_cycle >= kill.FLOOR
    assert found.acknowledged >= 6 * kill.FLOOR
    assert sum(found.kills.values()) == 5


def test_a_result_with_a_fault_is_not_exact():
    fine = kill.Result("sqlite", 5, {}, 600, 600, 0, 0, 0, 0, 100, 1.0)

    assert fine.is_exact
    for fault in ("lost", "twice", "unknown", "differences"):
        assert not fine._replace(**{fault: 1}).is_exact
    assert not fine._replace(least_in_a_cycle=99).is_exact
