"""One event: validation, and normalization before it is stored.

docs/send-events.md documents the limits. Text that only some databases accept is rejected here, so
that all databases behave the same.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, NamedTuple

import msgspec
import orjson
from msgspec import Meta

from dashapp.domain.errors import BadInput, excerpt
from dashapp.domain.time.instant import parse, to_us

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}", re.ASCII)
DEFAULT_PROJECT = "default"
DEFAULT_CHANNEL = "web"
KEYS = frozenset({"id", "type", "occurred_at", "user", "channel", "project", "properties"})
MAX_PROPERTIES_BYTES = 32_768
MAX_DEPTH = 5
MAX_AHEAD = timedelta(hours=1)

_CHANNEL = re.compile(r"[a-z0-9][a-z0-9_.-]{0,49}", re.ASCII)
# Control characters and lone surrogates. PostgreSQL rejects some of them, SQLite none.
_UNSTORABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_UNSTORABLE_IN_TEXT = re.compile(r"[\x00\ud800-\udfff]")
_INT64 = 2**63


class Event(NamedTuple):
    """A valid, normalized event. `occurred_at` is UTC microseconds, `properties` canonical JSON."""

    id: str
    type: str
    occurred_at: int
    user: str | None
    channel: str
    project: str
    properties: str


@dataclass(frozen=True, slots=True)
class Rejection:
    """One rejected event: its index in the batch, a code, and a message that says what to fix.

    `event_id` and `type` are as sent, if they are texts: untrusted.
    """

    index: int
    code: str
    message: str
    event_id: str = ""
    type: str = ""


class InvalidEvent(BadInput):
    """Why an event is rejected: a code for programs, a message for people."""


def is_slug(text: str) -> bool:
    return SLUG.fullmatch(text) is not None


class EventFields(msgspec.Struct, forbid_unknown_fields=True):
    """An event as sent. Null counts as absent."""

    id: Annotated[
        str,
        Meta(min_length=1, max_length=64, description="Unique per org: an id counts only once."),
    ]
    type: Annotated[str, Meta(max_length=100, pattern=r"\A[a-z0-9_]+(\.[a-z0-9_]+)*\Z")]
    occurred_at: (
        Annotated[str, Meta(description="RFC 3339 with an offset. Default: the time of receipt.")]
        | None
    ) = None
    user: Annotated[str, Meta(max_length=200)] | None = None
    channel: Annotated[str, Meta(max_length=100)] | None = None
    project: Annotated[str, Meta(pattern=r"\A([a-z0-9][a-z0-9-]{0,62})?\Z")] | None = None
    properties: dict[str, Any] | None = None


_FAULTS = {
    "id": (
        "invalid_id",
        "“id” must be 1 to 64 printable characters. Choose it yourself and reuse it on retries.",
    ),
    "type": (
        "invalid_type",
        "“type” must be lowercase words joined by dots (order.created), up to 100 characters.",
    ),
    "occurred_at": ("invalid_time", "“occurred_at” must be a string such as 2026-11-21T09:30:00Z."),
    "user": ("invalid_user", "“user” must be a string of up to 200 printable characters."),
    "channel": (
        "invalid_channel",
        "“channel” must be up to 50 lowercase letters, digits, dots, dashes and underscores.",
    ),
    "project": (
        "invalid_project",
        "“project” must be up to 63 lowercase letters, digits and dashes.",
    ),
    "properties": ("invalid_properties", "“properties” must be a JSON object."),
}
_FIELD = re.compile(r"`\$\.(\w+)`|field `(\w+)`")


def make_event(raw: Mapping[str, Any], *, received_at: datetime) -> Event:
    """Validate and normalize one event. Raises InvalidEvent with a code and a message."""
    unknown = raw.keys() - KEYS
    if unknown:
        raise InvalidEvent(
            f"Unknown key “{excerpt(min(map(str, unknown)))}”. Put your own fields under "
            "“properties”.",
            code="unknown_key",
        )
    try:
        sent = msgspec.convert(raw, EventFields)
    except msgspec.ValidationError as error:
        raise _fault(_field_of(error)) from None
    for name, text in (("id", sent.id), ("user", sent.user)):
        if text and _UNSTORABLE.search(text):
            raise _fault(name)
    return Event(
        id=sent.id,
        type=sent.type,
        occurred_at=_occurred_at(sent.occurred_at, received_at),
        user=sent.user or None,
        channel=_channel(sent.channel),
        project=sent.project or DEFAULT_PROJECT,
        properties=_properties(sent.properties),
    )


def _field_of(error: msgspec.ValidationError) -> str:
    """Return the field that failed validation."""
    match = _FIELD.search(str(error))
    name = match and (match[1] or match[2])
    return name if name in _FAULTS else "properties"


def _fault(field: str) -> InvalidEvent:
    code, message = _FAULTS[field]
    return InvalidEvent(message, code=code)


def _occurred_at(value: str | None, received_at: datetime) -> int:
    if value is None:
        return to_us(received_at)
    try:
        moment = parse(value)
    except BadInput as error:
        raise InvalidEvent(error.message, code="invalid_time") from None
    if moment > received_at + MAX_AHEAD:
        raise InvalidEvent(
            "“occurred_at” is more than 1 hour ahead of the server's clock.", code="in_the_future"
        )
    microseconds = to_us(moment)
    if microseconds < 0:
        raise InvalidEvent("“occurred_at” is before 1970.", code="before_1970")
    return microseconds


def _channel(value: str | None) -> str:
    channel = value.strip().lower() if value else ""
    if not channel:
        return DEFAULT_CHANNEL
    if not _CHANNEL.fullmatch(channel):
        raise _fault("channel")
    return channel


def _properties(value: dict[str, Any] | None) -> str:
    if not value:
        return "{}"
    _check_properties(value, depth=1)
    text = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    if len(text) > MAX_PROPERTIES_BYTES:
        raise InvalidEvent("“properties” is larger than 32 KB.", code="properties_too_large")
    return text.decode()


def _check_properties(value: object, depth: int) -> None:
    if isinstance(value, str):
        if _UNSTORABLE_IN_TEXT.search(value):
            raise InvalidEvent(
                "Text must not contain NUL characters or invalid Unicode.", code="invalid_text"
            )
    elif isinstance(value, dict | list):
        if depth > MAX_DEPTH:
            raise InvalidEvent(
                f"“properties” is nested deeper than {MAX_DEPTH} levels.",
                code="properties_too_deep",
            )
        for item in (*value, *value.values()) if isinstance(value, dict) else value:
            _check_properties(item, depth + 1)
    elif isinstance(value, int):
        if not -_INT64 <= value < _INT64:
            raise InvalidEvent("Whole numbers must fit in 64 bits.", code="invalid_number")
    elif isinstance(value, float) and not math.isfinite(value):
        raise InvalidEvent("Numbers must be finite.", code="invalid_number")
