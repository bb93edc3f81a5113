"""Instants: RFC 3339 text, aware datetimes in UTC, and microseconds since 1970.

The database and every comparison use microseconds (`int`); people and JSON use text.
"""

import re
from datetime import UTC, datetime, timedelta

from dashapp.domain.errors import BadInput, shown
from dashapp.domain.language import _

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
_MICROSECOND = timedelta(microseconds=1)

# RFC 3339 section 5.6. The offset is required: a time without one means nothing.
_RFC3339 = re.compile(
    r"(?P<before>\d{4}-\d\d-\d\d[Tt ](?:[01]\d|2[0-3]):\d\d:)(?P<second>\d\d)(?:\.\d{1,9})?"
    r"(?P<offset>[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)


# In an address, a plus that was not encoded becomes a blank.
_LOST_PLUS = re.compile(r" (\d\d:\d\d)$")


def utc_now() -> datetime:
    return datetime.now(UTC)


def to_us(moment: datetime) -> int:
    """Microseconds since 1970 of an aware datetime; exact, no float on the way."""
    return (moment - EPOCH) // _MICROSECOND


def from_us(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)


def to_text(moment: datetime) -> str:
    """`2026-11-21T09:30:00Z`, with six decimals when there are any."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse(text: str) -> datetime:
    """RFC 3339 with an offset -> aware UTC datetime; digits beyond microseconds are cut off.

    A leap second (`:60`) is the last microsecond of its minute, so that it stays in its own
    minute and day.

    Raises BadInput, with an example.
    """
    match = _RFC3339.fullmatch(text)
    if match is None:
        raise BadInput(
            _(
                "“%(text)s” is not a time. Write it like 2026-11-21T09:30:00Z or "
                "2026-11-21T10:30:00+01:00; the offset is required."
            ),
            text=shown(text),
        )
    if match["second"] == "60":
        text = f"{match['before']}59.999999{match['offset']}"
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInput(
            _("“%(text)s” is not a date and time that exists."), text=shown(text)
        ) from None


def parse_address(text: str) -> datetime:
    """A time from an address, where a plus that was not encoded has become a blank.

    Raises BadInput, with an example.
    """
    return parse(_LOST_PLUS.sub(r"+\1", text))
