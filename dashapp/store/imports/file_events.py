"""Reads the records of one file and reports what became of them."""

from collections.abc import Iterator
from typing import NamedTuple

from dashapp.domain.errors import BadInput
from dashapp.domain.files.columns import missing_columns_message
from dashapp.domain.files.json_values import TruncatedFile
from dashapp.domain.files.mapping import Mapper
from dashapp.domain.files.notes import Notes
from dashapp.domain.files.plan import Plan
from dashapp.domain.files.reading import read_records
from dashapp.domain.files.records import Record
from dashapp.store.imports.file_source import Source
from dashapp.store.imports.import_log import Counts
from dashapp.store.imports.unpacking import DamagedFile

_MAX_FAULTS = 1_000


class Fault(NamedTuple):
    """A line that was refused, and why."""

    line: int
    code: str
    message: str


class Report:
    """The outcome of reading a file.

    `faults` has the first thousand refused lines; `counts.refused` counts all of them, and `codes`
    counts them by code.
    """

    def __init__(self) -> None:
        self.counts = Counts()
        self.faults: list[Fault] = []
        self.codes: dict[str, int] = {}
        self.notes = Notes()
        self.orgs: set[str] = set()  # slugs of the orgs whose import log has the import

    def refuse(self, line: int, code: str, message: str) -> None:
        """Record a refused line."""
        self.counts = self.counts.plus(Counts(refused=1))
        self.codes[code] = self.codes.get(code, 0) + 1
        if len(self.faults) < _MAX_FAULTS:
            self.faults.append(Fault(line, code, message))

    @property
    def stored(self) -> int:
        """The number of lines whose event is in the database, or was removed from it earlier."""
        counts = self.counts
        return counts.added + counts.replaced + counts.already + counts.removed_before


class FileEvents:
    """The records of one file, with a check that the columns of its plan exist."""

    def __init__(self, source: Source, plan: Plan, notes: Notes) -> None:
        self._source = source
        self._plan = plan
        self._notes = notes
        self._first: Record | None = None
        self.mapper: Mapper | None = None

    def records(self) -> Iterator[tuple[Record, Mapper]]:
        """Yield each record with the mapper that turns it into an event."""
        with self._source.open(self._plan, self._notes) as content:
            mapper = self.mapper = Mapper(self._plan, self._notes, is_sheet=content.is_sheet)
            for record in read_records(content, self._plan):
                if self._first is None and not record.fault:
                    self._first = record
                yield record, mapper

    def require_columns(self) -> None:
        """Raise BadInput if a column that the plan names is in no line of the whole file.

        Call it before anything is stored: it also checks the lines that are not read yet.
        """
        if self.mapper is None or not self.mapper.unseen_columns or self._first is None:
            return
        missing = self._missing_columns()
        if missing:
            columns = self._first.fields
            sentence = missing_columns_message(
                sorted(missing), columns, self._plan, "No line has a"
            )
            raise BadInput(f"{sentence.removesuffix('.')}. Nothing was stored.")

    def _missing_columns(self) -> set[str]:
        """Read the file a second time, until all columns were found or the file ends."""
        second_pass = FileEvents(self._source.without_progress(), self._plan, Notes())
        mapper = None
        try:
            for record, mapper in second_pass.records():
                mapper.note_columns(record)
                if not mapper.unseen_columns:
                    return set()
        except (DamagedFile, TruncatedFile):
            pass  # judge by the readable part
        return mapper.unseen_columns if mapper else set()
