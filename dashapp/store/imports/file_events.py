"""Records of one file, how they become events, and what is to be said of it all."""

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

_MOST_FAULTS = 1_000


class Fault(NamedTuple):
    """A line that was refused, and why."""

    line: int
    code: str
    message: str


class Report:
    """What became of a file. `faults` holds the first thousand; `counts.refused` counts all."""

    def __init__(self) -> None:
        self.counts = Counts()
        self.faults: list[Fault] = []
        self.codes: dict[str, int] = {}
        self.notes = Notes()
        self.orgs: set[str] = set()  # where the import is on record

    def refuse(self, line: int, code: str, message: str) -> None:
        self.counts = self.counts.plus(Counts(refused=1))
        self.codes[code] = self.codes.get(code, 0) + 1
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(Fault(line, code, message))

    @property
    def stored(self) -> int:
        """Lines that are in the database, or were."""
        counts = self.counts
        return counts.added + counts.replaced + counts.already + counts.removed_before


class FileEvents:
    """Records of one file as events, with a check of its columns before the first is used."""

    def __init__(self, source: Source, how: Plan, notes: Notes) -> None:
        self._source = source
        self._how = how
        self._notes = notes
        self._first: Record | None = None
        self.mapper: Mapper | None = None

    def records(self) -> Iterator[tuple[Record, Mapper]]:
        with self._source.open(self._how, self._notes) as content:
            mapper = self.mapper = Mapper(self._how, self._notes, is_sheet=content.is_sheet)
            for record in read_records(content, self._how):
                if self._first is None and not record.fault:
                    self._first = record
                yield record, mapper

    def require_columns(self) -> None:
        """Raises BadInput where no line of the whole file has a column that the plan names.

        Asked before anything is stored: the lines that were not read yet are looked at too.
        """
        if self.mapper is None or not self.mapper.unseen_columns or self._first is None:
            return
        missing = self._never_seen()
        if missing:
            there = self._first.fields
            sentence = missing_columns_message(sorted(missing), there, self._how, "No line has a")
            raise BadInput(f"{sentence.removesuffix('.')}. Nothing was stored.")

    def _never_seen(self) -> set[str]:
        again = FileEvents(self._source.silent(), self._how, Notes())
        mapper = None
        try:
            for record, mapper in again.records():
                mapper.note_columns(record)
                if not mapper.unseen_columns:
                    return set()
        except (DamagedFile, TruncatedFile):
            pass  # as far as it can be read
        return mapper.unseen_columns if mapper else set()
