"""JSON as records: an object a line, an array of objects, or objects one after the other.

NDJSON keeps its lines: an id is made from the line as it is, and a bad line is one refusal. Of
anything else a record's id is made from its canonical JSON (keys sorted, no blanks), so that it
stays the same however the file is laid out.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from dashapp.domain.errors import BadInput
from dashapp.domain.files.csv_rows import encoding_fault
from dashapp.domain.files.records import MAX_RECORD, Record
from dashapp.domain.files.text import has_cr_line_ends, has_undecodable, is_too_long

_ARRAY = re.compile(rb"\s*\[\s*(?:[\[{\]\"\d-]|$)")
_WRAPPED = re.compile(rb'\s*\{\s*"events"\s*:\s*\[')
_OPEN = re.compile(r'\[|\{\s*"events"\s*:\s*\[')
_BLANK = re.compile(r"[\s,]*")
_PUNCTUATION = re.compile(r'["{}\[\]]')
_REST_OF_TEXT = re.compile(r'(?:[^"\\]|\\.)*"', re.DOTALL)
_NEXT = re.compile(r"[,\]\n]")


class DuplicateKey(ValueError):
    """An object has a key twice."""


def read_object(text: str) -> dict[str, Any]:
    """Raises ValueError for anything but one object, each of whose keys is there once."""
    value = _DECODER.decode(text)
    if not isinstance(value, dict):
        raise ValueError(text[:40])  # noqa: TRY004 - as if it were no JSON
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise DuplicateKey
    return made


_DECODER = json.JSONDecoder(object_pairs_hook=_once)


def is_json(head: bytes) -> bool:
    """Whether a file begins as JSON: with an object, or an array of something."""
    return head.lstrip().startswith(b"{") or _ARRAY.match(head) is not None


def is_ndjson(head: bytes, *, is_cut: bool) -> bool:
    """Whether there is an object a line, by the first two lines; one of them may be bad.

    `is_cut`: there is more than the head, whose last line may not be whole.
    """
    if not head.lstrip().startswith(b"{"):
        return False
    ends = head.splitlines() if has_cr_line_ends(head) else head.split(b"\n")
    lines = [line for line in ends if line.strip()]
    if len(lines) == 1 and is_cut:
        return _WRAPPED.match(lines[0]) is None
    return any(_is_object(line) for line in lines[:2])


def _is_object(line: bytes) -> bool:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and value.keys() != {"events"}


def ndjson_records(lines: Iterable[bytes], encoding: str) -> Iterator[Record]:
    """NDJSON."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        raw = line.rstrip(b"\r\n")
        if is_too_long(line):
            yield Record(number, raw, {}, False, f"Longer than {MAX_RECORD:,} bytes.")
            continue
        try:
            text = line.decode()
        except UnicodeDecodeError:
            yield Record(number, raw, {}, False, encoding_fault(encoding))
            continue
        fields, fault = _read(text)
        yield Record(number, raw, fields, False, fault)


def _read(text: str) -> tuple[dict[str, Any], str | None]:
    try:
        value = _DECODER.decode(text)
    except DuplicateKey:
        return {}, "A key is there twice in one object."
    except (ValueError, RecursionError):
        return {}, "Not valid JSON."
    return (value, None) if isinstance(value, dict) else ({}, "Not a JSON object.")


class _Buffer:
    """Text that is read as far as one value needs, with the number of the line."""

    def __init__(self, chunks: Iterator[str]) -> None:
        self._chunks = chunks
        self.text = ""
        self.place = 0
        self.line = 1
        self.is_whole = False

    def fill(self) -> None:
        """At least one whole value ahead, or all that is left."""
        if self.is_whole or len(self.text) - self.place > MAX_RECORD:
            return
        parts = [self.text[self.place :]]
        size = len(parts[0])
        self.place = 0
        while size <= 2 * MAX_RECORD:
            chunk = next(self._chunks, None)
            if chunk is None:
                self.is_whole = True
                break
            parts.append(chunk)
            size += len(chunk)
        self.text = "".join(parts)

    def go_to(self, place: int) -> None:
        self.line += self.text.count("\n", self.place, place)
        self.place = place

    def skip_blank(self) -> str:
        """Beyond blanks and commas; the next letter, or nothing at the end."""
        while True:
            self.fill()
            match = _BLANK.match(self.text, self.place)
            assert match is not None
            self.go_to(match.end())
            if self.place < len(self.text) or self.is_whole:
                return self.text[self.place : self.place + 1]


class TruncatedFile(BadInput):
    """The rest of the values cannot be read."""


def json_records(chunks: Iterator[str], encoding: str) -> Iterator[Record]:
    """The objects of arrays, of `{"events": […]}`, or one after the other."""
    buffer = _Buffer(chunks)
    is_empty = True
    while letter := buffer.skip_blank():
        opening = _OPEN.match(buffer.text, buffer.place)
        if opening is None:
            values: Iterable[Record] = [_value(buffer, encoding)]
        else:
            buffer.go_to(opening.end())
            values = _array(buffer, encoding, is_wrapped=letter == "{")
        for record in values:
            is_empty = False
            yield record
    if is_empty:
        raise BadInput("There is no event in the file.")


def _array(buffer: _Buffer, encoding: str, *, is_wrapped: bool) -> Iterator[Record]:
    while (letter := buffer.skip_blank()) != "]":
        if not letter:
            raise TruncatedFile("The JSON array is not closed: the file was cut off.")
        yield _value(buffer, encoding)
    buffer.go_to(buffer.place + 1)
    if is_wrapped and buffer.skip_blank() == "}":
        buffer.go_to(buffer.place + 1)


def _value(buffer: _Buffer, encoding: str) -> Record:
    """The next value, or why it is none; the place is behind it."""
    buffer.fill()
    start, line = buffer.place, buffer.line
    fields: dict[str, Any] = {}
    try:
        value, end = _DECODER.raw_decode(buffer.text, start)
        fault = None if isinstance(value, dict) else "Not a JSON object."
    except DuplicateKey:
        value, end, fault = None, _end(buffer), "A key is there twice in one object."
    except (ValueError, RecursionError):
        value, end, fault = None, _end(buffer), "Not valid JSON."
    text = buffer.text[start:end]
    if len(text) > MAX_RECORD:
        fault = f"Longer than {MAX_RECORD:,} letters."
    elif has_undecodable(text):
        fault = encoding_fault(encoding)
    buffer.go_to(end)
    if fault is None and isinstance(value, dict):
        fields = value
    raw = _canonical(fields) if fault is None else text.encode("utf-8", "surrogatepass")
    return Record(line, raw, fields, False, fault)


def _canonical(fields: dict[str, Any]) -> bytes:
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")


def _end(buffer: _Buffer) -> int:
    """Where a value ends that cannot be read: where its brackets close."""
    text, place = buffer.text, buffer.place
    if text[place] not in '{["':
        match = _NEXT.search(text, place + 1)
        return match.start() if match else len(text)
    depth = 0
    while True:
        match = _PUNCTUATION.search(text, place)
        if match is None:
            break
        place = match.end()
        if match[0] == '"':
            rest = _REST_OF_TEXT.match(text, place)
            if rest is None:
                break
            place = rest.end()
        else:
            depth += 1 if match[0] in "{[" else -1
        if depth <= 0:
            return place
    if buffer.is_whole:
        raise TruncatedFile(f"Line {buffer.line}: the JSON is not closed: the file was cut off.")
    raise TruncatedFile(
        f"Line {buffer.line}: a JSON value is longer than {MAX_RECORD:,} letters. "
        "What follows was not read."
    )
