"""CSV of any delimiter as records."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from dashapp.domain.errors import BadInput, shown
from dashapp.domain.events.event import KEYS
from dashapp.domain.files.columns import missing_columns, missing_columns_message
from dashapp.domain.files.plan import Plan
from dashapp.domain.files.records import MAX_RECORD, Record
from dashapp.domain.files.text import is_too_long

_DELIMITERS = ",;\t|"
_SEP = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_UNREAD = "\ufffd\n"  # not blank: what is blank is passed over, and its fault with it
_WORDS = (
    ("field larger", f"a field is longer than {MAX_RECORD:,} letters"),
    ("unexpected end", "a quote is not closed"),
    ("expected after", "something follows a closing quote"),
    ("new-line character", "a line ends inside of a field"),
)


class _Lines:
    """An iterator of text for `csv`; remembers the raw lines since `take`."""

    def __init__(self, lines: Iterable[bytes], encoding: str) -> None:
        self._lines = enumerate(lines, start=1)
        self._encoding = encoding
        self._raw: list[bytes] = []
        self._fault: str | None = None
        self._again: list[tuple[int, bytes]] = []
        self.line = self.number = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        self.number, line = self._again.pop() if self._again else next(self._lines)
        if not self._raw:
            self.line = self.number
        self._raw.append(line)
        if is_too_long(line):
            self._fault = f"Longer than {MAX_RECORD:,} bytes."
            return _UNREAD
        try:
            return line.decode()
        except UnicodeDecodeError:
            self._fault = encoding_fault(self._encoding)
            return line.decode("utf-8", "replace")

    def put_back(self) -> None:
        """Read the line that was read last once more."""
        self._again.append((self.number, self._raw.pop()))

    def take(self) -> tuple[bytes, str | None]:
        """The raw lines since the last time, and why they cannot be read."""
        raw = self._raw[0] if len(self._raw) == 1 else b"".join(self._raw)
        fault, self._raw, self._fault = self._fault, [], None
        return raw.rstrip(b"\r\n"), fault


def encoding_fault(encoding: str) -> str:
    if encoding == "utf-8":
        return (
            "Not in UTF-8. Say what the file is in, such as --encoding cp1252 (Windows) "
            "or --encoding latin-1."
        )
    return f"Not in {encoding}. Say what the file is in: --encoding NAME"


def csv_records(lines: Iterable[bytes], how: Plan, encoding: str) -> Iterator[Record]:
    """Records below a header. Raises BadInput where the header is not the plan's."""
    csv.field_size_limit(MAX_RECORD)
    source = _Lines(lines, encoding)
    delimiter = how.options.delimiter or _announced(source)
    rows, header = _header(source, how, delimiter)
    width, is_empty = len(header), True
    while True:
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error as error:
            is_empty = False
            yield _unreadable(source, error)
            continue
        raw, fault = source.take()
        if not row:
            continue
        if fault is None and len(row) != width:
            fault = f"{len(row)} columns where the header has {width}."
        is_empty = False
        yield Record(source.line, raw, dict(zip(header, row, strict=False)), True, fault)
    if is_empty:
        raise BadInput("The file has a header and no rows below it.")


def _announced(source: _Lines) -> str | None:
    """The delimiter that Excel's first line names; the first line that is not empty is next."""
    for text in source:
        match = _SEP.fullmatch(text)
        if match:
            source.take()
            return match[1]
        if text.strip():
            source.put_back()
            return None
        source.take()
    return None


def _header(
    source: _Lines, how: Plan, delimiter: str | None
) -> tuple[Iterator[list[str]], list[str]]:
    """The rows below the header, and the header, read with the delimiter that fits the plan."""
    first = next(source, None)
    while first is not None and not first.strip():
        source.take()
        first = next(source, None)
    if first is None:
        raise BadInput("The file is empty.")
    source.put_back()
    fitting = _fitting(first, how) if delimiter is None else delimiter
    rows = csv.reader(source, delimiter=fitting, strict=True)
    try:
        header = next(rows)
    except (csv.Error, StopIteration) as error:
        fault = _unreadable(source, error).fault
        raise BadInput(f"The header (line {source.line}) cannot be read. {fault}") from None
    _, fault = source.take()
    if fault is not None:
        raise BadInput(f"The header: {fault[0].lower()}{fault[1:]}")
    _check(header, how)
    return rows, header


def _fitting(first: str, how: Plan) -> str:
    """The delimiter with which every column that is needed is there; else that of most columns."""
    headers = {mark: _cut(first, mark) for mark in _DELIMITERS if mark == "," or mark in first}
    for mark, header in headers.items():
        if not missing_columns(header, how):
            return mark
    return max(headers, key=lambda mark: len(headers[mark]))


def _cut(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        return []


def _check(header: list[str], how: Plan) -> None:
    missing = missing_columns(header, how)
    if missing:
        raise BadInput(missing_columns_message(missing, header, how))
    given = how.columns.keys() | how.values.keys()
    used = {*how.named, *(KEYS - given)}
    for name, count in Counter(header).items():
        if count > 1 and name in used:
            places = [str(n) for n, other in enumerate(header, 1) if other == name]
            raise BadInput(
                f"The header has the column “{shown(name)}” {count} times (columns "
                f"{', '.join(places[:-1])} and {places[-1]}), and it is used. Rename all but one."
            )


def _unreadable(source: _Lines, error: Exception) -> Record:
    line, last = source.line, source.number
    raw, fault = source.take()
    words = next((said for start, said in _WORDS if start in str(error)), "a line is damaged")
    hint = "" if "not closed" in words else "; is a quote not closed?"
    span = f" (lines {line} to {last}{hint})" if last > line else ""
    said = fault or f"Not readable as CSV: {words}{span}."
    return Record(line, raw, {}, True, said)
