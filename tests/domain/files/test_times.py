"""Times as files write them; what is not certain is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.domain.errors import BadInput
from dashapp.domain.events.event import InvalidEvent
from dashapp.domain.files.notes import Notes
from dashapp.domain.files.times import Times, check_time_format
from dashapp.domain.time.instant import from_us, parse, to_text, to_us


def read(value, name="auto", zone=None, notes=None):
    """As RFC 3339 in UTC."""
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
def test_what_databases_write_is_taken_without_an_option(text, name):
    assert read(text, name) == "2026-11-20T10:00:15.500000Z"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("1763632815", "auto"), ("1763632815000", "auto"), ("1763632815000000", "auto"),
        (1763632815, "auto"), (1763632815000, "auto"), (1763632815.0, "auto"),
        ("1763632815", "epoch"), ("1763632815000", "epoch-ms"), (1763632815, "epoch"),
    ],
)  # fmt: skip
def test_seconds_milliseconds_and_microseconds_since_1970(value, name):
    assert read(value, name) == "2025-11-20T10:00:15Z"


def test_parts_of_a_second_are_exact():
    assert read("1763632815.123456", "epoch") == "2025-11-20T10:00:15.123456Z"
    assert read("1763632815123.4567", "epoch-ms") == "2025-11-20T10:00:15.123456Z"
    assert read(0, "epoch") == "1970-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("2026-11-20 10:00:15", "2026-11-20T09:00:15Z"),
        ("2026-07-20T10:00", "2026-07-20T08:00:00Z"),
        ("2026-11-20", "2026-11-19T23:00:00Z"),
    ],
)
def test_a_time_without_a_zone_needs_one(text, right):
    assert read(text, zone="Europe/Berlin") == right
    with pytest.raises(InvalidEvent, match=r"no time zone\. Say which: --timezone"):
        read(text)


def test_a_time_that_the_clocks_skipped_is_refused_by_name():
    with pytest.raises(InvalidEvent, match="“2026-03-29 02:30:00” does not exist in Europe/Berlin"):
        read("2026-03-29 02:30:00", zone="Europe/Berlin")


def test_of_an_hour_that_is_there_twice_the_first_is_taken_and_told():
    notes = Notes()

    assert read("2026-10-25 02:30:00", zone="Europe/Berlin", notes=notes) == "2026-10-25T00:30:00Z"
    assert list(notes.sentences()) == [
        "Line 1: 1 time in an hour that Europe/Berlin has twice: taken as the first of the two."
    ]


def test_a_day_begins_where_its_midnight_was_skipped():
    assert read("2026-03-08", zone="America/Havana") == "2026-03-08T05:00:00Z"


@pytest.mark.parametrize(
    ("text", "name", "zone", "right"),
    [
        ("20.11.2026 10:00", "%d.%m.%Y %H:%M", "Europe/Berlin", "2026-11-20T09:00:00Z"),
        ("11/20/2026 10:00 PM", "%m/%d/%Y %I:%M %p", "UTC", "2026-11-20T22:00:00Z"),
        ("20/Nov/2026:10:00:15 +0100", "%d/%b/%Y:%H:%M:%S %z", None, "2026-11-20T09:00:15Z"),
    ],
)
def test_a_format_of_ones_own(text, name, zone, right):
    check_time_format(name, has_zone=zone is not None)

    assert read(text, name, zone) == right


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("20.11.2026 10:00", "auto"), ("11/20/2026", "auto"), ("1.7636E+09", "auto"), ("12345", "auto"),
        ("infinity", "auto"), ("2026-13-01T00:00:00+00", "auto"), ("2026-02-30 10:00:00+00", "auto"),
        ("2026-11-20 25:00:00+00", "auto"), ("x", "epoch"), ("1e9", "epoch"), ("٣", "epoch"),
        ("99999999999999999", "epoch"), ("2026-11-20 10:00", "rfc3339"), ("2026-11-20", "%d.%m.%Y"),
    ],
)  # fmt: skip
def test_what_is_no_such_time_is_refused(text, name):
    with pytest.raises(InvalidEvent):
        read(text, name, "UTC")


@pytest.mark.parametrize(
    "name", ["iso", "%Q", "%", "%H:%M", "%Y-%m-%d", "%Y %Z %z", "%Y %Y %z", "%%Y"]
)
def test_a_format_that_can_read_nothing_is_refused_at_once(name):
    with pytest.raises(BadInput, match="--time-format"):
        check_time_format(name, has_zone=False)


@given(st.integers(0, 4_000_000_000_000_000), st.sampled_from(["+05:45", "-03", "+0000", "Z"]))
def test_any_moment_in_any_offset_comes_back(moment, offset):
    shift = {"+05:45": 20_700, "-03": -10_800}.get(offset, 0) * 1_000_000
    text = f"{from_us(moment + shift + 86_400_000_000).replace(tzinfo=None)}{offset}"

    assert to_us(parse(read(text))) == moment + 86_400_000_000
