"""Parse request bodies into events; an invalid event does not affect the valid ones.

Sizes are limited while a body is decompressed and before its events are checked. A body that is
not a JSON array or object is rejected as a whole; a bad event or NDJSON line is one rejection.
"""

import json
import re
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from dashapp.domain.errors import BadInput, TooLarge
from dashapp.domain.events.event import Event, InvalidEvent, Rejection, make_event

MAX_EVENTS = 1_000
MAX_BYTES = 1_000_000
MAX_UNPACKED_BYTES = 5_000_000
_MAX_OBJECTS = 100_000  # in all events of a body
_SPACE = re.compile(r"[ \t\n\r]*")
_OPENING = re.compile(r"[ \t\n\r]*(?:(\{)[ \t\n\r]*\"events\"[ \t\n\r]*:[ \t\n\r]*)?\[")
_CLOSING = re.compile(r"\][ \t\n\r]*\Z")
_CLOSING_OBJECT = re.compile(r"\][ \t\n\r]*\}[ \t\n\r]*\Z")
_LINE = re.compile(rb"[^\s][^\n]*")


class Batch(NamedTuple):
    """The valid events of a body, each with its index in the body, and the rejections."""

    indexes: list[int]
    events: list[Event]
    rejected: list[Rejection]

    @property
    def size(self) -> int:
        """How many events were sent, valid or not."""
        return len(self.events) + len(self.rejected)


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
    """Parse an array of events, or `{"events": […]}`. Raises BadInput or TooLarge.

    One event after the other is parsed, so that a body with too many costs no more than a full one.
    """
    parser = _Parser()
    values = [_given(value) for value in _elements(_text(body), parser)]
    return _batch(values, received_at)


def read_ndjson(body: bytes, *, received_at: datetime) -> Batch:
    """Parse one event per line. Raises TooLarge."""
    parser = _Parser()
    lines = [match.group() for match in islice(_LINE.finditer(body), MAX_EVENTS + 1)]
    return _batch([partial(parser.parse, line) for line in lines], received_at)


# Returns a parsed value, and whether an object in it has a duplicate key.
_Reader = Callable[[], tuple[object, bool]]


def _given(value: tuple[object, bool]) -> _Reader:
    return lambda: value


def _batch(readers: list[_Reader], received_at: datetime) -> Batch:
    if len(readers) > MAX_EVENTS:
        raise TooLarge(f"Too many events. Send at most {MAX_EVENTS:,} per request.")
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
    event = make_event(value, received_at=received_at)
    if has_duplicates:
        raise InvalidEvent("Duplicate key in an object.", code="duplicate_key")
    return event


class _Parser:
    """Parses the values of one body. It stops at more objects than a body of events has."""

    def __init__(self) -> None:
        self._objects = 0
        self._has_duplicates = False
        self._decoder = json.JSONDecoder(object_pairs_hook=self._object, parse_constant=_refuse)

    def parse(self, line: bytes) -> tuple[object, bool]:
        """Parse a text that is one value. Raises InvalidEvent or TooLarge."""
        text = _text(line)
        (value, has_duplicates), end = self.parse_at(text, _start(text, 0))
        if _start(text, end) < len(text):
            raise _invalid()
        return value, has_duplicates

    def parse_at(self, text: str, start: int) -> tuple[tuple[object, bool], int]:
        """Parse the value that starts here, and return where it ends.

        Raises InvalidEvent or TooLarge.
        """
        self._has_duplicates = False
        try:
            value, end = self._decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            raise _invalid() from None
        return (value, self._has_duplicates), end

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        self._objects += 1
        if self._objects > _MAX_OBJECTS:
            raise TooLarge("The events have too many objects. Send fewer events per request.")
        fields = dict(pairs)
        if len(fields) < len(pairs):
            self._has_duplicates = True
        return fields


def _elements(text: str, parser: _Parser) -> Iterator[tuple[object, bool]]:
    """Yield the values of the array in a body, at most one more than allowed."""
    opening = _OPENING.match(text)
    if opening is None:
        raise BadInput('Send a JSON array of events, {"events": […]}, or NDJSON.')
    place = _start(text, opening.end())
    is_first = True
    for _number in range(MAX_EVENTS + 1):
        if is_first and text.startswith("]", place):
            break
        value, end = parser.parse_at(text, place)
        yield value
        place = _start(text, end)
        is_first = False
        if not text.startswith(",", place):
            break
        place = _start(text, place + 1)
    else:
        return
    closing = (_CLOSING_OBJECT if opening.group(1) else _CLOSING).match(text, place)
    if closing is None:
        raise _invalid()


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except ValueError:
        raise _invalid() from None


def _start(text: str, place: int) -> int:
    """Return where the next thing that is not white space starts."""
    space = _SPACE.match(text, place)
    return space.end() if space else place


def _invalid() -> InvalidEvent:
    return InvalidEvent("Invalid JSON.", code="invalid_json")


def _refuse(constant: str) -> None:
    raise ValueError(constant)
