"""Parse request bodies into events; an invalid event does not affect the valid ones.

Sizes are limited while a body is decompressed and before its events are checked. A body that is
not a JSON array or object is rejected as a whole; a bad event or NDJSON line is one rejection.
"""

import json
import zlib
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from dashapp.domain.errors import BadInput, TooLarge
from dashapp.domain.events.event import Event, InvalidEvent, Rejection, make_event

MAX_EVENTS = 1_000
MAX_BYTES = 1_000_000
MAX_UNPACKED_BYTES = 5_000_000


class Batch(NamedTuple):
    """The valid events of a body, each with its index in the body, and the rejections."""

    indexes: list[int]
    events: list[Event]
    rejected: list[Rejection]

    @property
    def size(self) -> int:
        """How many events were sent, valid or not."""
        return len(self.events) + len(self.rejected)


class _DuplicateKeys(dict[str, Any]):
    """An object with a duplicate key."""


def unpack(body: bytes) -> bytes:
    """Decompress a gzip body.

    Raises TooLarge at the limit, before the rest is decompressed, and BadInput if damaged.
    """
    unpacker = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacker.decompress(body, MAX_UNPACKED_BYTES + 1)
    except zlib.error:
        raise BadInput("Content-Encoding is gzip, but the body is not valid gzip.") from None
    if len(unpacked) > MAX_UNPACKED_BYTES:
        raise TooLarge(
            f"The uncompressed body is larger than {MAX_UNPACKED_BYTES:,} bytes. Send fewer events "
            "per request."
        )
    if not unpacker.eof or unpacker.unused_data:
        raise BadInput("The gzip body is truncated or followed by other data.")
    return unpacked


def read_json(body: bytes, *, received_at: datetime) -> Batch:
    """Parse an array of events, or `{"events": […]}`. Raises BadInput or TooLarge."""
    parsed, has_duplicates = _parsed(body)
    if type(parsed) is dict and parsed.keys() == {"events"}:
        parsed = parsed["events"]
    if not isinstance(parsed, list):
        raise BadInput('Send a JSON array of events, {"events": […]}, or NDJSON.')
    return _batch([_parsed_value(value, has_duplicates) for value in parsed], received_at)


def read_ndjson(body: bytes, *, received_at: datetime) -> Batch:
    """Parse one event per line. Raises TooLarge."""
    lines = [line for line in body.split(b"\n") if line.strip()]
    return _batch([_ndjson_line(line) for line in lines], received_at)


# Returns a parsed value, and whether an object in the same text has a duplicate key.
_Reader = Callable[[], tuple[object, bool]]


def _parsed_value(value: object, has_duplicates: bool) -> _Reader:  # noqa: FBT001
    return lambda: (value, has_duplicates)


def _ndjson_line(line: bytes) -> _Reader:
    return lambda: _parsed(line)


def _batch(readers: list[_Reader], received_at: datetime) -> Batch:
    if len(readers) > MAX_EVENTS:
        raise TooLarge(
            f"Too many events: {len(readers):,}. Send at most {MAX_EVENTS:,} per request."
        )
    batch = Batch([], [], [])
    for index, read in enumerate(readers):
        try:
            event = _event(*read(), received_at)
        except BadInput as error:
            batch.rejected.append(Rejection(index, error.code, error.message))
        else:
            batch.indexes.append(index)
            batch.events.append(event)
    return batch


def _event(value: object, has_duplicates: bool, received_at: datetime) -> Event:  # noqa: FBT001
    if not isinstance(value, dict):
        raise InvalidEvent("An event must be a JSON object.", code="not_an_object")
    event = make_event(value, received_at=received_at)  # first: it limits the nesting depth
    if has_duplicates and (isinstance(value, _DuplicateKeys) or _has_duplicates(value.values())):
        raise InvalidEvent("Duplicate key in an object.", code="duplicate_key")
    return event


def _has_duplicates(values: Iterable[object]) -> bool:
    """Whether a nested object has a duplicate key."""
    for value in values:
        if isinstance(value, _DuplicateKeys):
            return True
        if isinstance(value, dict | list) and _has_duplicates(
            value.values() if isinstance(value, dict) else value
        ):
            return True
    return False


def _parsed(text: bytes) -> tuple[Any, bool]:
    """Parse JSON; also return whether any object in it has a duplicate key."""
    duplicates: list[bool] = []

    def make_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        fields = dict(pairs)
        if len(fields) == len(pairs):
            return fields
        duplicates.append(True)
        return _DuplicateKeys(fields)

    try:
        parsed = json.loads(text.decode(), object_pairs_hook=make_object, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise InvalidEvent("Invalid JSON.", code="invalid_json") from None
    return parsed, bool(duplicates)


def _refuse(constant: str) -> None:
    raise ValueError(constant)
