"""Regular maintenance: counts and seals days, and deletes what is past its retention.

Safe to run on several machines at once: every step takes the org's lock and reads the state again.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from dashapp.domain.access.scope import Org, Scope
from dashapp.domain.metrics.tallies import Tally
from dashapp.domain.time.instant import to_us
from dashapp.store.columns.upkeep import Sealer, delete_unused_files
from dashapp.store.engine import Store
from dashapp.store.events.erasure import prune
from dashapp.store.events.fields import record_past_fields
from dashapp.store.orgs.orgs import retentions
from dashapp.store.orgs.states import org_state
from dashapp.store.people.login_attempts import prune_attempts
from dashapp.store.people.login_sessions import prune_sessions
from dashapp.store.tallies.maintenance import finish_counting
from dashapp.store.tallies.updates import ALWAYS, declare

SESSION_RETENTION = timedelta(days=90)  # after the end of a login session
QUIET_PERIOD = timedelta(seconds=30)  # without new events for stale days, before they are counted
_log = logging.getLogger(__name__)


def run_upkeep(
    store: Store,
    make_scope: Callable[[Org], Scope],
    needs: Callable[[Scope], Sequence[Tally]],
    now: datetime,
    sealer: Sealer | None = None,
) -> None:
    """Maintain every org once. An error in one org does not affect the others.

    `needs` returns the tallies that an org's panels read. Without a `sealer`, all days that are
    over are sealed at once.
    """
    with store.read_shared() as session:
        orgs = retentions(session)
    for org, keep_days in orgs:
        try:
            scope = make_scope(org)
            maintain_org(store, scope, needs(scope))
            if keep_days is not None:
                prune(store, scope, retention_start(keep_days, now))
        except Exception:  # noqa: BLE001 - go on with the next org
            _log.exception("upkeep failed", extra={"org": org.slug})
    scopes = [make_scope(org) for org, _keep_days in orgs]
    (sealer or Sealer()).seal_all(store, scopes, to_us(now), is_quiet=sealer is not None)
    delete_unused_files(store, scopes)
    with store.write_shared() as session:
        prune_sessions(session, before=to_us(now - SESSION_RETENTION))
        prune_attempts(session, now=to_us(now))


def count_marked_days(
    store: Store, make_scope: Callable[[Org], Scope], now: datetime, sealer: Sealer
) -> None:
    """Count the days of new tallies, and those that batches of history marked as stale; seal days.

    Stale days are counted once no more such batches arrive. An error in one org does not affect the
    others.
    """
    with store.read_shared() as session:
        orgs = [org for org, _keep_days in retentions(session)]
    before = to_us(now - QUIET_PERIOD)
    for scope in map(make_scope, orgs):
        try:
            with store.read(scope) as session:
                state = org_state(session, scope)
            is_quiet = (state.stale_at or 0) <= before
            has_new = any(kept.from_day != ALWAYS for kept in state.tallies)
            if is_quiet and (state.stale or has_new):
                finish_counting(store, scope)
        except Exception:  # noqa: BLE001 - go on with the next org
            _log.exception("recount failed", extra={"org": scope.org.slug})
    sealer.seal_all(store, map(make_scope, orgs), to_us(now))


def maintain_org(store: Store, scope: Scope, tallies: Sequence[Tally]) -> None:
    """Declare missing tallies, record the fields of old events, and count remaining days."""
    with store.read(scope) as session:
        state = org_state(session, scope)
    existing = {org_tally.tally for org_tally in state.tallies}
    if not existing.issuperset(tallies):
        with store.write(scope, has_time_limit=False) as session:
            declare(session, scope, tallies)
    if not state.has_fields:
        record_past_fields(store, scope)
    finish_counting(store, scope)


def retention_start(keep_days: int, now: datetime) -> int:
    """Return the moment, in microseconds, before which events are deleted."""
    return to_us(now - timedelta(days=keep_days))
