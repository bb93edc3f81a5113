"""The times of events: datetimes with a time zone, and text in RFC 3339."""

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from enum import StrEnum

import pytest
from dashapp_client import Client


class Moment(StrEnum):
    LAUNCH = "2026-11-20T09:30:00Z"


def sent_time(server, occurred_at) -> str:
    with Client(server.url, "k") as dash:
        dash.send("page.viewed", occurred_at=occurred_at)
    return server.batches[-1][0]["occurred_at"]


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20T09:30:00Z",
        "2026-11-20t09:30:00z",
        "2026-11-20 09:30:00Z",
        "2026-11-20T10:30:00+01:00",
        "2026-11-20T09:30:00.123456789Z",
        "2016-12-31T23:59:60Z",
        "2024-02-29T00:00:00-23:59",
        Moment.LAUNCH,
    ],
)
def test_text_is_sent_as_it_is(server, text):
    assert sent_time(server, text) == text


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 11, 20, 9, 30, tzinfo=UTC), "2026-11-20T09:30:00+00:00"),
        (datetime(2026, 11, 20, 9, 30, 0, 5, UTC), "2026-11-20T09:30:00.000005+00:00"),
        (datetime(2026, 11, 20, 9, 30, tzinfo=timezone(timedelta(hours=-3))), "2026-11-20T12:30:00+00:00"),
        # Local mean time: RFC 3339 has no seconds in offsets.
        (datetime(1980, 1, 1, tzinfo=timezone(timedelta(minutes=53, seconds=28))), "1979-12-31T23:06:32+00:00"),
    ],
)  # fmt: skip
def test_a_datetime_is_sent_in_utc(server, moment, text):
    assert sent_time(server, moment) == text


def test_an_event_without_a_time_happens_now(server):
    before = datetime.now(UTC)
    text = sent_time(server, None)

    assert before <= datetime.fromisoformat(text) <= datetime.now(UTC)


class Zoneless(tzinfo):
    """A zone that does not know its offset: Python treats such a datetime as naive."""

    def utcoffset(self, _moment) -> None:
        return None


@pytest.mark.parametrize(
    ("value", "error", "advice"),
    [
        (datetime(2026, 1, 1), ValueError, "must have a time zone, such as datetime.now"),
        (datetime(2026, 1, 1, tzinfo=Zoneless()), ValueError, "must have a time zone"),
        (datetime.min.replace(tzinfo=timezone(timedelta(hours=1))), ValueError, "after 1970"),
        ("2026-11-20T09:30:00", ValueError, r"add Z for UTC, or an offset such as \+01:00"),
        ("2026-11-20", ValueError, "such as \"2026-11-21T09:30:00Z\"; not '2026-11-20'"),
        ("2026-11-20T09:30Z", ValueError, "such as"),
        (" 2026-11-20T09:30:00Z", ValueError, "such as"),
        ("2026-11-20T09:30:00Z\n", ValueError, "such as"),
        ("2026-11-20T09:30:00+0100", ValueError, "such as"),
        ("２０２６-11-20T09:30:00Z", ValueError, "such as"),
        ("2026-02-30T09:30:00Z", ValueError, "date and time that exist"),
        ("2026-11-20T09:30:61Z", ValueError, "date and time that exist"),
        ("0001-01-01T00:00:00+01:00", ValueError, "date and time that exist"),
        ("", ValueError, "such as"),
        ("yesterday" * 1000, ValueError, "…'$"),
        (1_795_165_200, TypeError, r"not int.*datetime.fromtimestamp\(seconds, timezone.utc\)"),
        (0, TypeError, "not int"),
        (False, TypeError, "not bool"),
        (1_795_165_200.5, TypeError, "not float"),
        (date(2026, 11, 20), TypeError, "not date"),
        (b"2026-11-20T09:30:00Z", TypeError, "not bytes"),
        ([], TypeError, "not list"),
    ],
)
def test_another_time_raises_at_once_and_says_what_to_do(server, value, error, advice):
    with Client(server.url, "k") as dash, pytest.raises(error, match=advice) as raised:
        dash.send("page.viewed", occurred_at=value)

    assert len(str(raised.value)) < 250
    assert dash.statistics == (0, 0, 0, 0, 0)
