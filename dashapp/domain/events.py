"""One tracked fact: what may be in it, and how it is normalised before it is stored.

The limits and the words are docs/events.md. The same text is refused on every database, because it
is refused here.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from dashapp.domain.errors import BadInput, shown
from dashapp.domain.instant import parse, to_us

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}", re.ASCII)
DEFAULT_PROJECT = "default"
DEFAULT_CHANNEL = "web"
KEYS = frozenset({"id", "type", "occurred_at", "user", "channel", "project", "properties"})
MAX_PROPERTIES_BYTES = 32_768
MAX_DEPTH = 5
MAX_ID, MAX_TYPE, MAX_USER = 64, 100, 200
MAX_AHEAD = timedelta(hours=1)

_TYPE = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*", re.ASCII)
_CHANNEL = re.compile(r"[a-z0-9][a-z0-9_.-]{0,49}", re.ASCII)
# NUL and other control characters, lone surrogates: PostgreSQL refuses what SQLite would keep.
_UNSTORABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_UNSTORABLE_IN_TEXT = re.compile(r"[\x00\ud800-\udfff]")
_INT64 = 2**63


class Event(NamedTuple):
    """A valid event, normalised. `occurred_at` in microseconds UTC; `properties` canonical JSON."""

    id: str
    type: str
    occurred_at: int
    user: str | None
    channel: str
    project: str
    properties: str


@dataclass(frozen=True, slots=True)
class Rejection:
    """One event that was refused: its place in the batch, a code, and a message that helps."""

    index: int
    code: str
    message: str


class InvalidEvent(BadInput):
    """Why an event is refused: a code for programs, a message for people."""


def is_slug(text: str) -> bool:
    return SLUG.fullmatch(text) is not None


def make_event(raw: Mapping[str, Any], *, received_at: datetime) -> Event:
    """Check and normalise one event. Raises InvalidEvent with a code and a message."""
    unknown = raw.keys() - KEYS
    if unknown:
        raise InvalidEvent(
            f"Unknown key “{shown(min(map(str, unknown)))}”. Put your own fields under "
            "“properties”.",
            code="unknown_key",
        )
    return Event(
        id=_id(raw.get("id")),
        type=_type(raw.get("type")),
        occurred_at=_occurred_at(raw.get("occurred_at"), received_at),
        user=_user(raw.get("user")),
        channel=_channel(raw.get("channel")),
        project=_project(raw.get("project")),
        properties=_properties(raw.get("properties")),
    )


def _id(value: object) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= MAX_ID or _UNSTORABLE.search(value):
        raise InvalidEvent(
            "“id” must be 1 to 64 printable characters, chosen by you, the same when you send "
            "the event again.",
            code="invalid_id",
        )
    return value


def _type(value: object) -> str:
    if not isinstance(value, str) or len(value) > MAX_TYPE or not _TYPE.fullmatch(value):
        raise InvalidEvent(
            "“type” must be dotted lower-case words, like order.created, up to 100 characters.",
            code="invalid_type",
        )
    return value


def _occurred_at(value: object, received_at: datetime) -> int:
    if value is None:
        return to_us(received_at)
    if not isinstance(value, str):
        raise InvalidEvent(
            "“occurred_at” must be text like 2026-11-21T09:30:00Z.", code="invalid_time"
        )
    try:
        moment = parse(value)
    except BadInput as error:
        raise InvalidEvent(error.message, code="invalid_time") from None
    if moment > received_at + MAX_AHEAD:
        raise InvalidEvent(
            "“occurred_at” is more than an hour ahead of the server's clock.", code="in_the_future"
        )
    microseconds = to_us(moment)
    if microseconds < 0:
        raise InvalidEvent("“occurred_at” is before 1970.", code="before_1970")
    return microseconds


def _user(value: object) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > MAX_USER or _UNSTORABLE.search(value):
        raise InvalidEvent(
            "“user” must be text of up to 200 printable characters.", code="invalid_user"
        )
    return value


def _channel(value: object) -> str:
    if value is None:
        return DEFAULT_CHANNEL
    word = value.strip().lower() if isinstance(value, str) else None
    if word == "":
        return DEFAULT_CHANNEL
    if word is None or not _CHANNEL.fullmatch(word):
        raise InvalidEvent(
            "“channel” must be api, web or another word of up to 50 characters, without blanks.",
            code="invalid_channel",
        )
    return word


def _project(value: object) -> str:
    if value is None or value == "":
        return DEFAULT_PROJECT
    if not isinstance(value, str) or not is_slug(value):
        raise InvalidEvent(
            "“project” must be lower-case letters, digits and dashes, up to 63 characters.",
            code="invalid_project",
        )
    return value


def _properties(value: object) -> str:
    if value is None:
        return "{}"
    if not isinstance(value, dict):
        raise InvalidEvent("“properties” must be an object.", code="invalid_properties")
    if not value:
        return "{}"
    _check_properties(value, depth=1)
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    if len(text.encode()) > MAX_PROPERTIES_BYTES:
        raise InvalidEvent("“properties” is larger than 32 KB.", code="properties_too_large")
    return text


def _check_properties(value: object, depth: int) -> None:
    if isinstance(value, str):
        if _UNSTORABLE_IN_TEXT.search(value):
            raise InvalidEvent(
                "Text must not hold NUL characters or broken Unicode.", code="invalid_text"
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
