"""Sample events that arrive while a demo runs."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from dashapp.domain.demo.history import Plan, demo_events
from dashapp.domain.demo.live import live_events
from dashapp.domain.time.instant import from_us
from tests.effort import scaled

MIDNIGHT = datetime(2026, 11, 19, 23, tzinfo=UTC)  # in Berlin
DAY = timedelta(days=1)
SECONDS = st.integers(0, 2 * 24 * 3600).map(lambda seconds: MIDNIGHT + timedelta(seconds=seconds))


def test_a_few_events_per_minute_arrive_day_and_night():
    moments = [
        from_us(event.occurred_at) for event in live_events("acme", MIDNIGHT, MIDNIGHT + DAY)
    ]
    by_hour = [sum(moment.hour == hour for moment in moments) for hour in range(24)]

    assert all(60 <= count <= 240 for count in by_hour)


def test_ten_minutes_after_midnight_there_are_events_today():
    events = list(live_events("acme", MIDNIGHT, MIDNIGHT + timedelta(minutes=10)))

    assert len(events) >= 10
    assert len({event.type for event in events}) >= 2


@settings(max_examples=scaled(15))
@given(st.lists(SECONDS, min_size=2, max_size=6).map(sorted))
def test_each_event_arrives_once_however_time_is_divided(moments):
    whole = list(live_events("acme", moments[0], moments[-1]))
    pieces = [
        event
        for after, until in zip(moments, moments[1:], strict=False)
        for event in live_events("acme", after, until)
    ]

    assert sorted(pieces) == sorted(whole)
    assert all(moments[0] < from_us(event.occurred_at) <= moments[-1] for event in whole)


def test_live_ids_differ_from_those_of_past_days():
    live = [event.id for event in live_events("x" * 63, MIDNIGHT, MIDNIGHT + DAY)]
    plan = Plan(2, 24, 12, is_varied=True)
    planned = demo_events("x" * 63, ZoneInfo("Europe/Berlin"), MIDNIGHT + DAY, plan)

    assert len(set(live)) == len(live)
    assert max(map(len, live)) <= 64
    assert not set(live) & {event.id for event in planned}
