"""Answers many asks of one Scope in at most two statements."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.tallies import ALL_PROJECTS
from dashapp.domain.time.local_days import Cover, cover
from dashapp.queries.reading.asks import AnyAsk, Hours
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
        self._slots: dict[AnyAsk, Slot] = {}

    def read(self, asks: Sequence[AnyAsk]) -> list[Any]:
        """Return the answer to each ask."""
        new = [ask for ask in dict.fromkeys(asks) if ask not in self._slots]
        if new:
            self._read(new)
        return [self._slots[ask].answer for ask in asks]

    def _read(self, asks: Sequence[AnyAsk]) -> None:
        stored, from_events = Stored(), FromEvents()
        slots = []
        for index, ask in enumerate(asks):
            number, slot = self._slot(ask)
            stored.add(index, slot, number)
            from_events.add(index, slot)
            slots.append(slot)
        if stored.spans:
            for row in self._run(stored.statement, stored.params):
                index, number, key, part, n, details, members = row
                slots[index].add_stored(number, key, part, n, details or members)
        if not from_events.is_empty:
            for row in self._run(from_events.statement, from_events.params):
                place, number, key, part, n, details = row
                slots[from_events.slot_of(place)].add_events(number, key, part, n, details)
        self._slots.update(zip(asks, slots, strict=True))

    def _run(self, statement: Any, params: dict[str, Any]) -> Any:
        scope_params = {**self._scope.params, TALLY_PROJECT: self._scope.project or ALL_PROJECTS}
        return self._session.execute(statement, {**scope_params, **params})

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
        covers = [cover(low, high, days, has_hours=has_hours) for low, high in ranges]
        return number, _slot_of(ask, covers, days.zone)


def _slot_of(ask: AnyAsk, covers: Sequence[Cover], zone: ZoneInfo | None) -> Slot:
    return HourSlot(ask, covers, zone) if isinstance(ask, Hours) else Slot(ask, covers)
