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
    return _batch(json_values(body), received_at)


def read_ndjson(body: bytes, *, received_at: datetime) -> Batch:
    """Parse one event per line. Raises TooLarge."""
    return _batch(ndjson_values(body), received_at)


class Value(NamedTuple):
    """A value of a body, and whether an object in it has a duplicate key. `size` is its length."""

    value: object
    has_duplicates: bool
    size: int


# Returns a value of a body. Raises InvalidEvent if it is not JSON.
Reader = Callable[[], Value]


def json_values(body: bytes) -> list[Reader]:
    """Return the values of an array, or of `{"events": […]}`. Raises BadInput or TooLarge."""
    parser = _Parser()
    return _at_most([_given(value) for value in _elements(_text(body), parser)])


def ndjson_values(body: bytes) -> list[Reader]:
    """Return the values of the lines. Raises TooLarge."""
    parser = _Parser()
    lines = [match.group() for match in islice(_LINE.finditer(body), MAX_EVENTS + 1)]
    return _at_most([partial(parser.parse, line) for line in lines])


def _given(value: Value) -> Reader:
    return lambda: value


def _at_most(readers: list[Reader]) -> list[Reader]:
    if len(readers) > MAX_EVENTS:
        raise TooLarge(f"Too many events. Send at most {MAX_EVENTS:,} per request.")
    return readers


def _batch(readers: list[Reader], received_at: datetime) -> Batch:
    batch = Batch([], [], [])
    for index, read in enumerate(readers):
        try:
            value = read()
        except BadInput as error:
            batch.rejected.append(Rejection(index, error.code, error.message))
        else:
            add_to(batch, index, value, received_at)
    return batch


def add_to(batch: Batch, index: int, value: Value, received_at: datetime) -> None:
    """Add a value of a body to a batch: as an event, or as a rejection that says why not."""
    try:
        event = _event(value, received_at)
    except BadInput as error:
        texts = (_text_in(value.value, "id"), _text_in(value.value, "type"))
        batch.rejected.append(Rejection(index, error.code, error.message, *texts))
    else:
        batch.indexes.append(index)
        batch.events.append(event)


def _event(sent: Value, received_at: datetime) -> Event:
    if not isinstance(sent.value, dict):
        raise InvalidEvent("An event must be a JSON object.", code="not_an_object")
    event = make_event(sent.value, received_at=received_at)
    if sent.has_duplicates:
        raise InvalidEvent("Duplicate key in an object.", code="duplicate_key")
    return event


def _text_in(value: object, key: str) -> str:
    text = value.get(key) if isinstance(value, dict) else None
    return text if isinstance(text, str) else ""


class _Parser:
    """Parses the values of one body. It stops at more objects than a body of events has."""

    def __init__(self) -> None:
        self._objects = 0
        self._has_duplicates = False
        self._decoder = json.JSONDecoder(object_pairs_hook=self._object, parse_constant=_refuse)

    def parse(self, line: bytes) -> Value:
        """Parse a text that is one value. Raises InvalidEvent or TooLarge."""
        text = _text(line)
        value, end = self.parse_at(text, _start(text, 0))
        if _start(text, end) < len(text):
            raise _invalid()
        return value

    def parse_at(self, text: str, start: int) -> tuple[Value, int]:
        """Parse the value that starts here, and return where it ends.

        Raises InvalidEvent or TooLarge.
        """
        self._has_duplicates = False
        try:
            value, end = self._decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            raise _invalid() from None
        return Value(value, self._has_duplicates, end - start), end

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        self._objects += 1
        if self._objects > _MAX_OBJECTS:
            raise TooLarge("The events have too many objects. Send fewer events per request.")
        fields = dict(pairs)
        if len(fields) < len(pairs):
            self._has_duplicates = True
        return fields


def _elements(text: str, parser: _Parser) -> Iterator[Value]:
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
