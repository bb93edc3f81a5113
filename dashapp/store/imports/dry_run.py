"""A file that is read as a whole before anything of it is stored."""

from datetime import datetime
from typing import NamedTuple

from dashapp.domain.errors import BadInput, shown
from dashapp.domain.events.event import Event, InvalidEvent
from dashapp.domain.files.plan import Plan
from dashapp.store.imports.file_events import FileEvents, Report
from dashapp.store.imports.file_source import Source

_FIRST_EVENTS = 10


class Rehearsal(NamedTuple):
    """What would be stored: the first events with their lines and orgs, and how many there are."""

    first: list[tuple[int, str, Event]]
    events: int
    report: Report


def rehearse(source: Source, how: Plan, *, now: datetime, is_strict: bool = False) -> Rehearsal:
    """Read a whole file and store nothing.

    With `is_strict` raises BadInput that names the first bad line.
    """
    report = Report()
    reading = FileEvents(source, how, report.notes)
    first: list[tuple[int, str, Event]] = []
    seen: dict[tuple[str, str], int] = {}
    count = 0
    for record, mapper in reading.records():
        try:
            slug = mapper.org_of(record) if how.org_column else ""
            event = mapper.to_event(record, received_at=now)
            _check_once(seen, slug, event)
        except InvalidEvent as error:
            if is_strict:
                reading.require_columns()
                raise BadInput(f"Line {record.line}: {error.message} Nothing was stored.") from None
            report.refuse(record.line, error.code, error.message)
            continue
        count += 1
        if len(first) < _FIRST_EVENTS:
            first.append((record.line, slug, event))
    reading.require_columns()
    return Rehearsal(first, count, report)


def _check_once(seen: dict[tuple[str, str], int], slug: str, event: Event) -> None:
    content = hash(event._replace(occurred_at=0))
    if seen.setdefault((slug, event.id), content) != content:
        raise InvalidEvent(
            f"The id “{shown(event.id)}” is in the file before, with other content.",
            code="conflict",
        )
