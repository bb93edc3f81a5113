"""What the data page lists: days, events, types, imports, and what is being erased."""

from collections.abc import Sequence
from typing import NamedTuple

from dashapp.domain.access.scope import Scope, current_scope
from dashapp.domain.language import _, say, say_day
from dashapp.domain.series import EventRow, SeriesRow
from dashapp.domain.time.instant import to_us
from dashapp.domain.time.presets import Choice
from dashapp.domain.time.time_range import resolve
from dashapp.domain.time.zones import zone_named
from dashapp.queries.sent_days import sent_days
from dashapp.queries.sent_events import SentType, sent_events
from dashapp.store.events.erasures import Erasure, list_erasures
from dashapp.store.events.rejections import latest_rejections
from dashapp.store.imports.import_log import Import, list_imports
from dashapp.web.pages.settings.dashboards.rows import time_label
from dashapp.web.pages.settings.data.rejections import Rejected, rejected
from dashapp.web.services import services

NEWEST = 20
MAX_TYPES = 200
MAX_PROPERTIES = 40
MAX_IMPORTS = 100
_PRESET = "30d"


class Day(NamedTuple):
    """A day and its events; `height` is a percentage of the busiest day."""

    label: str
    events: int
    height: float


class Received(NamedTuple):
    """An event as the list shows it."""

    time: str
    type: str
    user: str | None
    channel: str


class Sent(NamedTuple):
    """An event type; `properties` are the first of its properties, `more` how many others."""

    type: str
    events: int
    last: str
    properties: Sequence[str]
    more: int


class Imported(NamedTuple):
    """An import, and in which state it is."""

    row: Import
    time: str
    stored: int
    state: str
    can_be_undone: bool


class Lists(NamedTuple):
    """Everything that the page lists."""

    days: Sequence[Day]
    received: Sequence[Received]
    rejected: Sequence[Rejected]
    types: Sequence[Sent]
    more_types: int
    imports: Sequence[Imported]
    erasures: Sequence[tuple[Erasure, str]]


def lists() -> Lists:
    """Return what the request's org has sent and imported, in one snapshot of the primary."""
    app, scope = services(), current_scope()
    time_range = resolve(Choice(_PRESET), zone_named(scope.org.timezone), now=app.clock())
    with app.store.read_primary(scope) as session:
        sent = sent_days(session, scope, time_range, newest=NEWEST)
        types = sent_events(session, scope, has_examples=False)
        imports = list_imports(session, scope)[:MAX_IMPORTS]
        erasures = list_erasures(session, scope)
        refused = latest_rejections(session, scope, NEWEST)
    by_count = sorted(types, key=lambda row: -row.events)[:MAX_TYPES]
    return Lists(
        _days(sent.days, scope),
        [_received(row) for row in sent.newest],
        [rejected(row) for row in refused],
        [_sent(row) for row in by_count],
        len(types) - len(by_count),
        [_imported(row) for row in imports],
        [(row, time_label(row.requested_at)) for row in erasures],
    )


def _days(rows: Sequence[SeriesRow], scope: Scope) -> list[Day]:
    zone = zone_named(scope.org.timezone)
    counts = [int(row.value or 0) for row in rows]
    most = max([1, *counts])
    return [
        Day(say_day(row.start.astimezone(zone)), count, round(100 * count / most, 2))
        for row, count in zip(rows, counts, strict=True)
    ]


def _received(row: EventRow) -> Received:
    fields = row.fields
    at = time_label(to_us(fields["occurred_at"]))
    return Received(at, fields["type"], fields["user"], fields["channel"])


def _sent(row: SentType) -> Sent:
    names = [entry.name for entry in row.properties]
    more = max(0, len(names) - MAX_PROPERTIES)
    return Sent(row.type, row.events, time_label(row.last_at), names[:MAX_PROPERTIES], more)


def _imported(row: Import) -> Imported:
    stored = row.counts.added + row.counts.replaced
    can_be_undone = row.undo_started_at is None
    return Imported(row, time_label(row.started_at), stored, _state(row), can_be_undone)


def _state(row: Import) -> str:
    if row.undone_at is not None:
        return say(_("Undone"))
    if row.undo_started_at is not None:
        return say(_("Being undone: %(count)s events deleted so far"), count=f"{row.undone:,}")
    return say(_("Done")) if row.finished_at is not None else say(_("Not finished"))
