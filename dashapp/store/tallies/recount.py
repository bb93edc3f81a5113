"""Count the tallies of whole local days from the events alone."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, bindparam, func, literal, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.amounts import Amount, amount_from
from dashapp.domain.metrics.folding import (
    DAYS,
    HOURS,
    LABELS,
    FinestPlace,
    Folded,
    KeptTally,
    Members,
    add_all_projects,
    add_all_projects_spreads,
    expand,
)
from dashapp.domain.metrics.spreads import Spread, Spreads, add_counted
from dashapp.domain.metrics.tallies import DISTINCT, Counted
from dashapp.domain.time.local_days import HOUR_SLOTS_PER_DAY, day_start_us, hour_edges
from dashapp.store.sql.counted import (
    amounts_of,
    bucket_of,
    has_value,
    is_counted,
    key_of,
    member_of,
)
from dashapp.store.sql.dialect import as_list
from dashapp.store.sql.ordered import ordered
from dashapp.store.sql.parameters import edge_list
from dashapp.store.tables import event_types, events

_RECOUNTED_GRAINS = {DAYS, HOURS, LABELS}  # larger blocks are built from these


def recount(
    session: Session,
    scope: Scope,
    org_tallies: Sequence[KeptTally],
    days: Sequence[int],
    zone: ZoneInfo,
) -> Folded:
    """Return what these tallies should store for these days, without larger blocks."""
    counted = _Counted()
    for kept in org_tallies:
        params = {"org": scope.org_id, "edges": as_list(_edges(kept, days, zone))}
        for row in session.execute(_statement(kept), params):
            counted.add(kept, row)
    return counted.folded(org_tallies)


class _Counted:
    """What the events of some days count, from groups of events."""

    def __init__(self) -> None:
        self.counts: dict[FinestPlace, int] = defaultdict(int)
        self.amounts: dict[FinestPlace, Amount] = defaultdict(Amount)
        self.members: dict[Counted, Members] = {kind: defaultdict(set) for kind in DISTINCT}
        self.spreads: Spreads = defaultdict(Spread)

    def add(self, kept: KeptTally, row: Any) -> None:
        """Add one group: hour, project, text of the key, part, count, and amounts."""
        number, project, text, part, n, amounts = row
        key = kept.tally.key_of_field(text)
        if key is None:
            return
        day, hour = divmod(number, HOUR_SLOTS_PER_DAY)
        place = (kept.number, project, day, key[0])
        counted = kept.tally.counted
        if counted in DISTINCT:
            self.members[counted][place].add(part)
        elif counted is Counted.SPREAD:
            add_counted(self.spreads[place], part, n, amounts)
        elif counted is Counted.NUMBERS:
            self.amounts[kept.number, project, day, hour, key[0], ""] += amount_from(n, amounts)
        else:
            self.counts[kept.number, project, day, hour, *key] += n

    def folded(self, org_tallies: Sequence[KeptTally]) -> Folded:
        counts, amounts = expand(self.counts, org_tallies), expand(self.amounts, org_tallies)
        return Folded(
            {place: n for place, n in counts.items() if place[2] in _RECOUNTED_GRAINS},
            {place: n for place, n in amounts.items() if place[2] in _RECOUNTED_GRAINS},
            add_all_projects(self.members[Counted.USERS]),
            add_all_projects(self.members[Counted.VALUES]),
            add_all_projects_spreads(self.spreads),
        )


def _edges(kept: KeptTally, days: Sequence[int], zone: ZoneInfo) -> Iterator[tuple[int, int, int]]:
    """Yield the edges of each hour, or of whole days, numbered as their first hour."""
    for day in days:
        if kept.tally.has_hours:
            yield from hour_edges(day, zone)
        else:
            low, high = day_start_us(day, zone), day_start_us(day + 1, zone)
            yield day * HOUR_SLOTS_PER_DAY, low, high


def _statement(kept: KeptTally) -> Select[Any]:
    """Select the groups of events of each step, by project, key, and part.

    The part is the user, the value, or the bucket of the number.
    """
    tally = kept.tally
    steps = edge_list(bindparam("edges")).alias("steps")
    part = literal("")
    if tally.counted in DISTINCT:
        part = member_of(tally, events)
    elif tally.counted is Counted.SPREAD:
        part = bucket_of(tally, events)
    groups = (steps.c.number, events.c.project, key_of(tally, events).label("field"))
    joined = ordered(
        event_types.join(steps, literal(1) == 1),
        events,
        (events.c.org_id == bindparam("org"))
        & (events.c.type == event_types.c.type)
        & (events.c.occurred_at >= steps.c.low)
        & (events.c.occurred_at < steps.c.high),
    )
    return (
        select(*groups, part.label("part"), func.count(), amounts_of(tally, events))
        .select_from(joined)
        .where(event_types.c.org_id == bindparam("org"))
        .where(*is_counted(tally, events, event_types.c.type), *has_value(tally, events))
        .group_by(steps.c.number, events.c.project, "field", "part")
    )
