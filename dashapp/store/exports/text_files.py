"""Events as lines of CSV and NDJSON. Importing the file again stores the same events."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import IO

import orjson

from dashapp.domain.events.event import Event
from dashapp.domain.time.instant import from_us, to_text


class CsvWriter:
    """Writes a header, then a line for each event. Cells are exact, also those like formulas."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._write([Event._fields])

    def add(self, block: Sequence[Event]) -> None:
        self._write((*event[:2], _time(event), *event[3:]) for event in block)

    def _write(self, rows: Iterable[Sequence[object]]) -> None:
        lines = io.StringIO(newline="")
        csv.writer(lines, lineterminator="\n").writerows(rows)
        self._file.write(lines.getvalue().encode())

    def finish(self) -> None:
        self._file.flush()


class NdjsonWriter:
    """Writes an object for each event, on a line of its own."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def add(self, block: Sequence[Event]) -> None:
        self._file.write(b"".join(_line(event) for event in block))

    def finish(self) -> None:
        self._file.flush()


def _line(event: Event) -> bytes:
    fields = event._asdict()
    fields["occurred_at"] = _time(event)
    fields["properties"] = orjson.Fragment(event.properties)
    return orjson.dumps(fields, option=orjson.OPT_APPEND_NEWLINE)


def _time(event: Event) -> str:
    return to_text(from_us(event.occurred_at))
