"""What comes in while `dashapp demo` serves."""

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
    """The numbers of a query for today, at a moment."""

    def today(query, now):
        with store.reading(acme) as session:
            return query(session, acme, time_range("7d", now=now))[-1]

    return today


def test_soon_after_midnight_a_board_has_events_of_today(store, acme, today):
    now = MIDNIGHT + timedelta(minutes=10)
    feed(store, "acme", after=now - HOUR, until=now)

    assert today(event_volume, now).value >= 10


def test_what_is_fed_again_counts_once(store, acme):
    first = feed(store, "acme", after=MIDNIGHT, until=MIDNIGHT + HOUR)
    again = feed(store, "acme", after=MIDNIGHT, until=MIDNIGHT + HOUR)
    next_hour = feed(store, "acme", after=MIDNIGHT + HOUR / 2, until=MIDNIGHT + 2 * HOUR)

    assert (again.accepted, again.duplicates) == (0, first.accepted)
    assert next_hour.accepted > 0
    assert first.rejected == again.rejected == next_hour.rejected == []


def test_what_is_planned_for_the_day_comes_when_it_is_due(store, acme, today):
    morning, evening = MIDNIGHT + 6 * HOUR, MIDNIGHT + 20 * HOUR
    feed(store, "acme", after=morning - timedelta(seconds=10), until=morning)
    before = today(run_count, morning).value
    feed(store, "acme", after=morning, until=evening)

    assert before <= 1
    assert today(run_count, evening).value > 24
    assert today(event_volume, evening + HOUR).value == today(event_volume, evening).value


def test_it_ends_with_the_server_that_started_it(sqlite_url):
    process = subprocess.Popen(
        [sys.executable, "-m", "dashapp", "feed-demo"],
        env={**os.environ, "DASHAPP_DATABASE_URL": sqlite_url},
        stdin=subprocess.PIPE,
    )
    process.stdin.close()

    assert process.wait(30) == 0
