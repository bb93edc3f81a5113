"""Lines of a file as events: CSV with a header or NDJSON, with columns under other names.

Pure: bytes in, numbered records out. A record that cannot be read is one refusal with its line
number; the next one is read as if nothing had been.
"""

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from dashapp.domain.errors import BadInput
from dashapp.domain.events import KEYS, Event, InvalidEvent, make_event

_PROPERTY = "properties."
_MAX_FIELD = 1_000_000


class Record(NamedTuple):
    """One record: the number of its first line, a stable id, its fields, or why there are none."""

    line: int
    id: str
    fields: Mapping[str, Any]
    is_csv: bool
    fault: str | None = None


class Plan(NamedTuple):
    """How a record becomes an event: `columns` event key -> column, `values` event key -> text."""

    columns: Mapping[str, str]
    values: Mapping[str, str]
    org_column: str | None = None


def plan(maps: Iterable[str], sets: Iterable[str], org_column: str | None = None) -> Plan:
    """From `KEY=COLUMN` and `KEY=VALUE` as typed. Raises BadInput with the keys there are."""
    columns, values = _pairs(maps, "--map"), _pairs(sets, "--set")
    twice = columns.keys() & values.keys()
    if twice:
        raise BadInput(f"“{min(twice)}” is given by both --map and --set; choose one.")
    return Plan(columns, values, org_column)


def read(lines: Iterable[bytes]) -> Iterator[Record]:
    """Records of a file, its format recognised by the first line that is not empty.

    A record without an id of its own gets a stable one: the SHA-256 of its raw line and how often
    that line has occurred, so that a file can be read again and nothing counts twice.
    """
    numbered = enumerate(lines, start=1)
    for number, line in numbered:
        stripped = line.removeprefix(b"\xef\xbb\xbf").strip()
        if stripped:
            rest = _Rewound((number, line.removeprefix(b"\xef\xbb\xbf")), numbered)
            is_csv = not stripped.startswith(b"{")
            yield from _named(_csv(rest) if is_csv else _ndjson(rest), is_csv=is_csv)
            return


def to_event(record: Record, how: Plan, *, received_at: datetime) -> Event:
    """Raises InvalidEvent."""
    if record.fault:
        raise InvalidEvent(record.fault, code="unreadable")
    raw = _mapped(record, how)
    raw.setdefault("id", record.id)
    if raw["id"] == "":
        raw["id"] = record.id
    if not raw.get("occurred_at"):
        raise InvalidEvent(
            "“occurred_at” is empty. A file needs the time of each event.", code="invalid_time"
        )
    return make_event(raw, received_at=received_at)


def org_of(record: Record, how: Plan) -> str:
    """The slug in the org column. Raises InvalidEvent where there is none."""
    slug = record.fields.get(how.org_column or "") if not record.fault else None
    if not isinstance(slug, str) or not slug:
        raise InvalidEvent(
            record.fault or f"The column “{how.org_column}” is empty.",
            code="unreadable" if record.fault else "no_org",
        )
    return slug


def missing_columns(header: Iterable[str], how: Plan) -> list[str]:
    """Columns that the plan names, or that every event needs, and a CSV does not have."""
    needed = {"type", "occurred_at"} - how.columns.keys() - how.values.keys()
    named = {*how.columns.values(), *([how.org_column] if how.org_column else [])}
    return [*sorted(named - set(header)), *sorted(needed - set(header))]


