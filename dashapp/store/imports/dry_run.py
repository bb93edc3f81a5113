"""Dry run of an import: reads a whole file without storing anything."""

from datetime import datetime
from typing import NamedTuple

from dashapp.domain.errors import BadInput, excerpt
from dashapp.domain.events.event import Event, InvalidEvent
from dashapp.domain.files.plan import Plan
from dashapp.store.imports.file_events import FileEvents, Report
from dashapp.store.imports.file_source import Source

_FIRST_EVENTS = 10


class ImportPreview(NamedTuple):
    """What an import would store.

    `first` holds the first events with their lines and orgs; `events` counts all.
    """

    first: list[tuple[int, str, Event]]
    events: int
    report: Report


def preview_import(
    source: Source, plan: Plan, *, now: datetime, is_strict: bool = False
) -> ImportPreview:
    """Read a whole file and return what an import would store.

    With `is_strict`, raises BadInput that names the first bad line.
    """
    report = Report()
    file_events = FileEvents(source, plan, report.notes)
    first: list[tuple[int, str, Event]] = []
    contents: dict[tuple[str, str], int] = {}
    count = 0
    for record, mapper in file_events.records():
        try:
            slug = mapper.org_of(record) if plan.org_column else ""
            event = mapper.to_event(record, received_at=now)
            _check_content(contents, slug, event)
        except InvalidEvent as error:
            if is_strict:
                file_events.require_columns()
                raise BadInput(f"Line {record.line}: {error.message} Nothing was stored.") from None
            report.refuse(record.line, error.code, error.message)
            continue
        count += 1
        if len(first) < _FIRST_EVENTS:
            first.append((record.line, slug, event))
    file_events.require_columns()
    return ImportPreview(first, count, report)


def _check_content(contents: dict[tuple[str, str], int], slug: str, event: Event) -> None:
    """Raise InvalidEvent if an earlier line has the same org and id but different content.

    `contents` maps org and id to a hash of the content.
    """
    content = hash(event._replace(occurred_at=0))
    if contents.setdefault((slug, event.id), content) != content:
        raise InvalidEvent(
            f"Duplicate id “{excerpt(event.id)}” with different content.",
            code="conflict",
        )
