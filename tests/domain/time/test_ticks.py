"""Ticks of the time axis: whole hours, Mondays, and the starts of months and years."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from dashapp.domain.time.presets import known_presets
from dashapp.domain.time.ticks import IF_ROOM, axis_ticks
from tests.factories import time_range

ZONES = ["UTC", "Asia/Kathmandu", "Europe/Berlin", "America/New_York", "Africa/Cairo", "Pacific/Chatham"]  # fmt: skip
# Days on which the clocks of one of the zones change, a new year, a leap day, and the first of a month.
MOMENTS = [
    datetime(2026, 3, 8, 16, 20, tzinfo=UTC),
    datetime(2026, 3, 29, 11, tzinfo=UTC),
    datetime(2026, 4, 24, 9, 30, tzinfo=UTC),
    datetime(2026, 10, 25, 23, 30, tzinfo=UTC),
    datetime(2026, 11, 1, 7, 5, 30, tzinfo=UTC),
    datetime(2027, 1, 4, 0, 10, tzinfo=UTC),
    datetime(2028, 2, 29, 3, tzinfo=UTC),
]
MINUTES = {"1h": 15, "6h": 60, "24h": 180, "yesterday": 180}
WEEKS = ["14d", "30d", "last-month"]


def texts(ticks):
    return [tick.text for tick in ticks]


def local_starts(resolved):
    return [bucket.start.astimezone(resolved.zone) for bucket in resolved.buckets]


def dates(from_, to):
    return time_range(from_=f"{from_}T00:00:00Z", to=f"{to}T00:00:00Z")


# -- A naive model: walk over the buckets, and look at the local clock or date of each ----------------------


def model_of_hours(resolved, minutes):
    """The buckets that start on a multiple of so many minutes, or a day, each clock time once."""
    starts, expected, seen = local_starts(resolved), [], set()
    for number, start in enumerate(starts):
        at_midnight = start.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        since = start.replace(tzinfo=None) - at_midnight
        is_first = number > 0 and start.date() > starts[number - 1].date()
        is_at_step = since % timedelta(minutes=minutes) == timedelta(0)
        if (is_first or is_at_step) and start.replace(tzinfo=None, fold=0) not in seen:
            seen.add(start.replace(tzinfo=None, fold=0))
            expected.append(number)
    return expected


def model_of_mondays(resolved):
    return [number for number, start in enumerate(local_starts(resolved)) if start.isoweekday() == 1]  # fmt: skip


def model_of_months(resolved):
    """The weeks that begin in another month than the week before."""
    months = [start.month for start in local_starts(resolved)]
    later = [number + 1 for number, (a, b) in enumerate(pairwise(months)) if a != b]
    return ([0] if local_starts(resolved)[0].day <= 7 else []) + later


@pytest.mark.parametrize("now", MOMENTS, ids=str)
@pytest.mark.parametrize("zone", ZONES)
def test_ticks_are_those_of_a_naive_model(zone, now):
    for preset, minutes in MINUTES.items():
        resolved = time_range(preset, zone, now)
        assert [tick.bucket for tick in axis_ticks(resolved)] == model_of_hours(resolved, minutes)
    for preset in WEEKS:
        resolved = time_range(preset, zone, now)
        ranked = [tick.bucket for tick in axis_ticks(resolved) if tick.rank != IF_ROOM]
        assert ranked == model_of_mondays(resolved)
    for preset in ("180d", "12mo"):
        resolved = time_range(preset, zone, now)
        assert [tick.bucket for tick in axis_ticks(resolved)] == model_of_months(resolved)


@pytest.mark.parametrize("now", MOMENTS, ids=str)
@pytest.mark.parametrize("preset", sorted(known_presets()))
def test_ticks_are_few_and_in_order_and_their_ranks_leave_some(preset, now):
    ticks = axis_ticks(time_range(preset, "Asia/Kathmandu", now))
    numbers = [tick.bucket for tick in ticks]
    highest = max((tick.rank for tick in ticks), default=0)

    assert numbers == sorted(set(numbers))
    assert 1 <= len(ticks) <= 13
    assert sum(tick.rank == highest for tick in ticks) <= 2


def test_a_day_has_a_tick_every_three_hours_and_fewer_at_whole_parts_of_it():
    day = axis_ticks(time_range("yesterday", "Asia/Kathmandu"))

    assert texts(day) == ["Thu 19", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00", "21:00"]
    assert [tick.text for tick in day if tick.rank >= 1] == ["Thu 19", "06:00", "12:00", "18:00"]
    assert [tick.text for tick in day if tick.rank >= 2] == ["Thu 19", "12:00"]


def test_an_hour_has_a_tick_every_quarter_and_its_first_cut_bucket_none():
    assert texts(axis_ticks(time_range("1h"))) == ["08:30", "08:45", "09:00", "09:15"]
    late = time_range("1h", now=datetime(2026, 11, 20, 9, 31, 7, tzinfo=UTC))
    assert texts(axis_ticks(late)) == ["08:45", "09:00", "09:15", "09:30"]


def test_hours_after_a_clock_change_of_half_an_hour_have_ticks():
    """On Lord Howe Island, buckets begin at half past after the change, because they are whole hours."""
    now = datetime(2026, 4, 5, 12, tzinfo=UTC)

    ticks = axis_ticks(time_range("today", "Australia/Lord_Howe", now))

    assert texts(ticks)[:4] == ["Sun 5", "03:30", "06:30", "09:30"]


def test_a_day_that_begins_at_one_has_its_name_there():
    now = datetime(2026, 4, 24, 12, tzinfo=UTC)

    assert texts(axis_ticks(time_range("today", "Africa/Cairo", now)))[:2] == ["Fri 24", "03:00"]


def test_a_week_has_all_days_and_the_last_one_is_today():
    assert texts(axis_ticks(time_range("7d"))) == [
        "Sat 14", "Sun 15", "Mon 16", "Tue 17", "Wed 18", "Thu 19", "Today",
    ]  # fmt: skip
    past = time_range("7d", as_of="2026-11-12T09:00:00Z")
    assert texts(axis_ticks(past))[-1] == "Thu 12"


def test_today_is_a_local_day_and_is_also_found_within_a_range():
    now = datetime(2026, 11, 20, 19, tzinfo=UTC)  # the 21st in Kathmandu
    ticks = axis_ticks(time_range("7d", "Asia/Kathmandu", now))

    assert [tick.text for tick in ticks][-2:] == ["Fri 20", "Today"]
    assert texts(axis_ticks(dates("2026-11-18", "2026-11-23"))) == ["Wed 18", "Thu 19", "Today", "Sat 21", "Sun 22"]  # fmt: skip


def test_weeks_have_ticks_on_mondays_and_today_only_if_it_fits():
    ticks = axis_ticks(time_range("30d"))

    assert texts(ticks) == ["Mon 26 Oct", "Mon 2 Nov", "Mon 9 Nov", "Mon 16 Nov", "Today"]
    assert [tick.rank for tick in ticks] == [0, 1, 0, 10, IF_ROOM]
    monday = axis_ticks(time_range("30d", now=datetime(2026, 11, 23, 9, tzinfo=UTC)))
    assert (monday[-1].text, monday[-1].rank) == ("Today", 10)


def test_a_range_with_one_monday_has_all_days():
    assert len(axis_ticks(dates("2026-11-03", "2026-11-15"))) == 12


def test_months_have_ticks_on_first_days_and_first_on_the_mondays_between_them():
    ticks = axis_ticks(time_range("90d"))

    assert texts(ticks) == [
        "1 Sep", "Mon 14 Sep", "1 Oct", "Mon 12 Oct", "1 Nov", "Mon 16 Nov", "Today",
    ]  # fmt: skip
    assert [tick.text for tick in ticks if tick.rank > 0] == ["1 Sep", "1 Oct", "1 Nov"]


def test_a_year_has_ticks_at_months_with_the_year_where_it_changes():
    ticks = axis_ticks(time_range("12mo"))

    assert texts(ticks)[:3] == ["Dec", "Jan 2026", "Feb"]
    assert [tick.text for tick in ticks if tick.rank >= 1] == ["Jan 2026", "Apr", "Jul", "Oct"]
    assert [tick.text for tick in ticks if tick.rank >= 2] == ["Jan 2026", "Jul"]


@pytest.mark.parametrize(
    ("from_", "to", "expected"),
    [
        ("2025-12-28", "2026-01-02", ["Sun 28", "Mon 29", "Tue 30", "Wed 31", "1 Jan 2026"]),
        ("2025-12-20", "2026-01-14", ["Mon 22 Dec", "Mon 29 Dec", "5 Jan 2026", "Mon 12 Jan"]),
        ("2025-12-31", "2026-01-02", ["Wed 31", "06:00", "12:00", "18:00", "1 Jan 2026", "06:00", "12:00", "18:00"]),
        ("2025-11-20", "2026-01-20", ["1 Dec", "Mon 15 Dec", "1 Jan 2026", "Mon 12 Jan"]),
        ("2024-11-01", "2026-11-01", ["Jan 2025", "Apr", "Jul", "Oct", "Jan 2026", "Apr", "Jul", "Oct"]),
        ("2025-01-01", "2026-02-01", ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan 2026"]),
        ("2018-06-01", "2026-11-01", ["2019", "2020", "2021", "2022", "2023", "2024", "2025", "2026"]),
        ("1960-11-01", "2026-11-01", ["1970", "1980", "1990", "2000", "2010", "2020"]),
    ],
)  # fmt: skip
def test_a_year_is_shown_where_it_changes(from_, to, expected):
    assert texts(axis_ticks(dates(from_, to))) == expected


def test_the_tick_with_a_year_is_left_out_last():
    ticks = axis_ticks(dates("2025-12-20", "2026-01-20"))

    assert max(ticks, key=lambda tick: tick.rank).text == "5 Jan 2026"
