"""What a server does by itself: count what is left to count, and forget what is not to be kept.

Safe to run on several machines at once: every step takes the org's lock and looks again.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from dashapp.domain.access.scope import Org, Scope
from dashapp.domain.metrics.tallies import Tally
from dashapp.domain.time.instant import to_us
from dashapp.store.engine import Store
from dashapp.store.events.erasure import prune
from dashapp.store.events.fields import record_past_fields
from dashapp.store.orgs.orgs import retentions
from dashapp.store.orgs.states import org_state
from dashapp.store.people.login_attempts import prune_attempts
from dashapp.store.people.login_sessions import prune_sessions
from dashapp.store.tallies.maintenance import finish_counting
from dashapp.store.tallies.updates import declare

SESSIONS_KEPT = timedelta(days=90)  # after their end
QUIET = timedelta(seconds=30)  # without events for marked days, until these are counted
_log = logging.getLogger(__name__)


def keep_up(
    store: Store, make_scope: Callable[[Org], Scope], wanted: Sequence[Tally], now: datetime
) -> None:
    """Go over every org once. A fault in one org stays there."""
    with store.shared() as session:
        found = retentions(session)
    for org, keep_days in found:
        try:
            count_org(store, make_scope(org), wanted)
            if keep_days is not None:
                prune(store, make_scope(org), kept_from(keep_days, now))
        except Exception:  # noqa: BLE001 - the next org is not to blame
            _log.exception("upkeep failed", extra={"org": org.slug})
    with store.changing() as session:
        prune_sessions(session, before=to_us(now - SESSIONS_KEPT))
        prune_attempts(session, now=to_us(now))


def count_marked(store: Store, make_scope: Callable[[Org], Scope], now: datetime) -> None:
    """Count the days that batches of history have marked, once these have come to an end.

    A fault in one org stays there.
    """
    with store.shared() as session:
        orgs = [org for org, _keep_days in retentions(session)]
    before = to_us(now - QUIET)
    for scope in map(make_scope, orgs):
        try:
            with store.reading(scope) as session:
                state = org_state(session, scope)
            if state.stale and (state.stale_at or 0) <= before:
                finish_counting(store, scope)
        except Exception:  # noqa: BLE001 - the next org is not to blame
            _log.exception("counting failed", extra={"org": scope.org.slug})


def count_org(store: Store, scope: Scope, wanted: Sequence[Tally]) -> None:
    """Keep these tallies, count what has not been counted yet, and learn of old properties."""
    with store.reading(scope) as session:
        state = org_state(session, scope)
    known = {one.tally for one in state.kept}
    if any(one not in known for one in wanted):
        with store.maintaining(scope) as session:
            declare(session, scope, wanted)
    if not state.has_fields:
        record_past_fields(store, scope)
    finish_counting(store, scope)


def kept_from(keep_days: int, now: datetime) -> int:
    """The moment before which events are not kept."""
    return to_us(now - timedelta(days=keep_days))
