"""Compares sealed days with the events they were made from."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.columns.encoding import Encoder
from dashapp.domain.columns.layout import REST, Layout, column_name
from dashapp.domain.time.local_days import DAY, HOUR, date_from_number
from dashapp.store.columns.columns import Columns
from dashapp.store.columns.sealed import Segment, sealed_between
from dashapp.store.columns.sealing import events_between
from dashapp.store.engine import Store
from dashapp.store.tables import sealed_days

_BASE = ("type", "t", "u", "channel", "project")
_MANY = 100_000  # events of a day, which is then compared hour by hour


def sealed_differences(store: Store, scope: Scope) -> Iterator[str]:
    """Yield a sentence for each sealed day that differs from the events.

    Reads everything in one snapshot, so it ignores events that arrive meanwhile.
    """
    with store.read_primary(scope, has_time_limit=False) as session:
        is_sealed = sealed_days.c.segment.is_not(None)
        statement = select(sealed_days.c.day, sealed_days.c.rows).where(
            sealed_days.c.org_id == scope.org_id, is_sealed
        )
        for day, rows in session.execute(statement.order_by(sealed_days.c.day)).all():
            reason = _difference(session, scope, day, rows)
            if reason is not None:
                yield f"{scope.org.slug}, {date_from_number(day)}: {reason}."


def _difference(session: Session, scope: Scope, day: int, rows: int) -> str | None:
    sealed = sealed_between(session, scope, day * DAY, (day + 1) * DAY)
    if day not in sealed.days:
        return "the segment is damaged"
    (segment,) = sealed.segments
    step = HOUR if rows > _MANY else DAY
    for low in range(day * DAY, (day + 1) * DAY, step):
        in_segment = _sealed_rows(session, scope, segment, low, low + step)
        in_events = _event_rows(session, scope, segment.layout, low, low + step)
        if in_segment != in_events:
            missing, extra = (in_events - in_segment).total(), (in_segment - in_events).total()
            return f"{_events(missing)} missing, {_events(extra)} wrong"
    return None


def _events(count: int) -> str:
    return "1 event" if count == 1 else f"{count:,} events"


def _sealed_rows(
    session: Session, scope: Scope, segment: Segment, low: int, high: int
) -> Counter[Any]:
    """Return the rows of a segment that are in a range, with how often each occurs."""
    columns = Columns.of(session)
    assert columns is not None
    names = [*_BASE, *_columns(segment.layout)]
    statement = (
        f"SELECT {', '.join(names)} FROM read_parquet($path) "  # noqa: S608 - our own names
        "WHERE org_id = $org AND t >= $low AND t < $high"
    )
    params = {"path": str(segment.path), "org": scope.org_id, "low": low, "high": high}
    with columns.duck.question(None) as question:
        rows = question.run(statement, params)
    return Counter(map(_as_texts, rows))


def _columns(layout: Layout) -> Iterator[str]:
    """Yield the columns of all properties, also those that the segment should not need."""
    for field in layout.fields:
        yield column_name("t", field.path)
        for prefix in ("n", "b"):
            yield column_name(prefix, field.path) if field.has_numbers else "NULL"
    yield REST if layout.has_rest else "NULL"


def _event_rows(
    session: Session, scope: Scope, layout: Layout, low: int, high: int
) -> Counter[Any]:
    """Return the rows that a segment should have in a range."""
    rows: Counter[Any] = Counter()
    encoder = Encoder([field.path for field in layout.fields])
    for events in events_between(session, scope, [(0, low, high)]):
        *base, properties = zip(*events, strict=True)
        block = encoder.block(properties)
        columns: list[Sequence[Any]] = [*base]
        absent = [""] * len(events)
        for index, texts in enumerate(block.texts):
            columns.append([text[1:] if text else None for text in texts])
            columns += map(_or_none, block.numbers.get(index, (absent, absent)))
        columns.append(_or_none(block.rest))
        rows.update(map(_as_texts, zip(*columns, strict=True)))
    return rows


def _or_none(values: Sequence[Any]) -> list[Any]:
    return [None if value == "" else value for value in values]


def _as_texts(row: Sequence[Any]) -> tuple[str | None, ...]:
    return tuple(None if value is None else str(value) for value in row)
