"""Parse CSV with any delimiter into records."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from dashapp.domain.errors import BadInput, excerpt
from dashapp.domain.events.event import KEYS
from dashapp.domain.files.columns import missing_columns, missing_columns_message
from dashapp.domain.files.plan import Plan
from dashapp.domain.files.records import MAX_RECORD, Record
from dashapp.domain.files.text import is_too_long

_DELIMITERS = ",;\t|"
_SEP = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_NOT_BLANK = "\ufffd\n"  # replaces a line that cannot be read, because blank lines are skipped
_FAULTS = (
    ("field larger", f"a field is longer than {MAX_RECORD:,} characters"),
    ("unexpected end", "a quoted field is not closed"),
    ("expected after", "extra text after a closing quote"),
    ("new-line character", "line break in an unquoted field"),
)


class _Lines:
    """A text iterator for `csv` that keeps the raw lines since the last `take`."""

    def __init__(self, lines: Iterable[bytes], encoding: str) -> None:
        self._lines = enumerate(lines, start=1)
        self._encoding = encoding
        self._raw: list[bytes] = []
        self._fault: str | None = None
        self._put_back: list[tuple[int, bytes]] = []
        self.line = self.number = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        self.number, line = self._put_back.pop() if self._put_back else next(self._lines)
        if not self._raw:
            self.line = self.number
        self._raw.append(line)
        if is_too_long(line):
            self._fault = f"The line is longer than {MAX_RECORD:,} bytes."
            return _NOT_BLANK
        try:
            return line.decode()
        except UnicodeDecodeError:
            self._fault = encoding_fault(self._encoding)
            return line.decode("utf-8", "replace")

    def put_back(self) -> None:
        """Make the last line the next one again."""
        self._put_back.append((self.number, self._raw.pop()))

    def take(self) -> tuple[bytes, str | None]:
        """Return the raw lines since the last call, and why they cannot be read, if so."""
        raw = self._raw[0] if len(self._raw) == 1 else b"".join(self._raw)
        fault, self._raw, self._fault = self._fault, [], None
        return raw.rstrip(b"\r\n"), fault


def encoding_fault(encoding: str) -> str:
    if encoding == "utf-8":
        return (
            "Invalid UTF-8. Specify the encoding, such as --encoding cp1252 (Windows) or "
            "--encoding latin-1."
        )
    return f"Invalid {encoding}. Specify another encoding with --encoding NAME."


def csv_records(lines: Iterable[bytes], plan: Plan, encoding: str) -> Iterator[Record]:
    """Yield the records below the header. Raises BadInput if the header does not fit the plan."""
    csv.field_size_limit(MAX_RECORD)
    source = _Lines(lines, encoding)
    delimiter = plan.options.delimiter or _excel_delimiter(source)
    rows, header = _header(source, plan, delimiter)
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
            fault = f"The line has {len(row)} columns, but the header has {width}."
        is_empty = False
        yield Record(source.line, raw, dict(zip(header, row, strict=False)), True, fault)
    if is_empty:
        raise BadInput("The file has a header but no rows.")


def _excel_delimiter(source: _Lines) -> str | None:
    """Return the delimiter of a leading `sep=` line, as Excel writes it, and skip that line."""
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
    source: _Lines, plan: Plan, delimiter: str | None
) -> tuple[Iterator[list[str]], list[str]]:
    """Return the rows below the header, and the header. A delimiter of None is detected."""
    first = next(source, None)
    while first is not None and not first.strip():
        source.take()
        first = next(source, None)
    if first is None:
        raise BadInput("The file is empty.")
    source.put_back()
    if delimiter is None:
        delimiter = _detect_delimiter(first, plan)
    rows = csv.reader(source, delimiter=delimiter, strict=True)
    try:
        header = next(rows)
    except (csv.Error, StopIteration) as error:
        fault = _unreadable(source, error).fault
        raise BadInput(f"Cannot read the header (line {source.line}). {fault}") from None
    _, fault = source.take()
    if fault is not None:
        raise BadInput(f"Cannot read the header. {fault}")
    _check_delimiter(header, first, plan)
    _check_header(header, plan)
    return rows, header


def _check_delimiter(header: list[str], first: str, plan: Plan) -> None:
    """Raise BadInput if --delimiter does not fit the header and another delimiter does."""
    given = plan.options.delimiter
    if given is None or not missing_columns(header, plan):
        return
    fitting = _detect_delimiter(first, plan)
    if fitting != given and not missing_columns(_split(first, fitting), plan):
        name = "tab" if fitting == "\t" else f"'{fitting}'"
        raise BadInput(f"Wrong --delimiter for this file. Use --delimiter {name}, or leave it out.")


def _detect_delimiter(first: str, plan: Plan) -> str:
    """Return the delimiter that yields all needed columns, or else the most columns."""
    headers = {
        delimiter: _split(first, delimiter)
        for delimiter in _DELIMITERS
        if delimiter == "," or delimiter in first
    }
    for delimiter, header in headers.items():
        if not missing_columns(header, plan):
            return delimiter
    return max(headers, key=lambda delimiter: len(headers[delimiter]))


def _split(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        return []


def _check_header(header: list[str], plan: Plan) -> None:
    missing = missing_columns(header, plan)
    if missing:
        raise BadInput(missing_columns_message(missing, header, plan))
    planned = plan.columns.keys() | plan.values.keys()
    used = {*plan.named, *(KEYS - planned)}
    for name, count in Counter(header).items():
        if count > 1 and name in used:
            places = [str(number) for number, other in enumerate(header, 1) if other == name]
            raise BadInput(
                f"The header has the column “{excerpt(name)}” {count} times (columns "
                f"{', '.join(places[:-1])} and {places[-1]}). Rename all but one."
            )


def _unreadable(source: _Lines, error: Exception) -> Record:
    line, last = source.line, source.number
    raw, fault = source.take()
    reason_text = next(
        (reason for start, reason in _FAULTS if start in str(error)), "malformed line"
    )
    hint = "" if "not closed" in reason_text else "; check for an unclosed quote"
    span = f" (lines {line} to {last}{hint})" if last > line else ""
    message = fault or f"Invalid CSV: {reason_text}{span}."
    return Record(line, raw, {}, True, message)
