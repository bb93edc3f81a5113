"""The latest events that a metric counts, with some of their fields."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dashapp.domain.boards.definitions import Measured
from dashapp.domain.metrics.conditions import property_of
from dashapp.domain.series import EventRow
from dashapp.domain.time.instant import from_us, to_us
from dashapp.queries.questions.quantities import Quantity, totals
from dashapp.queries.questions.ranges import whole
from dashapp.queries.reading.asks import Range
from dashapp.queries.reading.newest_events import Page, Place, newest_events
from dashapp.queries.reading.together import Asking, Question, Steps

DEFAULT_ROWS = 8
_ALWAYS = ("occurred_at", "type")
_COLUMN_OF = {"user": "user_id", "channel": "channel", "project": "project", "type": "type"}


class Behind(NamedTuple):
    """A page of events with all of their fields, and how many there are on all pages."""

    rows: Sequence[EventRow]
    total: int


def latest(measured: Measured, columns: Sequence[str], limit: int = DEFAULT_ROWS) -> Question:
    """Return the question for the newest `limit` events, newest first."""

    def ask(asking: Asking) -> Steps:
        bounds = whole(asking.time_range)
        ((total,),) = yield from totals(_count_of(measured), [bounds])
        rows = newest_events(asking, measured, bounds, Page(limit)) if total else []
        return [EventRow(event_fields(row, columns), total) for row in rows]

    return ask


def behind(
    measured: Measured, columns: Sequence[str], ranges: Sequence[Range], page: Page
) -> Question:
    """Return the question for the events behind a number: a page of those in some ranges.

    The ranges are in ascending order. The answer is a `Behind`.
    """

    def ask(asking: Asking) -> Steps:
        counts = (yield from totals(_count_of(measured), ranges)) if ranges else []
        total = sum(n or 0 for (n,) in counts)
        rows: list[Any] = []
        for bounds, (n,) in zip(reversed(ranges), reversed(counts), strict=True):
            if n and len(rows) < page.limit:
                rest = page._replace(limit=page.limit - len(rows))
                rows += newest_events(asking, measured, bounds, rest)
        return Behind([EventRow(_all_fields(row, columns), total) for row in rows], total)

    return ask


def _count_of(measured: Measured) -> Quantity:
    return Quantity((Measured(types=measured.types, where=measured.where),))


def place_of(row: EventRow) -> Place:
    """Return the place of an event in a list of all fields."""
    return Place(to_us(row.fields["occurred_at"]), row.fields["id"])


def _all_fields(row: Any, columns: Sequence[str]) -> Mapping[str, Any]:
    return {
        **event_fields(row, columns),
        "id": row.id,
        **{name: getattr(row, column) for name, column in _COLUMN_OF.items() if name != "type"},
        "properties": row.properties,
    }


def event_fields(row: Any, columns: Sequence[str]) -> Mapping[str, Any]:
    fields: dict[str, Any] = {}
    for name in dict.fromkeys([*_ALWAYS, *columns]):
        if name == "occurred_at":
            fields[name] = from_us(row.occurred_at)
        elif name in _COLUMN_OF:
            fields[name] = getattr(row, _COLUMN_OF[name])
        else:
            value = property_of(row.properties, name)
            fields[name] = None if isinstance(value, dict | list) else value
    return fields