def _pairs(texts: Iterable[str], option: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not value or not (key in KEYS or key.startswith(_PROPERTY)):
            raise BadInput(
                f"{option} {text}: write {option} KEY=… with a KEY of "
                f"{', '.join(sorted(KEYS - {'properties'}))} or properties.NAME."
            )
        pairs[key] = value
    return pairs


def _mapped(record: Record, how: Plan) -> dict[str, Any]:
    """Event keys as they stand, then what was mapped and set under its own name.

    Columns that nothing names are left out of a CSV, and of NDJSON when anything is mapped; an
    NDJSON line without a plan is an event as it is, and what is unknown in it is refused.
    """
    fields = {key: value for key, value in record.fields.items() if key != how.org_column}
    is_event = not (record.is_csv or how.columns or how.values)
    raw = {key: value for key, value in fields.items() if is_event or key in KEYS}
    if raw.get("properties") == "":
        del raw["properties"]
    given = {key: record.fields.get(column) for key, column in how.columns.items()}
    for key, value in {**given, **how.values}.items():
        if not key.startswith(_PROPERTY):
            raw[key] = value
        elif value is not None and isinstance(raw.setdefault("properties", {}), Mapping):
            name = key.removeprefix(_PROPERTY)
            raw["properties"] = {**raw["properties"], name: value}
    return raw


class _Rewound:
    """An iterator with one item put back in front; remembers the raw lines since `take`."""

    def __init__(self, first: tuple[int, bytes], rest: Iterator[tuple[int, bytes]]) -> None:
        self._first: tuple[int, bytes] | None = first
        self._rest = rest
        self._raw: list[bytes] = []
        self.line = first[0]
        self.number = first[0]
        self.is_broken = False

    def __iter__(self) -> "_Rewound":
        return self

    def __next__(self) -> str:
        self.number, line = self._first or next(self._rest)
        self._first = None
        if not self._raw:
            self.line = self.number
        self._raw.append(line)
        try:
            return line.decode()
        except UnicodeDecodeError:
            self.is_broken = True
            return line.decode("utf-8", "replace")

    def take(self) -> bytes:
        raw, self._raw = b"".join(self._raw), []
        return raw.rstrip(b"\r\n")

    def fault(self) -> str | None:
        """Why the lines taken last cannot be read, whatever stands in them."""
        is_broken, self.is_broken = self.is_broken, False
        return "Not in UTF-8. Convert the file first." if is_broken else None


def _csv(lines: _Rewound) -> Iterator[tuple[int, bytes, Mapping[str, Any], str | None]]:
    csv.field_size_limit(_MAX_FIELD)
    rows = csv.reader(lines, strict=True)
    header: list[str] | None = None
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            line, last, raw, _ = lines.line, lines.number, lines.take(), lines.fault()
            span = f" (lines {line} to {last}; is a quote not closed?)" if last > line else ""
            yield line, raw, {}, f"Not readable as CSV: {error}{span}."
            continue
        raw, fault = lines.take(), lines.fault()
        if not row:
            continue
        if header is None:
            header = row
            continue
        if fault is None and len(row) != len(header):
            fault = f"{len(row)} columns where the header has {len(header)}."
        yield lines.line, raw, dict(zip(header, row, strict=False)), fault


def _ndjson(lines: _Rewound) -> Iterator[tuple[int, bytes, Mapping[str, Any], str | None]]:
    for text in lines:
        raw, fault = lines.take(), lines.fault()
        if fault:
            yield lines.line, raw, {}, fault
            continue
        if not text.strip():
            continue
        try:
            fields = json.loads(text)
        except (ValueError, RecursionError):
            yield lines.line, raw, {}, "Not valid JSON."
            continue
        if isinstance(fields, dict):
            yield lines.line, raw, fields, None
        else:
            yield lines.line, raw, {}, "Not a JSON object."


def _named(
    found: Iterator[tuple[int, bytes, Mapping[str, Any], str | None]], *, is_csv: bool
) -> Iterator[Record]:
    seen: Counter[bytes] = Counter()
    for line, raw, fields, fault in found:
        if fields.get("id"):
            yield Record(line, "", fields, is_csv, fault)
            continue
        digest = hashlib.sha256(raw).digest()
        seen[digest] += 1
        yield Record(line, f"{digest.hex()[:48]}-{seen[digest]}", fields, is_csv, fault)
