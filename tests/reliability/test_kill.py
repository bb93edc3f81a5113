"""One kill of each kind in every test run; `make kill CYCLES=1000` runs a thousand kills."""

import pytest

from tests import postgresql
from tests.effort import scaled
from tests.reliability import kill


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_acknowledged_events_are_neither_lost_nor_counted_twice(database):
    if database == "postgresql" and postgresql.programs() is None:
        pytest.skip("PostgreSQL is not installed")

    cycles = scaled(len(kill.TARGETS[database]))

    result = kill.run(database, cycles)

    assert (result.lost, result.twice, result.unknown, result.differences) == (0, 0, 0, 0)
    assert result.least_in_a_cycle >= kill.MIN_EVENTS
    assert result.acknowledged >= (cycles + 1) * kill.MIN_EVENTS
    assert set(result.kills.values()) == {scaled(1)}


def test_a_result_with_an_error_is_not_exact():
    exact = kill.Result("sqlite", 5, {}, 600, 600, 0, 0, 0, 0, 100, 1.0)

    assert exact.is_exact
    for fault in ("lost", "twice", "unknown", "differences"):
        assert not exact._replace(**{fault: 1}).is_exact
    assert not exact._replace(least_in_a_cycle=99).is_exact
