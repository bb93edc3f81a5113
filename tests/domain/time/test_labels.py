"""Labels of ranges, buckets and ticks."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from dashapp.domain.time.labels import (
    bucket_labels,
    clock_label,
    local_label,
    range_label,
    zone_label,
)
from tests.factories import time_range

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def test_a_range_label_names_its_days():
    assert range_label(time_range("7d", "Europe/Berlin")) == "14 – 20 November"
    assert range_label(time_range("30d")) == "22 October – 20 November"
    assert range_label(time_range("12mo")) == "21 November 2025 – 20 November 2026"
    assert range_label(time_range("1h")) == "20 November, 08:30 – 09:30"
    assert range_label(time_range("yesterday")) == "19 November"
    assert range_label(time_range("today")) == "20 November, 00:00 – 09:30"
    assert range_label(time_range("last-month")) == "1 – 31 October"


def test_the_year_is_included_for_files_and_past_years():
    assert range_label(time_range("7d"), has_year=True) == "14 – 20 November 2026"
    last_year = time_range("7d", as_of="2025-11-20T09:30:00Z")
    assert range_label(last_year) == "14 – 20 November 2025"


@pytest.mark.parametrize(
    ("preset", "moment", "label"),
    [
        ("7d", "2026-11-19T23:30:00Z", "2026-11-20"),
        ("24h", "2026-11-20T09:00:00Z", "2026-11-20 10:00"),
        ("1h", "2026-11-20T08:31:12Z", "2026-11-20 09:31:12"),
    ],
)
def test_local_labels_suit_spreadsheets(preset, moment, label):
    resolved = time_range(preset, "Europe/Berlin")

    assert local_label(datetime.fromisoformat(moment), resolved) == label


def test_the_labels_of_a_repeated_hour_differ():
    resolved = time_range("24h", "Europe/Berlin", now=datetime(2026, 10, 25, 12, tzinfo=UTC))

    labels = bucket_labels(resolved)

    assert len(set(labels)) == len(labels) == 24
    assert "Sun 25 October, 02:00–03:00 (UTC+2)" in labels
    assert "Sun 25 October, 02:00–03:00 (UTC+1)" in labels


def test_the_current_bucket_is_labeled_so_far():
    assert bucket_labels(time_range("7d"))[-1] == "Fri 20 November, so far"


def test_zones_and_clock_times_are_labeled():
    assert zone_label(ZoneInfo("Europe/Berlin"), NOW) == "Europe/Berlin, UTC+1"
    assert zone_label(ZoneInfo("Asia/Kathmandu"), NOW) == "Asia/Kathmandu, UTC+5:45"
    assert zone_label(ZoneInfo("America/New_York"), NOW) == "America/New_York, UTC−5"
    assert zone_label(ZoneInfo("UTC"), NOW) == "UTC"
    assert clock_label(NOW, ZoneInfo("UTC"), NOW) == "09:30"
    assert clock_label(NOW, ZoneInfo("UTC"), NOW.replace(day=21)) == "20 November 2026, 09:30"


def test_a_range_over_several_years_names_both_years():
    resolved = time_range(from_="2024-01-01T01:00:00Z", to="2026-11-21T01:00:00Z")

    assert range_label(resolved) == "1 January 2024, 01:00 – 21 November 2026, 01:00"
