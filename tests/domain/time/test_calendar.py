"""Day and calendar presets and their comparisons, checked against an independent model.

The model has no rules for clock changes: it searches for the first minute that a local clock shows
for a day.
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashapp.domain.errors import BadInput
from dashapp.domain.time.presets import CALENDAR, PRESETS, Choice, TimeLimits, known_presets
from dashapp.domain.time.time_range import resolve
from tests.domain.time.test_time_range import MOMENTS, ZONES, utc
from tests.effort import scaled

LATER = utc(2031, 1, 1)
MINUTE = timedelta(minutes=1)
zone_names = st.sampled_from(ZONES)
day_words = st.sampled_from(["7d", "14d", "30d", "90d", "180d"])
every_word = st.sampled_from([*PRESETS, *CALENDAR])


@cache
def first_minute(day, zone):
    """Return the first minute of this local day or, if there is none, of a later one."""
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=15)
    while moment.astimezone(ZoneInfo(zone)).date() < day:
        moment += MINUTE
    return moment


def last_day(moment, zone):
    """Return the local day that contains the last moment before this one."""
    day = moment.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    while first_minute(day, zone) >= moment:
        day -= timedelta(days=1)
    return day


def resolve_at(word, moment, zone, **options):
    return resolve(Choice(word, as_of=moment.isoformat()), ZoneInfo(zone), now=LATER, **options)


@settings(max_examples=scaled(50))
@given(zone_names, MOMENTS, day_words)
def test_n_days_are_the_last_n_local_days_including_today(zone, moment, word):
    time_range = resolve_at(word, moment, zone)
    first = last_day(moment, zone) - timedelta(days=PRESETS[word].days - 1)

    assert (time_range.start, time_range.end) == (first_minute(first, zone), moment)


@settings(max_examples=scaled(50))
@given(zone_names, MOMENTS, day_words)
def test_the_previous_range_has_as_many_days(zone, moment, word):
    time_range, days = resolve_at(word, moment, zone), timedelta(days=PRESETS[word].days)
    first = last_day(moment, zone) - timedelta(days=PRESETS[word].days - 1)

    assert time_range.previous_start == first_minute(first - days, zone)
    assert time_range.previous_start <= time_range.previous_end <= time_range.start


@settings(max_examples=scaled(50))
@given(zone_names, MOMENTS)
def test_calendar_presets_begin_with_their_calendar_part(zone, moment):
    day = last_day(moment, zone)
    begins = {
        "today": day,
        "week": day - timedelta(days=day.isocalendar().weekday - 1),
        "month": day.replace(day=1),
        "year": day.replace(month=1, day=1),
    }

    for word, first in begins.items():
        time_range = resolve_at(word, moment, zone)
        assert (time_range.start, time_range.end) == (first_minute(first, zone), moment)


@settings(max_examples=scaled(50))
@given(zone_names, MOMENTS)
def test_yesterday_and_last_month_are_complete(zone, moment):
    day = last_day(moment, zone)
    this_month = day.replace(day=1)
    last_month = (this_month - timedelta(days=1)).replace(day=1)
    yesterday, month = resolve_at("yesterday", moment, zone), resolve_at("last-month", moment, zone)

    assert yesterday.start == first_minute(day - timedelta(days=1), zone)
    assert yesterday.end == first_minute(day, zone)
    assert (month.start, month.end) == (
        first_minute(last_month, zone), first_minute(this_month, zone),
    )  # fmt: skip


@settings(max_examples=scaled(100))
@given(zone_names, MOMENTS, every_word)
def test_a_range_and_the_previous_one_never_overlap(zone, moment, word):
    time_range = resolve_at(word, moment, zone)

    assert time_range.start < time_range.end <= time_range.as_of
    assert time_range.previous_start <= time_range.previous_end <= time_range.start


@settings(max_examples=scaled(100))
@given(zone_names, MOMENTS, every_word)
def test_counterparts_are_in_order_within_the_compared_range(zone, moment, word):
    for comparison in ("previous", "weekdays", "year"):
        time_range = resolve_at(word, moment, zone, comparison=comparison)
        parts = time_range.previous_buckets

        assert len(parts) == len(time_range.buckets)
        assert all(low <= high for low, high in parts)
        assert all(a[1] == b[0] for a, b in zip(parts, parts[1:], strict=False))
        assert time_range.previous_start == parts[0][0] <= parts[-1][1] <= time_range.previous_end


@settings(max_examples=scaled(100))
@given(zone_names, MOMENTS, st.sampled_from(["7d", "14d", "30d", "90d", "today", "week", "month"]))
def test_the_same_weekdays_are_whole_weeks_before(zone, moment, word):
    time_range = resolve_at(word, moment, zone, comparison="weekdays")
    days = (
        last_day(time_range.start + MINUTE, zone)
        - last_day(time_range.previous_start + MINUTE, zone)
    ).days

    assert time_range.previous_end <= time_range.start
    assert days % 7 == 0
    assert days < (time_range.end - time_range.start).days + 9


@pytest.mark.parametrize(
    ("word", "moment", "previous"),
    [
        ("today", utc(2026, 11, 20, 9, 30), (utc(2026, 11, 18, 23), utc(2026, 11, 19, 9, 30))),
        ("week", utc(2026, 11, 20, 9), (utc(2026, 11, 8, 23), utc(2026, 11, 13, 9))),
        ("month", utc(2026, 3, 31, 9), (utc(2026, 1, 31, 23), utc(2026, 2, 28, 10))),
        ("last-month", utc(2026, 11, 20, 9), (utc(2026, 8, 31, 22), utc(2026, 9, 30, 22))),
        ("year", utc(2026, 11, 20, 9), (utc(2024, 12, 31, 23), utc(2025, 11, 20, 9))),
        # A week before, 2:30 was skipped: it moves forward. Or it was repeated: the first one counts.
        ("7d", utc(2026, 4, 5, 0, 30), (utc(2026, 3, 22, 23), utc(2026, 3, 29, 1, 30))),
        ("7d", utc(2026, 11, 1, 1, 30), (utc(2026, 10, 18, 22), utc(2026, 10, 25, 0, 30))),
    ],
)
def test_the_previous_range_ends_at_the_same_local_time(word, moment, previous):
    time_range = resolve_at(word, moment, "Europe/Berlin")

    assert (time_range.previous_start, time_range.previous_end) == previous


def test_at_midnight_the_last_day_is_the_one_that_just_ended():
    time_range = resolve_at("7d", utc(2026, 11, 15), "UTC")

    assert (time_range.start, len(time_range.buckets)) == (utc(2026, 11, 8), 7)
    assert all(bucket.complete for bucket in time_range.buckets)


@pytest.mark.parametrize(
    ("from_", "to", "previous", "earlier"),
    [
        # A day of 25 hours, a week with a clock change, a whole month, and elapsed time.
        ("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", utc(2026, 10, 23, 22), None),
        ("2026-10-21T22:00:00Z", "2026-10-28T23:00:00Z", utc(2026, 10, 14, 22), None),
        ("2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z", utc(2026, 1, 31, 23), None),
        ("2026-10-24T22:30:00Z", "2026-10-25T23:00:00Z", utc(2026, 10, 23, 22), None),
    ],
)
def test_whole_days_and_months_are_compared_with_whole_days_and_months(
    from_, to, previous, earlier
):
    time_range = resolve(Choice(from_=from_, to=to), ZoneInfo("Europe/Berlin"), now=LATER)

    assert (time_range.previous_start, time_range.previous_end) == (previous, time_range.start)
    assert time_range.earlier.from_ == previous.isoformat().replace("+00:00", "Z")


def test_a_comparison_can_be_a_range():
    word = "2026-06-01T00:00:00Z/2026-06-04T00:00:00Z"
    time_range = resolve_at("7d", utc(2026, 11, 20, 9), "UTC", comparison=word)

    assert (time_range.previous_start, time_range.previous_end) == (
        utc(2026, 6, 1),
        utc(2026, 6, 4),
    )
    assert [high - low for low, high in time_range.previous_buckets] == [timedelta(days=1)] * 3 + [
        timedelta()
    ] * 4


def test_off_disables_the_comparison():
    assert not resolve_at("7d", utc(2026, 11, 20, 9), "UTC", comparison="off").has_comparison


@pytest.mark.parametrize("word", ["decade", "2026-06-01/2026-06-04", "x/y", "2026-06-01T00:00:00Z"])
def test_an_invalid_comparison_is_rejected(word):
    with pytest.raises(BadInput):
        resolve_at("7d", utc(2026, 11, 20, 9), "UTC", comparison=word)


@pytest.mark.parametrize(
    ("longest", "words"),
    [
        ("1h", ["1h"]),
        ("today", ["1h", "6h", "24h", "today", "yesterday"]),
        ("7d", ["1h", "6h", "24h", "7d", "today", "yesterday", "week"]),
        ("month", ["1h", "6h", "24h", "7d", "14d", "30d", "today", "yesterday", "week", "month",
                   "last-month"]),
        ("year", list(known_presets())),
        ("12mo", list(known_presets())),
    ],
)  # fmt: skip
def test_the_longest_range_limits_presets_by_length(longest, words):
    assert list(TimeLimits(longest=longest).words) == words


def test_the_menu_has_all_presets_or_the_allowed_ones_in_their_order():
    assert TimeLimits().words == (*PRESETS, *CALENDAR)
    assert TimeLimits(allowed=("today", "7d", "1h", "7d")).words == ("today", "7d", "1h")
    assert TimeLimits(allowed=("90d", "7d"), longest="30d").words == ("7d",)


def test_a_comparison_obeys_the_longest_range():
    limits = TimeLimits(longest="7d")
    long = "2026-06-01T00:00:00Z/2026-06-09T00:00:00Z"

    with pytest.raises(BadInput):
        resolve_at("7d", utc(2026, 11, 20), "UTC", comparison=long, limits=limits)
    assert resolve_at("7d", utc(2026, 11, 20), "UTC", comparison=long).compared.word == "custom"


@pytest.mark.parametrize(
    "comparison", ["weekdays", "year", "2026-06-01T00:00:00Z/2026-06-02T00:00:00Z"]
)
def test_restricted_viewers_can_compare_only_with_the_previous_range(comparison):
    with pytest.raises(BadInput):
        resolve(Choice("7d"), ZoneInfo("UTC"), now=LATER, comparison=comparison,
                limits=TimeLimits(allowed=("7d",)))  # fmt: skip
