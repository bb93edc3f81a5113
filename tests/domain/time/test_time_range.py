"""Presets, custom ranges, zones and buckets."""

import doctest
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.domain.errors import BadInput
from dashapp.domain.time import time_range as module
from dashapp.domain.time import zones
from dashapp.domain.time.presets import DEFAULT_PRESET, PRESETS, Choice
from dashapp.domain.time.time_range import resolve

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)

# 23- and 25-hour days, half-hour changes, odd offsets, skipped midnights, a skipped day.
ZONES = (
    "UTC",
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Cairo",
    "America/Santiago",
    "Asia/Beirut",
    "Africa/Casablanca",
    "Pacific/Kiritimati",
    "Etc/GMT+12",
    "America/Sao_Paulo",
    "Asia/Tehran",
    "Pacific/Chatham",
    "America/St_Johns",
)
MOMENTS = st.datetimes(datetime(2009, 1, 1), datetime(2030, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)
zone_names = st.sampled_from(ZONES)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def hours(bucket) -> float:
    return (bucket.end - bucket.start).total_seconds() / 3600


def test_the_examples_in_the_docstrings_are_correct():
    assert doctest.testmod(module).failed == 0
    assert doctest.testmod(zones).failed == 0


@pytest.mark.parametrize("word", [None, "", "5y", "7D", "24h ", "Today"])
def test_an_unknown_or_absent_preset_means_the_default(word):
    assert resolve(Choice(word), BERLIN, now=NOW).preset is DEFAULT_PRESET


def test_a_day_preset_begins_at_local_midnight_and_ends_now():
    time_range = resolve(Choice("7d"), BERLIN, now=NOW)

    assert time_range.start == utc(2026, 11, 13, 23)
    assert time_range.end == NOW
    assert time_range.bucket == "1d"
    assert [bucket.complete for bucket in time_range.buckets] == [True] * 6 + [False]


def test_hour_presets_are_elapsed_time_with_buckets_on_clock_edges():
    time_range = resolve(Choice("1h"), BERLIN, now=utc(2026, 11, 20, 9, 31, 12))

    assert time_range.start == time_range.previous_end == utc(2026, 11, 20, 8, 31, 12)
    assert time_range.previous_start == utc(2026, 11, 20, 7, 31, 12)
    assert len(time_range.buckets) == 13
    assert not time_range.buckets[0].complete
    assert time_range.buckets[1].start == utc(2026, 11, 20, 8, 35)
    assert time_range.buckets[-1].start == utc(2026, 11, 20, 9, 30)


def test_the_current_bucket_is_always_present():
    time_range = resolve(Choice("24h"), BERLIN, now=utc(2026, 11, 20, 9, 0, 0))

    assert time_range.buckets[-1].end == time_range.end
    assert resolve(Choice("24h"), BERLIN, now=utc(2026, 11, 20, 9, 0, 1)).buckets[-1].start == utc(
        2026, 11, 20, 9
    )


def test_a_range_that_ends_on_an_edge_has_no_empty_bucket():
    time_range = resolve(Choice("24h"), BERLIN, now=utc(2026, 11, 20, 9))

    assert len(time_range.buckets) == 24
    assert time_range.buckets[-1].complete


def test_no_hour_is_lost_when_clocks_go_back():
    time_range = resolve(Choice("24h"), BERLIN, now=utc(2026, 10, 25, 12))

    assert [hours(bucket) for bucket in time_range.buckets] == [1.0] * 24
    assert time_range.start == utc(2026, 10, 24, 12)


def test_days_have_23_or_25_hours_when_clocks_change():
    spring = resolve(Choice("7d"), BERLIN, now=utc(2026, 3, 30, 12))
    autumn = resolve(Choice("7d"), BERLIN, now=utc(2026, 10, 26, 12))

    assert [hours(bucket) for bucket in spring.buckets[:-1]] == [24.0] * 5 + [23.0]
    assert [hours(bucket) for bucket in autumn.buckets[:-1]] == [24.0] * 5 + [25.0]


def test_a_half_hour_change_ends_the_day_with_half_a_bucket():
    lord_howe = ZoneInfo("Australia/Lord_Howe")
    time_range = resolve(
        Choice(from_="2026-04-04T13:00:00Z", to="2026-04-05T13:30:00Z"), lord_howe, now=NOW
    )

    assert time_range.bucket == "1h"
    assert hours(time_range.buckets[-1]) == 0.5
    assert sum(map(hours, time_range.buckets)) == 24.5


def test_a_skipped_day_has_no_bucket():
    apia = ZoneInfo("Pacific/Apia")
    time_range = resolve(Choice("7d", as_of="2012-01-01T10:00:00Z"), apia, now=NOW)
    days = [bucket.start.astimezone(apia).date().isoformat() for bucket in time_range.buckets]

    assert "2011-12-30" not in days
    assert days[-3:] == ["2011-12-29", "2011-12-31", "2012-01-01"] or days[-1] == "2012-01-02"


def test_a_day_whose_midnight_was_skipped_begins_at_the_jump():
    sao_paulo = ZoneInfo("America/Sao_Paulo")
    time_range = resolve(Choice("7d", as_of="2018-11-05T12:00:00Z"), sao_paulo, now=NOW)

    assert time_range.buckets[-2].start == utc(2018, 11, 4, 3)
    assert hours(time_range.buckets[-2]) == 23.0


def test_twelve_months_have_week_buckets_from_monday():
    time_range = resolve(Choice("12mo"), BERLIN, now=NOW)

    assert time_range.bucket == "1w"
    assert time_range.start == utc(2025, 11, 20, 23)
    assert not time_range.buckets[0].complete
    assert {b.start.astimezone(BERLIN).weekday() for b in time_range.buckets[1:]} == {0}


def test_a_month_preset_counts_back_to_the_last_day_of_a_shorter_month():
    time_range = resolve(
        Choice("12mo", as_of="2028-02-29T12:00:00Z"), ZoneInfo("UTC"), now=utc(2029, 1, 1)
    )

    assert time_range.start == utc(2027, 3, 1)
    assert time_range.previous_end == utc(2027, 2, 28, 12)


def test_as_of_freezes_the_range_and_a_future_one_means_now():
    frozen = resolve(Choice("24h", as_of="2013-03-31T23:59:59Z"), BERLIN, now=NOW)
    ahead = resolve(Choice("24h", as_of="2099-01-01T00:00:00Z"), BERLIN, now=NOW)

    assert frozen.end == frozen.as_of == utc(2013, 3, 31, 23, 59, 59)
    assert ahead.end == NOW


def test_a_custom_range_is_exact_and_overrides_the_preset():
    time_range = resolve(
        Choice("7d", from_="2026-11-01T10:20:00Z", to="2026-11-03T00:00:00+01:00"), BERLIN, now=NOW
    )

    assert time_range.preset is None
    assert (time_range.start, time_range.end) == (utc(2026, 11, 1, 10, 20), utc(2026, 11, 2, 23))
    assert not time_range.buckets[0].complete
    assert time_range.buckets[0].start == time_range.start
    assert time_range.buckets[-1].complete


@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        (1 / 24, "5m"),
        (0.25, "15m"),
        (3, "1h"),
        (90, "1d"),
        (365, "1w"),
        (366, "1mo"),
        (3000, "1mo"),
    ],
)
def test_the_bucket_depends_on_the_length(days, bucket):
    end = utc(2026, 1, 1) + timedelta(days=days)

    time_range = resolve(
        Choice(from_="2026-01-01T00:00:00Z", to=end.isoformat()), ZoneInfo("UTC"), now=NOW
    )

    assert time_range.bucket == bucket


