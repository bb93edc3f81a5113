"""Reads files for tests: their records, events and notes."""

import io
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime

from dashapp.domain.events.event import Event
from dashapp.domain.files.mapping import Mapper
from dashapp.domain.files.notes import Notes
from dashapp.domain.files.plan import Options, Plan, make_plan
from dashapp.domain.files.reading import Content, read_records
from dashapp.domain.files.records import Record

NOW = datetime(2026, 12, 20, 9, 30, tzinfo=UTC)
PAGES = make_plan(["occurred_at=when", "user=who"], ["type=page.viewed"])
AS_IS = make_plan([], [])


def plan_of(maps: Iterable[str] = (), sets: Iterable[str] = (), **options) -> Plan:
    """Return a plan with these mappings and options."""
    return make_plan(maps, sets, None, Options(**options))


def records(data: bytes, plan_: Plan = PAGES, chunk_size: int = 1 << 16) -> list[Record]:
    """Read `data` in chunks of `chunk_size` bytes."""
    chunks = (data[low : low + chunk_size] for low in range(0, len(data), chunk_size))
    return list(read_records(Content(chunks), plan_))


def events(data: bytes, plan_: Plan = PAGES, notes: Notes | None = None, **options) -> list[Event]:
    mapper = Mapper(plan_, notes or Notes())
    return [mapper.to_event(record, received_at=NOW) for record in records(data, plan_, **options)]


def notes_of(data: bytes, plan_: Plan) -> list[str]:
    notes = Notes()
    events(data, plan_, notes)
    return list(notes.sentences())


def zip_of(files: dict[str, bytes]) -> bytes:
    """Return a zip file with these files, the same bytes at any time."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return body.getvalue()
