"""Times in files; ambiguous ones are rejected."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.domain.errors import BadInput
from dashapp.domain.events.event import InvalidEvent
from dashapp.domain.files.notes import Notes
from dashapp.domain.files.times import Times, check_time_format
from dashapp.domain.time.instant import from_us, parse, to_text, to_us


def read(value, name="auto", zone=None, notes=None):
    """Return the time as RFC 3339 in UTC."""
    text = Times(name, zone, notes or Notes()).read(value, 1)
    return to_text(parse(text))


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20T10:00:15.5Z", "2026-11-20 10:00:15.5+00", "2026-11-20 10:00:15.500000+00",
        "2026-11-20 15:30:15.5+05:30", "2026-11-20 11:00:15.5+0100", "2026-11-20T10:19:47.5+00:19:32",
        "2026-11-20 10:00:15.5 UTC", "2026-11-20 10:00:15.500000 +0000", "2026-11-20T02:00:15,5-08",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["auto", "rfc3339"])
def test_formats_of_databases_are_detected(text, name):
    assert read(text, name) == "2026-11-20T10:00:15.500000Z"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("1763632815", "auto"), ("1763632815000", "auto"), ("1763632815000000", "auto"),
        (1763632815, "auto"), (1763632815000, "auto"), (1763632815.0, "auto"),
        ("1763632815", "epoch"), ("1763632815000", "epoch-ms"), (1763632815, "epoch"),
    ],
)  # fmt: skip
def test_epoch_seconds_milliseconds_and_microseconds_are_read(value, name):
    assert read(value, name) == "2025-11-20T10:00:15Z"


def test_fractions_of_a_second_are_exact():
    assert read("1763632815.123456", "epoch") == "2025-11-20T10:00:15.123456Z"
    assert read("1763632815123.4567", "epoch-ms") == "2025-11-20T10:00:15.123456Z"
    assert read(0, "epoch") == "1970-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-20 10:00:15", "2026-11-20T09:00:15Z"),
        ("2026-07-20T10:00", "2026-07-20T08:00:00Z"),
        ("2026-11-20", "2026-11-19T23:00:00Z"),
    ],
)
def test_a_local_time_needs_a_zone(text, expected):
    assert read(text, zone="Europe/Berlin") == expected
    with pytest.raises(InvalidEvent, match=r"no time zone\. Specify it: --timezone"):
        read(text)


def test_a_time_that_the_clocks_skipped_is_rejected():
    with pytest.raises(InvalidEvent, match="“2026-03-29 02:30:00” does not exist in Europe/Berlin"):
        read("2026-03-29 02:30:00", zone="Europe/Berlin")


def test_a_repeated_time_is_its_first_occurrence_with_a_note():
    notes = Notes()

    assert read("2026-10-25 02:30:00", zone="Europe/Berlin", notes=notes) == "2026-10-25T00:30:00Z"
    assert list(notes.sentences()) == [
        "Line 1: 1 time in an hour that occurs twice in Europe/Berlin; read as the first."
    ]


def test_a_day_whose_midnight_was_skipped_begins_at_the_jump():
    assert read("2026-03-08", zone="America/Havana") == "2026-03-08T05:00:00Z"


@pytest.mark.parametrize(
    ("text", "name", "zone", "expected"),
    [
        ("20.11.2026 10:00", "%d.%m.%Y %H:%M", "Europe/Berlin", "2026-11-20T09:00:00Z"),
        ("11/20/2026 10:00 PM", "%m/%d/%Y %I:%M %p", "UTC", "2026-11-20T22:00:00Z"),
        ("20/Nov/2026:10:00:15 +0100", "%d/%b/%Y:%H:%M:%S %z", None, "2026-11-20T09:00:15Z"),
    ],
)
def test_a_custom_format_is_read(text, name, zone, expected):
    check_time_format(name, has_zone=zone is not None)

    assert read(text, name, zone) == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("20.11.2026 10:00", "auto"), ("11/20/2026", "auto"), ("1.7636E+09", "auto"), ("12345", "auto"),
        ("infinity", "auto"), ("2026-13-01T00:00:00+00", "auto"), ("2026-02-30 10:00:00+00", "auto"),
        ("2026-11-20 25:00:00+00", "auto"), ("x", "epoch"), ("1e9", "epoch"), ("٣", "epoch"),
        ("99999999999999999", "epoch"), ("2026-11-20 10:00", "rfc3339"), ("2026-11-20", "%d.%m.%Y"),
    ],
)  # fmt: skip
def test_an_invalid_time_is_rejected(text, name):
    with pytest.raises(InvalidEvent):
        read(text, name, "UTC")


@pytest.mark.parametrize(
    "name", ["iso", "%Q", "%", "%H:%M", "%Y-%m-%d", "%Y %Z %z", "%Y %Y %z", "%%Y"]
)
def test_an_unusable_format_is_rejected(name):
    with pytest.raises(BadInput, match="--time-format"):
        check_time_format(name, has_zone=False)


@given(st.integers(0, 4_000_000_000_000_000), st.sampled_from(["+05:45", "-03", "+0000", "Z"]))
def test_any_moment_with_any_offset_round_trips(moment, offset):
    shift = {"+05:45": 20_700, "-03": -10_800}.get(offset, 0) * 1_000_000
    text = f"{from_us(moment + shift + 86_400_000_000).replace(tzinfo=None)}{offset}"

    assert to_us(parse(read(text))) == moment + 86_400_000_000
