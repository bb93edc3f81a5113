"""Import of a file of events: in batches, one org per transaction, resumable.

Every event has a stable id, so reading a file again adds only what is missing.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from dashapp.domain.access.actors import Action, operator_named
from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import DashappError, excerpt
from dashapp.domain.events.event import Event, InvalidEvent
from dashapp.domain.files.json_values import TruncatedFile
from dashapp.domain.files.plan import Plan
from dashapp.domain.time.instant import to_us, utc_now
from dashapp.store.audit.entries import add_entry
from dashapp.store.engine import Store
from dashapp.store.events.ingest import Receipt, ingest
from dashapp.store.events.replacement import replace
from dashapp.store.events.stored import content_of, stored_events
from dashapp.store.imports.file_events import FileEvents, Report
from dashapp.store.imports.file_source import Source
from dashapp.store.imports.import_log import Counts, Facts, begin_import, count_batch, finish_import
from dashapp.store.imports.unpacking import DamagedFile
from dashapp.store.tallies.maintenance import finish_counting
from dashapp.store.usage.counting import Kind, count_usage

BATCH = 5_000

ScopeFor = Callable[[str], Scope]


def import_file(
    store: Store,
    source: Source,
    plan: Plan,
    scope_for: ScopeFor,
    facts: Facts,
    *,
    now: datetime,
    is_replacing: bool = False,
) -> Report:
    """Store the valid events of a file and report the invalid lines.

    `scope_for` turns a slug from the org column into a Scope, adding the org if it is new.
    Raises DamagedFile after storing what came before the damage. Raises BadInput before storing
    anything if the file has no events or lacks a column that the plan names.
    """
    report = Report()
    file_events = FileEvents(source, plan, report.notes)
    buffer = _Buffer(
        store, scope_for, facts, report, file_events, now=now, is_replacing=is_replacing
    )
    try:
        for record, mapper in file_events.records():
            try:
                slug = mapper.org_of(record) if plan.org_column else ""
                event = mapper.to_event(record, received_at=now)
            except InvalidEvent as error:
                report.refuse(record.line, error.code, error.message)
            else:
                buffer.add(slug, record.line, event)
    except (DamagedFile, TruncatedFile) as error:
        buffer.finish()
        raise DamagedFile(_damage_message(error, report, facts)) from None
    buffer.finish()
    return report


def _damage_message(error: DashappError, report: Report, facts: Facts) -> str:
    if not report.stored:
        return f"{error.message} Nothing was stored."
    added = report.counts.added
    events = f"{added:,} new event" + ("" if added == 1 else "s")
    return (
        f"{error.message} The events before it are stored ({events}, import {facts.id}). To add "
        "the rest, run the same command with the complete file."
    )


class _Buffer:
    """Events to be stored, by org, and the number of the import in each org."""

    def __init__(
        self,
        store: Store,
        scope_for: ScopeFor,
        facts: Facts,
        report: Report,
        file_events: FileEvents,
        *,
        now: datetime,
        is_replacing: bool,
    ) -> None:
        self._store = store
        self._scope_for = scope_for
        self._facts = facts
        self._report = report
        self._file_events = file_events
        self._is_replacing = is_replacing
        self._received_at = to_us(now)
        self._batches: dict[str, list[tuple[int, Event]]] = {}
        self._numbers: dict[int, tuple[Scope, int]] = {}
        self._refused: dict[int, int] = {}
        self._count = 0

    def add(self, slug: str, line: int, event: Event) -> None:
        """Add an event. Stores all waiting events once there are enough of them."""
        self._batches.setdefault(slug, []).append((line, event))
        self._count += 1
        if self._count >= BATCH:
            self._flush()

    def finish(self) -> None:
        """Store the remaining events and mark each org's import as finished."""
        self._flush()
        for scope, number in self._numbers.values():
            refused = self._refused.get(scope.org_id, 0)
            if len(self._numbers) == 1:
                refused = self._report.counts.refused
            with self._store.write(scope) as session:
                finish_import(session, scope, number, refused, to_us(utc_now()))
            if self._is_replacing:
                finish_counting(self._store, scope)

    def _flush(self) -> None:
        if not self._numbers:
            self._file_events.require_columns()
        for slug, batch in self._batches.items():
            try:
                scope = self._scope_for(slug)
            except DashappError as error:
                for line, _ in batch:
                    self._report.refuse(line, error.code, error.message)
                continue
            self._store_batch(scope, batch)
        self._batches.clear()
        self._count = 0

    def _store_batch(self, scope: Scope, batch: list[tuple[int, Event]]) -> None:
        events = [event for _, event in batch]
        with self._store.write(scope, has_time_limit=not self._is_replacing) as session:
            number = self._import_number(session, scope)
            receipt, replaced = self._ingest(session, scope, events, number)
            counts = Counts(
                added=receipt.accepted - replaced,
                replaced=replaced,
                already=receipt.duplicates - receipt.removed_before,
                removed_before=receipt.removed_before,
            )
            count_batch(session, scope, number, counts, events)
            count_usage(session, scope, {Kind.IMPORTED: counts.added}, now=self._received_at)
            retimed_lines = self._retimed_lines(session, scope, batch, receipt)
        self._numbers[scope.org_id] = (scope, number)
        self._report.orgs.add(scope.org.slug)
        self._report.counts = self._report.counts.plus(counts)
        for line in retimed_lines:
            self._report.notes.count(line, _RETIMED, what=("event", "events"))
        for rejection in receipt.rejected:
            message = _CONFLICT if rejection.code == "conflict" else rejection.message
            event_id = excerpt(events[rejection.index].id, 64)
            line = batch[rejection.index][0]
            self._report.refuse(line, rejection.code, message.format(event_id))
        refused = self._refused.get(scope.org_id, 0) + len(receipt.rejected)
        self._refused[scope.org_id] = refused

    def _import_number(self, session: Session, scope: Scope) -> int:
        """Return the number of the import in this org; start the import if there is none."""
        existing = self._numbers.get(scope.org_id)
        if existing:
            return existing[1]
        facts = self._facts
        add_entry(
            session,
            scope,
            operator_named(facts.imported_by),
            Action.EVENTS_IMPORTED,
            facts.id,
            after={"file": facts.file_name},
            now=facts.started_at,
        )
        return begin_import(session, scope, facts)

    def _ingest(
        self, session: Session, scope: Scope, events: list[Event], number: int
    ) -> tuple[Receipt, int]:
        """Store events; return the receipt and how many events were replaced."""
        if self._is_replacing:
            return replace(
                session, scope, events, received_at=self._received_at, import_number=number
            )
        receipt = ingest(
            session, scope, events, received_at=self._received_at, import_number=number
        )
        return receipt, 0

    def _retimed_lines(
        self, session: Session, scope: Scope, batch: list[tuple[int, Event]], receipt: Receipt
    ) -> list[int]:
        """Return the lines whose event is stored with the same content but another time."""
        if self._is_replacing or receipt.duplicates == 0:
            return []
        stored = stored_events(session, scope, {event.id for _, event in batch})
        return [
            line
            for line, event in batch
            if (existing := stored.get(event.id)) is not None
            and existing.occurred_at != event.occurred_at
            and existing.content == content_of(event)
        ]


_RETIMED = (
    "already stored with the same content but a different time, which is kept. To store the time "
    "from the file, use --replace"
)
_CONFLICT = (
    "The id “{}” is already stored with different content, which is kept. If an import added it, "
    "use --replace; otherwise send the changed event with a new id."
)
