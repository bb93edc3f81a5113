"""The body of a request as events: one verdict each, and nothing lost of the good ones.

Sizes are checked before anything is unpacked or parsed. A body that is no JSON array or object is
refused whole; a bad event, or a bad line of NDJSON, is one rejection.
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
    """What a body holds: valid events, each with its place in the body, and what was refused."""

    indexes: list[int]
    events: list[Event]
    rejected: list[Rejection]

    @property
    def size(self) -> int:
        """How many events were sent, good or bad."""
        return len(self.events) + len(self.rejected)


class _Twice(dict[str, Any]):
    """An object in which a key stands twice."""


def unpack(body: bytes) -> bytes:
    """A gzip body, unpacked. Raises TooLarge before the limit is passed, BadInput if damaged."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacker.decompress(body, MAX_UNPACKED_BYTES + 1)
    except zlib.error:
        raise BadInput("The body is not gzip, although Content-Encoding says so.") from None
    if len(unpacked) > MAX_UNPACKED_BYTES:
        raise TooLarge(
            f"The body unpacks to more than {MAX_UNPACKED_BYTES:,} bytes. Send less at once."
        )
    if not unpacker.eof or unpacker.unused_data:
        raise BadInput("The gzip body was cut off, or something follows it.")
    return unpacked


def read_json(body: bytes, *, received_at: datetime) -> Batch:
    """An array of events, or `{"events": […]}`. Raises BadInput, TooLarge."""
    found, has_twice = _parsed(body)
    if type(found) is dict and found.keys() == {"events"}:
        found = found["events"]
    if not isinstance(found, list):
        raise BadInput('Send a JSON array of events, {"events": […]}, or NDJSON.')
    return _checked([_always(one, has_twice) for one in found], received_at)


def read_ndjson(body: bytes, *, received_at: datetime) -> Batch:
    """An event a line. Raises TooLarge."""
    lines = [line for line in body.split(b"\n") if line.strip()]
    return _checked([_line(line) for line in lines], received_at)


# Answers with a parsed value, and whether a key may stand twice somewhere in it.
_Reader = Callable[[], tuple[object, bool]]


def _always(value: object, has_twice: bool) -> _Reader:  # noqa: FBT001 - as it was parsed
    return lambda: (value, has_twice)


def _line(line: bytes) -> _Reader:
    return lambda: _parsed(line)


def _checked(readers: list[_Reader], received_at: datetime) -> Batch:
    if len(readers) > MAX_EVENTS:
        raise TooLarge(f"At most {MAX_EVENTS:,} events at once; this has {len(readers):,}.")
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


def _event(value: object, has_twice: bool, received_at: datetime) -> Event:  # noqa: FBT001
    if not isinstance(value, dict):
        raise InvalidEvent("An event must be a JSON object.", code="not_an_object")
    event = make_event(value, received_at=received_at)  # refuses what is nested too deep, first
    if has_twice and (isinstance(value, _Twice) or _has_twice(value.values())):
        raise InvalidEvent("A key stands twice in one object.", code="duplicate_key")
    return event


def _has_twice(values: Iterable[object]) -> bool:
    """Whether an object further down has a key twice."""
    for value in values:
        if isinstance(value, _Twice):
            return True
        if isinstance(value, dict | list) and _has_twice(
            value.values() if isinstance(value, dict) else value
        ):
            return True
    return False


def _parsed(text: bytes) -> tuple[Any, bool]:
    """JSON, and whether a key stands twice in some object of it."""
    twice: list[bool] = []

    def make(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) == len(pairs):
            return made
        twice.append(True)
        return _Twice(made)

    try:
        found = json.loads(text.decode(), object_pairs_hook=make, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise InvalidEvent("That is not valid JSON.", code="invalid_json") from None
    return found, bool(twice)


def _refuse(constant: str) -> None:
    raise ValueError(constant)
