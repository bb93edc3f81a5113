"""Which parts of what slots ask are read from sealed days, and which from the events.

What is kept as a tally is not: only the ends of its ranges are missing, and these are short.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.tallies import DISTINCT, Counted
from dashapp.domain.time.local_days import DAY
from dashapp.queries.columns.cuts import Edge
from dashapp.queries.reading.slots import Slot
from dashapp.store.columns.sealed import NOTHING_SEALED, Sealed, sealed_between
from dashapp.store.orgs.states import org_state

# Of sealed days, which the tallies of a slot do not cover. Plain boards of a day read rows.
_LONG = 3 * DAY


class Divided(NamedTuple):
    """The ranges of a slot that are read from sealed days, and those from events.

    `whole` are the numbers that are read from one of them alone: distinct members can be counted
    there. `by_name` is true if values must be united by their names.
    """

    slot: Slot
    sealed: Sequence[Edge]
    events: Sequence[Edge]
    whole: frozenset[int]
    by_name: bool


def divide(
    session: Session, scope: Scope, slots: Sequence[Slot]
) -> tuple[Sealed, Sequence[Divided]]:
    """Return what is sealed, and how each slot is divided."""
    edges_of = [[*slot.edges()] for slot in slots]
    sealed = NOTHING_SEALED
    if org_state(session, scope).sealed_until is not None:
        bounds = [
            edge[1:]
            for slot, edges in zip(slots, edges_of, strict=True)
            if _may_be_sealed(slot, edges)
            for edge in edges
        ]
        if bounds:
            low, high = min(low for low, _high in bounds), max(high for _low, high in bounds)
            sealed = sealed_between(session, scope, low, high)
    return sealed, [
        _divided(slot, edges, sealed) for slot, edges in zip(slots, edges_of, strict=True)
    ]


def _may_be_sealed(slot: Slot, edges: Iterable[Edge]) -> bool:
    if slot.is_from_events:
        return True
    is_united_by_number = slot.tally.counted is not Counted.VALUES
    return is_united_by_number and sum(high - low for _n, low, high in edges) >= _LONG


def _divided(slot: Slot, edges: Sequence[Edge], sealed: Sealed) -> Divided:
    of_days, of_events = sealed.split(edges) if _may_be_sealed(slot, edges) else ([], edges)
    whole: frozenset[int] = frozenset()
    if slot.tally.counted in DISTINCT:
        in_days, in_events = ({edge[0] for edge in part} for part in (of_days, of_events))
        whole = frozenset(n for n in in_days ^ in_events if slot.has_counts(n))
    return Divided(slot, of_days, of_events, whole, bool(of_days))