def test_ninety_local_days_have_day_buckets_across_a_clock_change():
    time_range = resolve(
        Choice(from_="2026-09-01T00:00:00+02:00", to="2026-11-30T00:00:00+01:00"), BERLIN, now=NOW
    )

    assert time_range.bucket == "1d"
    assert len(time_range.buckets) == 90


@pytest.mark.parametrize(
    "choice",
    [
        Choice(from_="2026-01-01T00:00:00Z"),
        Choice(to="2026-01-01T00:00:00Z"),
        Choice(from_="2026-01-02T00:00:00Z", to="2026-01-01T00:00:00Z"),
        Choice(from_="2026-01-01T00:00:00Z", to="2026-01-01T00:00:00Z"),
        Choice(from_="yesterday", to="2026-01-01T00:00:00Z"),
        Choice(from_="2026-01-01", to="2026-02-01"),
        Choice(from_="1700-01-01T00:00:00Z", to="2026-01-01T00:00:00Z"),
        Choice("7d", as_of="2013-03-31"),
        Choice("7d", as_of="2013-02-30T00:00:00Z"),
        Choice("12mo", as_of="0001-01-02T00:00:00Z"),
        Choice(from_="0001-01-01T00:00:00Z", to="9999-12-31T23:59:59Z"),
    ],
)
def test_an_impossible_range_is_rejected(choice):
    with pytest.raises(BadInput):
        resolve(choice, BERLIN, now=NOW)


