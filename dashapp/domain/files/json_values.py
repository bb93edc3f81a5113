"""Parse JSON into records: NDJSON, an array of objects, or consecutive objects.

In NDJSON, a record's id is derived from its raw line, and a bad line is one rejection. In other
layouts, the id is derived from the record's canonical JSON (sorted keys, no spaces), so that it
does not depend on the layout.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
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
    """An object has a duplicate key."""


def read_object(text: str) -> dict[str, Any]:
    """Parse one object. Raises ValueError for anything else and for duplicate keys."""
    value = _DECODER.decode(text)
    if not isinstance(value, dict):
        raise ValueError(text[:40])  # noqa: TRY004 - the same as for invalid JSON
    return value


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise DuplicateKey
    return fields


_DECODER = json.JSONDecoder(object_pairs_hook=_unique_keys)
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def is_json(head: bytes) -> bool:
    """Whether a file begins with a JSON object or array."""
    return head.lstrip().startswith(b"{") or _ARRAY.match(head) is not None


def is_ndjson(head: bytes, *, is_cut: bool) -> bool:
    """Whether a file has one object per line, by its first two lines; one of them may be bad.

    `is_cut` means that the file continues after the head, so its last line may be incomplete.
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
    """Yield a record for each line of NDJSON."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        raw = line.rstrip(b"\r\n")
        if is_too_long(line):
            yield Record(number, raw, {}, False, f"The line is longer than {MAX_RECORD:,} bytes.")
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
        return {}, "Duplicate key in an object."
    except (ValueError, RecursionError):
        return {}, "Invalid JSON."
    return (value, None) if isinstance(value, dict) else ({}, "Not a JSON object.")


class _Buffer:
    """A sliding window of text, always large enough for the next value, with its line number."""

    def __init__(self, chunks: Iterator[str]) -> None:
        self._chunks = chunks
        self.text = ""
        self.position = 0
        self.line = 1
        self.is_at_end = False

    def fill(self) -> None:
        """Read ahead until the window has at least one complete value or all remaining text."""
        if self.is_at_end or len(self.text) - self.position > MAX_RECORD:
            return
        parts = [self.text[self.position :]]
        size = len(parts[0])
        self.position = 0
        while size <= 2 * MAX_RECORD:
            chunk = next(self._chunks, None)
            if chunk is None:
                self.is_at_end = True
                break
            parts.append(chunk)
            size += len(chunk)
        self.text = "".join(parts)

    def advance_to(self, position: int) -> None:
        self.line += self.text.count("\n", self.position, position)
        self.position = position

    def skip_blank(self) -> str:
        """Skip whitespace and commas; return the next character, or nothing at the end."""
        while True:
            self.fill()
            match = _BLANK.match(self.text, self.position)
            assert match is not None
            self.advance_to(match.end())
            if self.position < len(self.text) or self.is_at_end:
                return self.text[self.position : self.position + 1]


class TruncatedFile(BadInput):
    """The remaining values cannot be read."""


def json_records(chunks: Iterator[str], encoding: str) -> Iterator[Record]:
    """Yield the objects in arrays, in `{"events": […]}`, or one after the other."""
    buffer = _Buffer(chunks)
    is_empty = True
    while letter := buffer.skip_blank():
        opening = _OPEN.match(buffer.text, buffer.position)
        if opening is None:
            values: Iterable[Record] = [_value(buffer, encoding)]
        else:
            buffer.advance_to(opening.end())
            values = _array(buffer, encoding, is_wrapped=letter == "{")
        for record in values:
            is_empty = False
            yield record
    if is_empty:
        raise BadInput("The file contains no events.")


def _array(buffer: _Buffer, encoding: str, *, is_wrapped: bool) -> Iterator[Record]:
    while (letter := buffer.skip_blank()) != "]":
        if not letter:
            raise TruncatedFile("The JSON array is not closed: the file is truncated.")
        yield _value(buffer, encoding)
    buffer.advance_to(buffer.position + 1)
    if is_wrapped and buffer.skip_blank() == "}":
        buffer.advance_to(buffer.position + 1)


def _value(buffer: _Buffer, encoding: str) -> Record:
    """Read the next value, or why it is invalid, and move past it."""
    buffer.fill()
    start, line = buffer.position, buffer.line
    fields: dict[str, Any] = {}
    try:
        value, end = _DECODER.raw_decode(buffer.text, start)
        fault = None if isinstance(value, dict) else "Not a JSON object."
    except DuplicateKey:
        value, end, fault = None, _end(buffer), "Duplicate key in an object."
    except (ValueError, RecursionError):
        value, end, fault = None, _end(buffer), "Invalid JSON."
    text = buffer.text[start:end]
    if len(text) > MAX_RECORD:
        fault = f"The value is longer than {MAX_RECORD:,} characters."
    elif has_undecodable(text):
        fault = encoding_fault(encoding)
    buffer.advance_to(end)
    if fault is None and isinstance(value, dict):
        fields = value
    raw = canonical_json(fields) if fault is None else text.encode("utf-8", "surrogatepass")
    return Record(line, raw, fields, False, fault)


def canonical_json(fields: Mapping[str, Any]) -> bytes:
    """Return the text that the id of a record is derived from, if it has no raw line."""
    return _CANONICAL.encode(fields).encode("utf-8", "surrogatepass")


def _end(buffer: _Buffer) -> int:
    """Return the end of an invalid value: the place where its brackets close."""
    text, position = buffer.text, buffer.position
    if text[position] not in '{["':
        match = _NEXT.search(text, position + 1)
        return match.start() if match else len(text)
    depth = 0
    while True:
        match = _PUNCTUATION.search(text, position)
        if match is None:
            break
        position = match.end()
        if match[0] == '"':
            rest = _REST_OF_TEXT.match(text, position)
            if rest is None:
                break
            position = rest.end()
        else:
            depth += 1 if match[0] in "{[" else -1
        if depth <= 0:
            return position
    if buffer.is_at_end:
        raise TruncatedFile(f"Line {buffer.line}: the JSON is not closed: the file is truncated.")
    raise TruncatedFile(
        f"Line {buffer.line}: a JSON value is longer than {MAX_RECORD:,} characters. "
        "The rest of the file was not read."
    )
