"""A file of events into the database: in batches, one org a transaction, resumable.

Every event has a stable id, so that reading a file again adds what is missing and nothing else.
"""

import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, NamedTuple, cast

from dashapp.domain.errors import BadInput, DashappError, shown
from dashapp.domain.events import Event, InvalidEvent
from dashapp.domain.instant import to_us
from dashapp.domain.records import Plan, Record, missing_columns, org_of, read, to_event
from dashapp.domain.scope import Scope
from dashapp.store.engine import Store
from dashapp.store.ingest import ingest

BATCH = 5_000
MAX_LINE = 1_000_000  # a longer one is read in parts, each of them bad
_GZIP = b"\x1f\x8b"
_MOST_FAULTS = 1_000

ScopeFor = Callable[[str], Scope]


class Fault(NamedTuple):
    """A line that was refused, and why."""

    line: int
    code: str
    message: str


class Report:
    """What became of a file. `faults` holds the first thousand; `refused` counts all."""

    def __init__(self) -> None:
        self.accepted = self.duplicates = self.refused = 0
        self.faults: list[Fault] = []

    def refuse(self, line: int, code: str, message: str) -> None:
        self.refused += 1
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(Fault(line, code, message))


class DamagedFile(BadInput):
    """The rest of a compressed file cannot be read."""


class Progress:
    """Lines of a file, plain or gzip, telling how many bytes of the file have been read."""

    def __init__(self, path: Path, tell: Callable[[int], None]) -> None:
        self._path = path
        self._tell = tell

    @contextmanager
    def lines(self) -> Iterator[Iterator[bytes]]:
        with self._path.open("rb") as file:
            is_gzip = file.read(2) == _GZIP
            file.seek(0)
            yield self._told(_unpacked(file) if is_gzip else file, file)

    def _told(self, stream: IO[bytes], file: IO[bytes]) -> Iterator[bytes]:
        done = 0
        try:
            for number, line in enumerate(iter(lambda: stream.readline(MAX_LINE), b"")):
                if number % 1000 == 0:
                    position = file.tell()
                    self._tell(position - done)
                    done = position
                yield line
            self._tell(file.tell() - done)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise DamagedFile(f"The file is damaged or was cut off: {error}.") from None


def check_file(source: Progress, how: Plan, *, now: datetime) -> None:
    """Read a whole file and store nothing. Raises BadInput that names the first bad line."""
    seen: dict[tuple[str, str], int] = {}
    with source.lines() as lines:
        for record in _records(lines, how):
            try:
                slug = org_of(record, how) if how.org_column else ""
                event = to_event(record, how, received_at=now)
            except InvalidEvent as error:
                raise BadInput(f"Line {record.line}: {error.message} Nothing was stored.") from None
            content = hash(event._replace(occurred_at=0))
            if seen.setdefault((slug, event.id), content) != content:
                raise BadInput(
                    f"Line {record.line}: the id “{event.id}” stood in the file before, with other "
                    "content. Nothing was stored."
                )


def import_file(
    store: Store, source: Progress, how: Plan, scope_for: ScopeFor, *, now: datetime
) -> Report:
    """Store what can be stored, and report the rest by line.

    `scope_for` turns the org column's slug into a Scope, adding the org where it is new.
    Raises DamagedFile after storing what came before the damage.
    """
    report, waiting = Report(), _Waiting(store, now)
    try:
        with source.lines() as lines:
            for record in _records(lines, how):
                _take(record, how, scope_for, waiting, report)
    except DamagedFile as error:
        waiting.flush(report)
        raise DamagedFile(
            f"{error.message} What came before is stored ({report.accepted:,} events are new); run "
            "the same command with a whole file to add the rest."
        ) from None
    waiting.flush(report)
    return report


def _take(
    record: Record, how: Plan, scope_for: ScopeFor, waiting: "_Waiting", report: Report
) -> None:
    try:
        slug = org_of(record, how) if how.org_column else ""
        event = to_event(record, how, received_at=waiting.now)
        waiting.add(scope_for(slug), record.line, event)
    except DashappError as error:
        report.refuse(record.line, error.code, error.message)
    if waiting.is_full:
        waiting.flush(report)


def _unpacked(file: IO[bytes]) -> IO[bytes]:
    return cast("IO[bytes]", io.BufferedReader(gzip.GzipFile(fileobj=file)))


class _Waiting:
    """Events that wait to be stored, by org."""

    def __init__(self, store: Store, now: datetime) -> None:
        self._store = store
        self.now = now
        self._batches: dict[int, tuple[Scope, list[tuple[int, Event]]]] = {}
        self._count = 0

    @property
    def is_full(self) -> bool:
        return self._count >= BATCH

    def add(self, scope: Scope, line: int, event: Event) -> None:
        self._batches.setdefault(scope.org_id, (scope, []))[1].append((line, event))
        self._count += 1

    def flush(self, report: Report) -> None:
        for scope, batch in self._batches.values():
            with self._store.writing(scope) as session:
                events = [event for _, event in batch]
                receipt = ingest(session, scope, events, received_at=to_us(self.now))
            report.accepted += receipt.accepted
            report.duplicates += receipt.duplicates
            for rejection in receipt.rejected:
                report.refuse(batch[rejection.index][0], rejection.code, rejection.message)
        self._batches.clear()
        self._count = 0


def _records(lines: Iterator[bytes], how: Plan) -> Iterator[Record]:
    """Records; where a CSV lacks a column that was named, nothing is read at all."""
    is_first = True
    for record in read(lines):
        if is_first and record.is_csv and not record.fault:
            missing = missing_columns(record.fields, how)
            if missing:
                found = ", ".join(shown(name) for name in list(record.fields)[:20])
                raise BadInput(
                    f"The file has no column “{missing[0]}”; it has, separated by commas: {found}. "
                    "Say which column holds what: --map KEY=COLUMN"
                )
            is_first = False
        yield record
