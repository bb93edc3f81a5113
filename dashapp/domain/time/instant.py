"""Instants: RFC 3339 text, aware datetimes in UTC, and microseconds since 1970.

The database and every comparison use microseconds (`int`); people and JSON use text.
"""

import re
from datetime import UTC, datetime, timedelta

from dashapp.domain.errors import BadInput, excerpt
from dashapp.domain.language import _

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
_MICROSECOND = timedelta(microseconds=1)

# RFC 3339, section 5.6. The offset is required: a time without one is ambiguous.
_RFC3339 = re.compile(
    r"(?P<before>\d{4}-\d\d-\d\d[Tt ](?:[01]\d|2[0-3]):\d\d:)(?P<second>\d\d)(?:\.\d{1,9})?"
    r"(?P<offset>[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
# An unencoded plus in a URL query is decoded as a space.
_LOST_PLUS = re.compile(r" (\d\d:\d\d)$")


def utc_now() -> datetime:
    return datetime.now(UTC)


def to_us(moment: datetime) -> int:
    """Return the microseconds since 1970 of an aware datetime, exactly: without floats."""
    return (moment - EPOCH) // _MICROSECOND


def from_us(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)


def to_text(moment: datetime) -> str:
    """Format as `2026-11-21T09:30:00Z`, with six decimals if there are microseconds."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse(text: str) -> datetime:
    """Parse RFC 3339 with an offset into an aware UTC datetime.

    Digits beyond microseconds are dropped. A leap second (`:60`) becomes the last microsecond of
    its minute, so that it stays in its minute and day.

    Raises BadInput with an example of a valid time.
    """
    match = _RFC3339.fullmatch(text)
    if match is None:
        raise BadInput(
            _(
                "“%(text)s” is not a valid time. Use a format such as 2026-11-21T09:30:00Z or "
                "2026-11-21T10:30:00+01:00; the offset is required."
            ),
            text=excerpt(text),
        )
    if match["second"] == "60":
        text = f"{match['before']}59.999999{match['offset']}"
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInput(_("“%(text)s” is not a valid date and time."), text=excerpt(text)) from None


def parse_query_param(text: str) -> datetime:
    """Parse a time from a URL query, in which an unencoded plus has become a space.

    Raises BadInput with an example of a valid time.
    """
    return parse(_LOST_PLUS.sub(r"+\1", text))
