"""A clock that jumps: upkeep removes nothing, whichever way it went, and says so."""

from datetime import timedelta

import pytest
from click.testing import CliRunner

from dashapp.cli import main
from dashapp.domain.time.instant import to_us, utc_now
from dashapp.store.health.clock import is_steady
from dashapp.store.health.moments import Moment, set_moment
from dashapp.store.orgs import orgs
from dashapp.store.upkeep import Needs, run_due, run_upkeep
from tests.factories import NOW, event, scope, send, stored_events

pytestmark = pytest.mark.both_databases
NOTHING = Needs(lambda _owner: [], "none")
RETENTION = 30  # days


@pytest.fixture
def kept(store, acme):
    """An org that keeps events for 30 days, after a pass of upkeep; its events are recent."""
    with store.write_shared() as session:
        orgs.set_org(session, acme, keep_days=RETENTION)
    send(store, acme, [event(at=NOW - timedelta(days=day)) for day in range(3)])
    run_upkeep(store, scope, NOTHING, NOW)
    return store


def count(store, acme):
    return len(stored_events(store, acme))


@pytest.mark.parametrize("run", [
    lambda store, now: run_upkeep(store, scope, NOTHING, now),
    lambda store, now: run_upkeep(store, scope, NOTHING, now, is_for_all=True),
    lambda store, now: run_due(store, scope, now),
])  # fmt: skip
def test_a_clock_far_ahead_removes_nothing(kept, acme, caplog, run):
    wrong = NOW + timedelta(days=400)
    run(kept, wrong)
    run(kept, wrong + timedelta(hours=1))

    assert count(kept, acme) == 3
    assert "the clock has jumped" in caplog.text


def test_a_clock_that_was_ahead_and_is_right_again_prunes_after_a_day(kept, acme):
    run_upkeep(kept, scope, NOTHING, NOW + timedelta(days=400))
    run_upkeep(kept, scope, NOTHING, NOW + timedelta(hours=2))
    assert count(kept, acme) == 3

    send(kept, acme, [event(at=NOW - timedelta(days=RETENTION + 5))])
    run_upkeep(kept, scope, NOTHING, NOW + timedelta(hours=20), is_for_all=True)
    assert count(kept, acme) == 4
    run_upkeep(kept, scope, NOTHING, NOW + timedelta(hours=27), is_for_all=True)
    assert count(kept, acme) == 3


def test_a_dormant_org_is_pruned_as_time_goes_by(kept, acme):
    for day in range(1, RETENTION + 2):
        run_upkeep(kept, scope, NOTHING, NOW + timedelta(days=day))

    assert count(kept, acme) == 0


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (timedelta(days=2, hours=23), True),
        (timedelta(days=3, minutes=1), False),
        (timedelta(minutes=-4), True),
        (timedelta(minutes=-6), False),
    ],
)
def test_how_far_a_clock_may_go_between_two_passes(store, acme, step, expected):
    assert is_steady(store, to_us(NOW))
    assert is_steady(store, to_us(NOW + step)) is expected


def test_prune_without_a_date_refuses_a_clock_that_jumped(kept, acme, monkeypatch):
    url = kept.url.render_as_string(hide_password=False)
    monkeypatch.setenv("DASHAPP_DATABASE_URL", url)
    with kept.write_shared() as session:
        set_moment(session, Moment.UPKEEP, to_us(utc_now() - timedelta(days=200)))

    refused = CliRunner().invoke(main, ["prune"])
    assert refused.exit_code == 1
    assert "200 days" in refused.output
    assert "--before DATE" in refused.output
    assert count(kept, acme) == 3

    assert CliRunner().invoke(main, ["prune", "--before", "2030-01-01"]).exit_code == 0
    assert count(kept, acme) == 0
