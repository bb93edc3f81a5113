"""The orgs of `dashapp demo`, and their live events."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from dashapp.cli.context import operator_scope, scope_of
from dashapp.cli.serving import demo
from dashapp.cli.serving.demo import feed, make_demo
from dashapp.dashboards.provision import add_org
from dashapp.domain.demo.orgs import SAMPLE_ORGS
from dashapp.domain.time.instant import from_us, to_us
from dashapp.queries.saved_dashboards import saved_dashboards
from dashapp.queries.sent_events import sent_events
from tests.factories import time_range
from tests.panels import panel

MIDNIGHT = datetime(2026, 11, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def today(store, acme):
    """Return a query's row for today, as of a given time."""

    def today(query, now):
        with store.read(acme) as session:
            return query(session, acme, time_range("7d", now=now))[-1]

    return today


def sent(store, slug):
    """Return the number of events of each type of an org."""
    scope = scope_of(store, slug)
    with store.read(scope) as session:
        return {row.type: row.events for row in sent_events(session, scope, has_examples=False)}


def boards(store, slug):
    scope = scope_of(store, slug)
    with store.read(scope) as session:
        return [dashboard.slug for dashboard in saved_dashboards(session, scope)]


def test_the_demo_has_two_orgs_that_validate_data_and_one_that_sells_meals(store, monkeypatch):
    monkeypatch.setattr(demo, "DAYS", 7)
    make_demo(store, MIDNIGHT)
    make_demo(store, MIDNIGHT)  # a second start adds nothing

    assert boards(store, "acme") == boards(store, "rival") == ["operations", "conversations"]
    assert boards(store, "bistro") == ["shop"]
    assert sent(store, "acme")["validation_run.created"] == 148
    assert sent(store, "rival")["validation_run.created"] == 66
    assert sent(store, "bistro") == {
        "cart.checked_out": 263,
        "cart.created": 405,
        "delivery.finished": 218,
        "order.paid": 239,
    }


def test_orders_arrive_while_the_demo_runs(store):
    add_org(store, operator_scope, "bistro", timezone="Europe/Berlin", now=1)
    dinner = MIDNIGHT + 18 * HOUR
    first = feed(store, "bistro", after=dinner, until=dinner + HOUR)
    again = feed(store, "bistro", after=dinner, until=dinner + HOUR)
    night = feed(store, "bistro", after=dinner + 8 * HOUR, until=dinner + 9 * HOUR)

    assert (again.accepted, again.duplicates) == (0, first.accepted)
    assert first.accepted > night.accepted > 5
    assert first.rejected == night.rejected == []


def test_no_planned_event_is_lost_between_two_feeds(store, acme):
    """Whatever the moment at which the time is divided, even that of an event."""
    whole = {e.id for e in planned(MIDNIGHT + 8 * HOUR, MIDNIGHT + 9 * HOUR)}
    moments = sorted({e.occurred_at for e in planned(MIDNIGHT + 8 * HOUR, MIDNIGHT + 9 * HOUR)})
    cut = from_us(moments[len(moments) // 2])
    feed(store, "acme", after=MIDNIGHT + 8 * HOUR, until=cut)
    feed(store, "acme", after=cut, until=MIDNIGHT + 9 * HOUR)

    with store.read(acme) as session:
        stored = set(session.execute(text("SELECT id FROM events")).scalars())
    assert whole <= stored


def planned(low, high):
    """Return the planned events of Acme in `low <= t < high`."""
    events = SAMPLE_ORGS["acme"].past_events("acme", ZoneInfo("UTC"), high, 1)
    return [event for event in events if event.occurred_at >= to_us(low)]


def test_soon_after_midnight_the_board_has_events_of_today(store, acme, today):
    now = MIDNIGHT + timedelta(minutes=10)
    feed(store, "acme", after=now - HOUR, until=now)

    assert today(panel("events-time-series"), now).value >= 10


def test_events_fed_again_count_once(store, acme):
    first = feed(store, "acme", after=MIDNIGHT, until=MIDNIGHT + HOUR)
    again = feed(store, "acme", after=MIDNIGHT, until=MIDNIGHT + HOUR)
    next_hour = feed(store, "acme", after=MIDNIGHT + HOUR / 2, until=MIDNIGHT + 2 * HOUR)

    assert (again.accepted, again.duplicates) == (0, first.accepted)
    assert next_hour.accepted > 0
    assert first.rejected == again.rejected == next_hour.rejected == []


def test_planned_events_arrive_when_they_are_due(store, acme, today):
    morning, evening = MIDNIGHT + 6 * HOUR, MIDNIGHT + 20 * HOUR
    feed(store, "acme", after=morning - timedelta(seconds=10), until=morning)
    before = today(panel("total-validations"), morning).value
    feed(store, "acme", after=morning, until=evening)

    assert before <= 1
    assert today(panel("total-validations"), evening).value > 24
    assert (
        today(panel("events-time-series"), evening + HOUR).value
        == today(panel("events-time-series"), evening).value
    )


def test_the_feed_ends_when_its_standard_input_closes(sqlite_url):
    process = subprocess.Popen(
        [sys.executable, "-m", "dashapp", "feed-demo"],
        env={**os.environ, "DASHAPP_DATABASE_URL": sqlite_url},
        stdin=subprocess.PIPE,
    )
    process.stdin.close()

    assert process.wait(30) == 0
