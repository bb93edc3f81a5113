"""A file of events into the database: in batches, one org a transaction, resumable.

Every event has a stable id, so that reading a file again adds what is missing and nothing else.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import DashappError, shown
from dashapp.domain.events.event import Event, InvalidEvent
from dashapp.domain.files.json_values import TruncatedFile
from dashapp.domain.files.plan import Plan
from dashapp.domain.time.instant import to_us, utc_now
from dashapp.store.engine import Store
from dashapp.store.events.ingest import Receipt, ingest
from dashapp.store.events.replacement import replace
from dashapp.store.events.stored import content_of, stored_events
from dashapp.store.imports.file_events import FileEvents, Report
from dashapp.store.imports.file_source import Source
from dashapp.store.imports.import_log import Counts, Facts, begin_import, count_batch, finish_import
from dashapp.store.imports.unpacking import DamagedFile
from dashapp.store.tallies.maintenance import finish_counting

BATCH = 5_000

ScopeFor = Callable[[str], Scope]


def import_file(
    store: Store,
    source: Source,
    how: Plan,
    scope_for: ScopeFor,
    facts: Facts,
    *,
    now: datetime,
    is_replacing: bool = False,
) -> Report:
    """Store what can be stored, and report the rest by line.

    `scope_for` turns the org column's slug into a Scope, adding the org where it is new.
    Raises DamagedFile after storing what came before the damage; BadInput before storing anything
    where the file is no events, or lacks a column that the plan names.
    """
    report = Report()
    reading = FileEvents(source, how, report.notes)
    waiting = _Waiting(store, scope_for, facts, report, reading, now=now, is_replacing=is_replacing)
    try:
        for record, mapper in reading.records():
            try:
                slug = mapper.org_of(record) if how.org_column else ""
                event = mapper.to_event(record, received_at=now)
            except InvalidEvent as error:
                report.refuse(record.line, error.code, error.message)
            else:
                waiting.add(slug, record.line, event)
    except (DamagedFile, TruncatedFile) as error:
        waiting.finish()
        raise DamagedFile(_said_of_damage(error, report, facts)) from None
    waiting.finish()
    return report


def _said_of_damage(error: DashappError, report: Report, facts: Facts) -> str:
    if not report.stored:
        return f"{error.message} Nothing was stored."
    stored = f"({report.counts.added:,} events are new, import {facts.id})"
    return (
        f"{error.message} What came before is stored {stored}; run the same command with a whole "
        "file to add the rest."
    )


class _Waiting:
    """Events that wait to be stored, by org; and the import's number in each org."""

    def __init__(
        self,
        store: Store,
        scope_for: ScopeFor,
        facts: Facts,
        report: Report,
        reading: FileEvents,
        *,
        now: datetime,
        is_replacing: bool,
    ) -> None:
        self._store = store
        self._scope_for = scope_for
        self._facts = facts
        self._report = report
        self._reading = reading
        self._is_replacing = is_replacing
        self._at = to_us(now)
        self._slugs: dict[str, list[tuple[int, Event]]] = {}
        self._numbers: dict[int, tuple[Scope, int]] = {}
        self._refused: dict[int, int] = {}
        self._count = 0

    def add(self, slug: str, line: int, event: Event) -> None:
        self._slugs.setdefault(slug, []).append((line, event))
        self._count += 1
        if self._count >= BATCH:
            self._flush()

    def finish(self) -> None:
        """Store what is left, and say of each org's import that it is whole."""
        self._flush()
        for scope, number in self._numbers.values():
            refused = self._refused.get(scope.org_id, 0)
            if len(self._numbers) == 1:
                refused = self._report.counts.refused
            with self._store.writing(scope) as session:
                finish_import(session, scope, number, refused, to_us(utc_now()))
            if self._is_replacing:
                finish_counting(self._store, scope)

    def _flush(self) -> None:
        if not self._numbers:
            self._reading.require_columns()
        for slug, batch in self._slugs.items():
            try:
                scope = self._scope_for(slug)
            except DashappError as error:
                for line, _ in batch:
                    self._report.refuse(line, error.code, error.message)
                continue
            self._store_batch(scope, batch)
        self._slugs.clear()
        self._count = 0

    def _store_batch(self, scope: Scope, batch: list[tuple[int, Event]]) -> None:
        events = [event for _, event in batch]
        opened = self._store.maintaining if self._is_replacing else self._store.writing
        with opened(scope) as session:
            number = self._number(session, scope)
            receipt, replaced = self._put(session, scope, events, number)
            gone = receipt.removed_before
            counts = Counts(
                receipt.accepted - replaced, replaced, receipt.duplicates - gone, gone, 0
            )
            count_batch(session, scope, number, counts, events)
            retimed = self._retimed(session, scope, batch, receipt)
        self._numbers[scope.org_id] = (scope, number)
        self._report.orgs.add(scope.org.slug)
        self._report.counts = self._report.counts.plus(counts)
        for line in retimed:
            self._report.notes.count(line, _RETIMED, what=("event", "events"))
        for rejection in receipt.rejected:
            message = _CONFLICT if rejection.code == "conflict" else rejection.message
            event_id = shown(events[rejection.index].id, 64)
            line = batch[rejection.index][0]
            self._report.refuse(line, rejection.code, message.format(event_id))
        refused = self._refused.get(scope.org_id, 0) + len(receipt.rejected)
        self._refused[scope.org_id] = refused

    def _number(self, session: Session, scope: Scope) -> int:
        known = self._numbers.get(scope.org_id)
        return known[1] if known else begin_import(session, scope, self._facts)

    def _put(
        self, session: Session, scope: Scope, events: list[Event], number: int
    ) -> tuple[Receipt, int]:
        if self._is_replacing:
            return replace(session, scope, events, received_at=self._at, number=number)
        receipt = ingest(session, scope, events, received_at=self._at, import_number=number)
        return receipt, 0

    def _retimed(
        self, session: Session, scope: Scope, batch: list[tuple[int, Event]], receipt: Receipt
    ) -> list[int]:
        """Lines whose event is stored with the same content at another time."""
        if self._is_replacing or receipt.duplicates == 0:
            return []
        stored = stored_events(session, scope, {event.id for _, event in batch})
        return [
            line
            for line, event in batch
            if (before := stored.get(event.id)) is not None
            and before.occurred_at != event.occurred_at
            and before.content == content_of(event)
        ]


_RETIMED = (
    "stored with the same content at another time, which stays; to write the time of the file, "
    "say --replace"
)
_CONFLICT = (
    "The id “{}” is stored already with other content, which stays. Where an import has brought "
    "it, --replace writes the new one; otherwise send a changed event under a new id."
)
