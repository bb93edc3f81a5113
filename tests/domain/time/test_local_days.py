"""Numbers of local days and hours, and ranges split into them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.domain.time.instant import to_us
from dashapp.domain.time.local_days import (
    DAY,
    HOUR,
    HOUR_SLOTS_PER_DAY,
    TalliedDays,
    cover,
    date_from_number,
    day_and_hour_at,
    day_number,
    day_number_at,
    day_start_us,
    hour_edges,
)
from tests.domain.time.test_time_range import ZONES

# Days that clock changes make shorter, longer or empty, or that begin late.
CHANGED_DAYS = [
    ("Europe/Berlin", date(2026, 3, 29), 23),
    ("Europe/Berlin", date(2026, 10, 25), 25),
    ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
    ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
    ("Pacific/Apia", date(2011, 12, 30), 0),
    ("Antarctica/Troll", date(2026, 10, 25), 26),
    ("America/Santiago", date(2026, 9, 6), 23),
]


@pytest.mark.parametrize(("zone", "day", "hours"), CHANGED_DAYS)
def test_a_day_has_the_hours_of_its_local_clock(zone, day, hours):
    zone_info, number = ZoneInfo(zone), day_number(day)

    assert date_from_number(number) == day
    assert day_start_us(number + 1, zone_info) - day_start_us(number, zone_info) == hours * HOUR
    assert len(hour_edges(number, zone_info)) == -(-hours // 1)


def test_a_skipped_day_contains_no_moment():
    apia = ZoneInfo("Pacific/Apia")
    before = day_start_us(day_number(date(2011, 12, 30)), apia)

    assert date_from_number(day_number_at(before - 1, apia)) == date(2011, 12, 29)
    assert date_from_number(day_number_at(before, apia)) == date(2011, 12, 31)


moments = st.datetimes(datetime(2011, 12, 20), datetime(2026, 12, 31)).map(
    lambda naive: to_us(naive.replace(tzinfo=UTC))
)


@given(moments, st.sampled_from(ZONES))
def test_a_moment_is_in_its_day_and_hour(moment, zone):
    zone_info = ZoneInfo(zone)
    day, hour = day_and_hour_at(moment, zone_info)

    number, low, high = hour_edges(day, zone_info)[hour]
    assert low <= moment < high
    assert number == day * HOUR_SLOTS_PER_DAY + hour


def parts_of(range_cover, zone):
    """Return the parts of a cover as ranges of microseconds."""
    days = [(day_start_us(a, zone), day_start_us(b, zone)) for a, b in range_cover.days]
    hours = [
        (low, high)
        for a, b in range_cover.hours
        for number in range(a, b)
        for _, low, high in [
            hour_edges(number // HOUR_SLOTS_PER_DAY, zone)[number % HOUR_SLOTS_PER_DAY]
        ]
    ]
    return sorted([*days, *hours, *range_cover.rest])


@given(
    moments, st.integers(1, 100 * DAY), st.sampled_from(ZONES), st.booleans(),
    st.integers(-5, 120), st.sets(st.integers(0, 100), max_size=4),
)  # fmt: skip
def test_a_cover_is_exactly_the_range(low, length, zone, has_hours, first, stale):
    zone_info, high = ZoneInfo(zone), low + length
    first_day = day_number_at(low, zone_info)
    tallied = TalliedDays(zone_info, first_day + first, [first_day + day for day in stale])

    range_cover = cover(low, high, tallied, has_hours=has_hours)

    edge = low
    for start, end in parts_of(range_cover, zone_info):
        assert start in {edge, end}
        edge = max(edge, end)
    assert edge == high
    covered = {day for a, b in range_cover.days for day in range(a, b)}
    covered |= {
        number // HOUR_SLOTS_PER_DAY for a, b in range_cover.hours for number in range(a, b)
    }
    assert all(day >= tallied.first and day not in tallied.stale for day in covered)
    assert has_hours or range_cover.hours == []


def test_today_is_a_whole_day_unless_events_lie_ahead():
    utc = ZoneInfo("UTC")
    now = to_us(datetime(2026, 11, 20, 9, 30, tzinfo=UTC))
    today = day_number_at(now, utc)
    tallied = TalliedDays(utc, 0, (), last_event_at=now - 1)

    assert cover(day_start_us(today, utc), now, tallied, has_hours=False) == (
        [(today, today + 1)],
        [],
        [],
    )

    late = tallied._replace(last_event_at=now)
    assert cover(day_start_us(today, utc), now, late, has_hours=False).rest == [
        (now - 9.5 * HOUR, now)
    ]


def test_a_range_after_the_last_event_is_empty_or_whole_days():
    utc = ZoneInfo("UTC")
    low = to_us(datetime(2026, 11, 20, tzinfo=UTC) + timedelta(hours=3))
    range_cover = cover(low, low + HOUR, TalliedDays(utc, 0, (), last_event_at=1), has_hours=True)

    assert range_cover.rest == []
