"""The tallies of a whole org: finish counting, rebuild, and compare with a recount."""

from collections.abc import Iterable, Iterator
from time import monotonic

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.tallies import Tally
from dashapp.domain.time.local_days import day_number_at
from dashapp.store.engine import Store
from dashapp.store.orgs.states import lock, org_state
from dashapp.store.short_steps import give_way
from dashapp.store.tallies.counting import StaleDays, count_next_days
from dashapp.store.tallies.updates import declare, drop, restart
from dashapp.store.tallies.verify import OnProgress, tally_differences


def finish_counting(
    store: Store, scope: Scope, on_progress: OnProgress = lambda _days: None
) -> None:
    """Count all remaining days in short transactions; report the days of each to `on_progress`."""
    stale_days = StaleDays(store, scope)
    while True:
        started = monotonic()
        counted, has_more = stale_days.count_next(), True
        if counted is None:
            with store.write(scope, has_time_limit=False) as session:
                counted, has_more = count_next_days(session, scope)
        on_progress(counted)
        if not has_more:
            return
        give_way(started)


def remaining_days(session: Session, scope: Scope) -> int:
    """Return roughly how many days remain to be counted, summed over all tallies."""
    state = org_state(session, scope)
    if state.first_event_at is None or state.last_event_at is None:
        return 0
    first, last = (
        day_number_at(t, state.zone) for t in (state.first_event_at, state.last_event_at)
    )
    uncounted = (max(0, min(last + 1, org_tally.from_day) - first) for org_tally in state.tallies)
    return len(state.stale) + sum(uncounted)


def rebuild_all(store: Store, scope: Scope, tallies: Iterable[Tally]) -> None:
    """Delete an org's tallies and start over with these; `finish_counting` counts them."""
    with store.write(scope, has_time_limit=False) as session:
        state = lock(session, scope)
        tallies = list(dict.fromkeys(tallies))
        drop(session, scope, [old for old in state.tallies if old.tally not in tallies])
        restart(session, scope, state.timezone)
        declare(session, scope, tallies)


def differences(
    store: Store, scope: Scope, on_progress: OnProgress = lambda _days: None
) -> Iterator[str]:
    """Yield a sentence for each stored number that differs from a recount of the events.

    Reads everything in one snapshot, so it ignores events that arrive meanwhile.
    """
    with store.read_primary(scope, has_time_limit=False) as session:
        for org_tally in org_state(session, scope).tallies:
            yield from tally_differences(session, scope, org_tally, on_progress)
