"""Which days of an org are sealed, in which segments, and where the segments are on disk."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.columns.layout import Layout, layout_from_json
from dashapp.domain.time.local_days import DAY
from dashapp.store.columns.cache import Damaged
from dashapp.store.columns.columns import Columns
from dashapp.store.columns.duck import Question, UnreadableFile
from dashapp.store.orgs.states import org_state
from dashapp.store.row_security import time_limit
from dashapp.store.sql.scoped import sealed_days, segments

AnswerT = TypeVar("AnswerT")
_log = logging.getLogger(__name__)
_DAYS = (
    select(sealed_days.c.day, sealed_days.c.segment)
    .where(
        sealed_days.c.segment.is_not(None),
        sealed_days.c.day >= bindparam("first"),
        sealed_days.c.day <= bindparam("last"),
    )
    .order_by(sealed_days.c.day)
)
_SEGMENTS = select(segments.c.number, segments.c.sha256, segments.c.layout)
_BODY = select(segments.c.body).where(segments.c.number == bindparam("number"))


@dataclass(frozen=True)
class Segment:
    """A segment on disk. `days` are those to read from it; None means all of the range."""

    path: Path
    layout: Layout
    days: tuple[int, ...] | None


@dataclass(frozen=True)
class Sealed:
    """The sealed days of a range, and their segments."""

    days: frozenset[int]
    segments: Sequence[Segment]
    _days_of: Mapping[int, Sequence[int]]  # by the number of the segment

    def split(
        self, edges: Sequence[tuple[int, int, int]]
    ) -> tuple[list[tuple[int, int, int]], list[tuple[int, int, int]]]:
        """Split numbered ranges into the parts that are sealed and those that are not."""
        if not self.days:
            return [], list(edges)
        sealed: list[tuple[int, int, int]] = []
        others: list[tuple[int, int, int]] = []
        for number, low, high in edges:
            start = low
            while start < high:
                is_sealed = start // DAY in self.days
                end = (start // DAY + 1) * DAY
                while end < high and (end // DAY in self.days) == is_sealed:
                    end += DAY
                end = min(end, high)
                (sealed if is_sealed else others).append((number, start, end))
                start = end
        return sealed, others

    def ask(
        self, session: Session, scope: Scope, ask: Callable[[Question, Sequence[Segment]], AnswerT]
    ) -> AnswerT:
        """Return what a function reads from the segments within the time limit of a statement.

        A file may be deleted while it is read: it is then loaded again, once. Raises TooSlow.
        """
        columns = Columns.of(session)
        assert columns is not None
        with columns.duck.question(time_limit(session)) as question:
            try:
                return ask(question, self.segments)
            except UnreadableFile:
                for segment in self.segments:
                    columns.cache.forget(segment.path)
                again = _on_disk(session, scope, columns, self._days_of)
                if again.days != self.days:
                    raise
        with columns.duck.question(time_limit(session)) as question:
            return ask(question, again.segments)


NOTHING_SEALED = Sealed(frozenset(), (), {})


def sealed_between(session: Session, scope: Scope, low: int, high: int) -> Sealed:
    """Return what is sealed of a range of microseconds, as this transaction sees it."""
    columns = Columns.of(session)
    state = org_state(session, scope)
    if columns is None or state.sealed_until is None or low >= high:
        return NOTHING_SEALED
    params = {**scope.params, "first": low // DAY, "last": (high - 1) // DAY}
    days_of: dict[int, list[int]] = {}
    for day, number in session.execute(_DAYS, params):
        days_of.setdefault(number, []).append(day)
    if not days_of:
        return NOTHING_SEALED
    return _on_disk(session, scope, columns, days_of)


def _on_disk(
    session: Session, scope: Scope, columns: Columns, days_of: Mapping[int, Sequence[int]]
) -> Sealed:
    """Return the segments with their files.

    Days of a segment that is damaged, or that cannot be written, count as not sealed.
    """
    first, last = (pick(map(pick, days_of.values())) for pick in (min, max))
    found: list[Segment] = []
    days: set[int] = set()
    for number, digest, layout_parts in session.execute(_SEGMENTS, scope.params).all():
        if number not in days_of:
            continue
        try:
            path = columns.cache.path(digest, partial(_body, session, scope, number))
        except Damaged:
            _log.error(
                "a segment is damaged; its days are read from events",
                extra={"org": scope.org.slug, "segment": number},
            )
            continue
        except OSError as error:  # such as a full disk
            _log.error(
                "a segment cannot be written to the cache; its days are read from events",
                extra={"org": scope.org.slug, "segment": number, "reason": str(error)},
            )
            continue
        layout = layout_from_json(layout_parts)
        valid = frozenset(days_of[number])
        has_others = any(first <= day <= last and day not in valid for day in layout.days)
        found.append(Segment(path, layout, tuple(days_of[number]) if has_others else None))
        days.update(days_of[number])
    return Sealed(frozenset(days), found, days_of)


def _body(session: Session, scope: Scope, number: int) -> bytes:
    return bytes(session.execute(_BODY, {**scope.params, "number": number}).scalar_one())
