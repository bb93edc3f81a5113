"""Conversion between text, instants and microseconds."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.domain.errors import BadInput
from dashapp.domain.time.instant import from_us, parse, to_text, to_us


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-21T09:30:00Z", "2026-11-21T09:30:00Z"),
        ("2026-11-21t09:30:00z", "2026-11-21T09:30:00Z"),
        ("2026-11-21T10:30:00+01:00", "2026-11-21T09:30:00Z"),
        ("2026-11-21T09:30:00.5Z", "2026-11-21T09:30:00.500000Z"),
        ("2026-11-21T09:30:00.123456789Z", "2026-11-21T09:30:00.123456Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999Z"),
        ("2026-11-21T00:30:00-12:00", "2026-11-21T12:30:00Z"),
    ],
)
def test_rfc_3339_is_parsed(text, expected):
    assert to_text(parse(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026-11-21",
        "2026-11-21T09:30:00",
        "2026-11-21T09:30Z",
        "1732180000",
        "2026-13-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-11-21T24:00:00Z",
        "2026-11-21T09:30:00+25:00",
        "2026-11-21T09:30:00Z\n",
        "２０２６-11-21T09:30:00Z",
        "0001-01-01T00:00:00+01:00",
    ],
)
def test_anything_else_is_rejected(text):
    with pytest.raises(BadInput):
        parse(text)


@given(st.datetimes(datetime(1970, 1, 1), datetime(9999, 1, 1)))
def test_microseconds_are_exact(moment):
    aware = moment.replace(tzinfo=UTC)

    assert from_us(to_us(aware)) == aware
