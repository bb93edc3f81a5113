"""The live events of `dashapp demo`."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from dashapp.cli.serving.demo import feed
from dashapp.queries.operations.event_volume import event_volume
from dashapp.queries.operations.run_count import run_count
from tests.factories import time_range

MIDNIGHT = datetime(2026, 11, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def today(store, acme):
    """Return a query's row for today, as of a given time."""

    def today(query, now):
        with store.read(acme) as session:
            return query(session, acme, time_range("7d", now=now))[-1]

    return today


def test_soon_after_midnight_the_board_has_events_of_today(store, acme, today):
    now = MIDNIGHT + timedelta(minutes=10)
    feed(store, "acme", after=now - HOUR, until=now)

    assert today(event_volume, now).value >= 10


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
    before = today(run_count, morning).value
    feed(store, "acme", after=morning, until=evening)

    assert before <= 1
    assert today(run_count, evening).value > 24
    assert today(event_volume, evening + HOUR).value == today(event_volume, evening).value


def test_the_feed_ends_when_its_standard_input_closes(sqlite_url):
    process = subprocess.Popen(
        [sys.executable, "-m", "dashapp", "feed-demo"],
        env={**os.environ, "DASHAPP_DATABASE_URL": sqlite_url},
        stdin=subprocess.PIPE,
    )
    process.stdin.close()

    assert process.wait(30) == 0
