"""Answers many asks of one Scope together: from tallies, from sealed days, and from events."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.tallies import ALL_PROJECTS, Tally
from dashapp.domain.time.local_days import Cover, TalliedDays, cover
from dashapp.queries.columns.divided import divide
from dashapp.queries.columns.from_columns import FromColumns
from dashapp.queries.reading.asks import AnyAsk, Ask, Hours, Labels, Range
from dashapp.queries.reading.from_events import FromEvents
from dashapp.queries.reading.hour_slots import HourSlot
from dashapp.queries.reading.slots import Slot, bounds_of
from dashapp.queries.reading.stored import Stored
from dashapp.store.orgs.states import org_state
from dashapp.store.sql.scoped import TALLY_PROJECT


class Reader:
    """Reads for one Scope. The same ask is read once, however often it is asked."""

    def __init__(self, session: Session, scope: Scope) -> None:
        self._session = session
        self._scope = scope
        self._answers: dict[AnyAsk, Any] = {}
        self._known_covers: dict[tuple[Range, int, bool], Cover] = {}

    def read(self, asks: Sequence[AnyAsk]) -> list[Any]:
        """Return the answer to each ask."""
        new = [ask for ask in dict.fromkeys(asks) if ask not in self._answers]
        if new:
            shared = [*_shared(new)]
            answers = self._read([share.ask for share in shared])
            for share, answer in zip(shared, answers, strict=True):
                self._answers.update(share.answers_of(answer))
        return [self._answers[ask] for ask in asks]

    def _read(self, asks: Sequence[AnyAsk]) -> list[Any]:
        stored, from_events = Stored(), FromEvents()
        slots = []
        for index, ask in enumerate(asks):
            number, slot = self._slot(ask)
            stored.add(index, slot, number)
            slots.append(slot)
        sealed, parts = divide(self._session, self._scope, slots)
        from_columns = FromColumns(sealed)
        for index, part in enumerate(parts):
            from_columns.add(part)
            from_events.add(index, part)
        if stored.spans:
            for index, number, key, share, n, details, members in self._run(
                stored.statement, stored.params
            ):
                slots[index].add_stored(number, key, share, n, details or members)
        from_columns.read(self._session, self._scope)
        if not from_events.is_empty:
            for place, number, key, share, n, details in self._run(
                from_events.statement, from_events.params
            ):
                slots[from_events.slot_of(place)].add_events(number, key, share, n, details)
        return [slot.answer for slot in slots]

    def _run(self, statement: Any, params: dict[str, Any]) -> Any:
        scope_params = {**self._scope.params, TALLY_PROJECT: self._scope.project or ALL_PROJECTS}
        return self._session.execute(statement, {**scope_params, **params}).all()

    def _slot(self, ask: AnyAsk) -> tuple[int, Slot]:
        """Return the tally's number in the database, and the slot of an ask.

        If the org has no such tally or the Scope is filtered, all is counted from events.
        """
        kept = org_state(self._session, self._scope).find_tally(ask.tally)
        ranges = bounds_of(ask)
        needs_hours = isinstance(ask, Hours)
        if kept is None or self._scope.is_filtered or (needs_hours and not ask.tally.has_hours):
            covers = [Cover([], [], [bounds]) for bounds in ranges]
            return 0, _slot_of(ask, covers, None)
        number, days = kept
        has_hours = ask.tally.has_hours and not Slot(ask, ()).has_days_only
        covers = [self._cover(bounds, days, has_hours=has_hours) for bounds in ranges]
        return number, _slot_of(ask, covers, days.zone)

    def _cover(self, bounds: Range, days: TalliedDays, *, has_hours: bool) -> Cover:
        """Return what covers a range. Most tallies cover the same days."""
        place = (bounds, days.first, has_hours)
        if place not in self._known_covers:
            self._known_covers[place] = cover(*bounds, days, has_hours=has_hours)
        return self._known_covers[place]


def _slot_of(ask: AnyAsk, covers: Sequence[Cover], zone: ZoneInfo | None) -> Slot:
    return HourSlot(ask, covers, zone) if isinstance(ask, Hours) else Slot(ask, covers)


class _Share(NamedTuple):
    """An ask that is read, and those that it answers: its ranges and labels contain theirs."""

    ask: AnyAsk
    asks: tuple[AnyAsk, ...]

    def answers_of(self, answer: Any) -> dict[AnyAsk, Any]:
        if len(self.asks) == 1:
            return {self.asks[0]: answer}
        states = dict(zip(bounds_of(self.ask), answer, strict=True))
        return {ask: [states[bounds] for bounds in bounds_of(ask)] for ask in self.asks}


def _shared(asks: Iterable[AnyAsk]) -> Iterable[_Share]:
    """Yield what to read: asks about the same tally are read as one, unless they read blocks."""
    plain: dict[Tally, list[Ask]] = {}
    for ask in asks:
        if isinstance(ask, Ask) and not (ask.tally.is_unbounded or ask.has_members):
            plain.setdefault(ask.tally, []).append(ask)
        else:
            yield _Share(ask, (ask,))
    for tally, same in plain.items():
        ranges = dict.fromkeys(bounds for ask in same for bounds in ask.ranges)
        yield _Share(Ask(tally, tuple(ranges), _all_labels(same)), tuple(same))


def _all_labels(asks: Sequence[Ask]) -> Labels | tuple[str, ...]:
    if any(isinstance(ask.labels, Labels) for ask in asks):
        return Labels.EACH
    labels = (ask.labels for ask in asks if not isinstance(ask.labels, Labels))
    return tuple(dict.fromkeys(label for of_ask in labels for label in of_ask))
