"""Batches of history: events of many past days, whose tallies upkeep counts later.

Each such event would touch rows of tallies that no other event of its batch touches. Marking the
day is three times as fast; boards read marked days from events, so that numbers stay exact.
"""

from collections import Counter
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.events.event import Event
from dashapp.domain.metrics.folding import DAYS
from dashapp.domain.metrics.tallies import ALL_PROJECTS, EVENTS
from dashapp.domain.time.local_days import day_low, day_of
from dashapp.store.orgs.states import OrgState
from dashapp.store.sql.dialect import as_list
from dashapp.store.sql.parameters import ordered, step_list
from dashapp.store.tables import tally

FEWEST_DAYS = 30  # of a batch of history
MOST_EVENTS = 2_000  # of a day that is counted again; larger ones are cheaper to add to
_RECENT_DAYS = 2  # today and yesterday, which live boards show

_listed = step_list(bindparam("steps")).alias("listed")
_LARGE = select(tally.c.step).select_from(
    ordered(
        _listed,
        tally,
        (tally.c.org_id == bindparam("org"))
        & (tally.c.tally == bindparam("tally"))
        & (tally.c.project == ALL_PROJECTS)
        & (tally.c.grain == DAYS)
        & (tally.c.step == _listed.c.low)
        & (tally.c.key == "")
        & (tally.c.spelling == "")
        & (tally.c.n > bindparam("most")),
    )
)


def days_of(events: Iterable[Event], zone: ZoneInfo) -> Counter[int]:
    """How many events lie in each local day. Quickest when they are in order."""
    days: Counter[int] = Counter()
    low = high = day = 0
    for event in events:
        if not low <= event.occurred_at < high:
            day = day_of(event.occurred_at, zone)
            low, high = day_low(day, zone), day_low(day + 1, zone)
        days[day] += 1
    return days


def days_to_mark(
    session: Session, scope: Scope, days: Iterable[int], state: OrgState, now: int
) -> set[int]:
    """The past days of a batch that upkeep shall count; none where a batch touches few."""
    first_recent = day_of(now, state.zone) - _RECENT_DAYS + 1
    past = {day for day in days if day < first_recent} - set(state.stale)
    if len(past) < FEWEST_DAYS:
        return set()
    known = state.knows(EVENTS)
    if known is None:
        return set()
    steps = as_list((0, DAYS, day, day + 1) for day in sorted(past))
    params = {"org": scope.org_id, "tally": known[0], "steps": steps, "most": MOST_EVENTS}
    return past - set(session.execute(_LARGE, params).scalars())