def test_the_previous_range_is_one_length_before_in_the_local_calendar():
    time_range = resolve(Choice("7d"), BERLIN, now=utc(2026, 10, 28, 9))

    assert time_range.start == utc(2026, 10, 21, 22)
    assert (time_range.previous_start, time_range.previous_end) == (
        utc(2026, 10, 14, 22),
        utc(2026, 10, 21, 8),
    )


@given(zone_names, MOMENTS, st.sampled_from(sorted(PRESETS)))
def test_buckets_cover_a_range_without_gaps_or_overlap(zone, moment, word):
    time_range = resolve(
        Choice(word, as_of=moment.isoformat()), ZoneInfo(zone), now=utc(2031, 1, 1)
    )

    assert time_range.buckets[0].start == time_range.start
    assert time_range.buckets[-1].end == time_range.end
    assert all(
        a.end == b.start for a, b in zip(time_range.buckets, time_range.buckets[1:], strict=False)
    )
    assert all(bucket.start < bucket.end for bucket in time_range.buckets)


@given(zone_names, MOMENTS, st.sampled_from(["7d", "14d", "30d"]))
def test_a_day_bucket_contains_moments_of_its_local_day(zone, moment, word):
    zone_info = ZoneInfo(zone)
    time_range = resolve(Choice(word, as_of=moment.isoformat()), zone_info, now=utc(2031, 1, 1))

    for bucket in time_range.buckets:
        day = bucket.start.astimezone(zone_info).date()
        middle = bucket.start + (bucket.end - bucket.start) / 2
        assert middle.astimezone(zone_info).date() == day


def test_an_added_preset_is_recognized(monkeypatch):
    preset = module.Preset("5d", "Last 5 days", "previous 5 days", "1d", days=5)
    monkeypatch.setitem(PRESETS, "5d", preset)

    assert len(resolve(Choice("5d"), BERLIN, now=NOW).buckets) == 5


def test_a_plus_that_was_decoded_as_a_space_is_restored():
    time_range = resolve(
        Choice(from_="2026-11-01T00:00:00 01:00", to="2026-11-02T00:00:00+01:00"), BERLIN, now=NOW
    )

    assert time_range.start == utc(2026, 10, 31, 23)


@pytest.mark.parametrize(
    ("choice", "now", "progress"),
    [
        (Choice("7d"), utc(2026, 11, 20, 5), 0.25),  # 06:00 in Berlin
        (Choice("7d"), utc(2026, 10, 25, 4), 0.24),  # 6 of 25 hours: clocks went back
        (Choice("24h"), utc(2026, 11, 20, 9, 15), 0.25),
        (Choice("180d"), utc(2026, 11, 18, 11), 2.5 / 7),  # noon of a Wednesday
        (Choice(from_="2026-11-01T00:00:00Z", to="2026-11-02T05:00:00Z"), NOW, 1.0),  # by hours
        (Choice(from_="2026-11-01T23:00:00Z", to="2026-11-09T05:00:00Z"), NOW, 0.25),  # cut by `to`
        (Choice(from_="2026-11-19T23:00:00Z", to="2026-11-30T23:00:00Z"), NOW, 0.0),  # not begun
    ],
)
def test_progress_is_how_much_of_the_last_bucket_has_passed(choice, now, progress):
    assert resolve(choice, BERLIN, now=now).progress == pytest.approx(progress)


@given(MOMENTS, zone_names, st.sampled_from(sorted(PRESETS)))
def test_the_progress_of_a_preset_is_between_0_and_1(now, zone, word):
    assert 0 < resolve(Choice(word), ZoneInfo(zone), now=now).progress <= 1
