"""An event, as the server expects it."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import uuid4

_EXAMPLE = 'such as "2026-11-21T09:30:00Z"'
# The times that the server accepts: RFC 3339, section 5.6.
_RFC3339 = re.compile(
    r"(?P<before>\d{4}-\d\d-\d\d[Tt ](?:[01]\d|2[0-3]):\d\d:)(?P<second>\d\d)(?:\.\d{1,9})?"
    r"(?P<offset>[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)?",
    re.ASCII,
)


class Event(NamedTuple):
    """An event, and the same event as JSON."""

    fields: Mapping[str, Any]
    payload: bytes


def make_event(
    fields: Mapping[str, Any],
    properties: Mapping[str, Any] | None,
    occurred_at: str | datetime | None,
) -> Event:
    """Return the event without the fields that are None; with an id and a time if it has none.

    Raises TypeError or ValueError for a time or properties that could never be sent.
    """
    event = {
        **fields,
        "id": fields["id"] or str(uuid4()),
        "occurred_at": _time_text(datetime.now(UTC) if occurred_at is None else occurred_at),
        "properties": dict(properties) if properties else None,
    }
    event = {name: value for name, value in event.items() if value is not None}
    return Event(event, json.dumps(event, separators=(",", ":"), allow_nan=False).encode())


def _time_text(value: str | datetime) -> str:
    if isinstance(value, str):
        _check(value)
        return value
    if not isinstance(value, datetime):
        raise TypeError(
            f"occurred_at must be a datetime with a time zone, or text {_EXAMPLE}; "
            f"not {type(value).__name__}. Convert seconds since 1970 with "
            "datetime.fromtimestamp(seconds, timezone.utc)."
        )
    if value.utcoffset() is None:
        raise ValueError("occurred_at must have a time zone, such as datetime.now(timezone.utc)")
    try:
        return value.astimezone(UTC).isoformat()
    except OverflowError:
        raise ValueError("occurred_at must be after 1970") from None


def _check(text: str) -> None:
    """Raise ValueError with an example, unless this is a time in RFC 3339 with an offset."""
    match = _RFC3339.fullmatch(text)
    if match is None:
        raise ValueError(f"occurred_at must be a time {_EXAMPLE}; not {_excerpt(text)}")
    if match["offset"] is None:
        raise ValueError(
            f"occurred_at must have a time zone: add Z for UTC, or an offset such as +01:00, to "
            f"{_excerpt(text)}"
        )
    second = "59" if match["second"] == "60" else match["second"]  # a leap second
    try:
        moment = datetime.fromisoformat(f"{match['before']}{second}{match['offset']}".upper())
        moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(
            f"occurred_at must be a date and time that exist; not {_excerpt(text)}"
        ) from None


def _excerpt(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:39]}…")  # noqa: PLR2004
