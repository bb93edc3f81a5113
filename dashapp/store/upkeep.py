"""Regular maintenance: counts and seals days, and deletes what is past its retention.

Looks only at orgs that are due (`orgs/due.py`). Safe to run on several machines at once: every step
takes the org's lock and reads the state again.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Org, Scope
from dashapp.domain.columns.planning import next_look
from dashapp.domain.errors import NotFound
from dashapp.domain.metrics.tallies import Tally
from dashapp.domain.time.instant import SECOND, to_us
from dashapp.store.administration.data import continue_removals
from dashapp.store.columns.days import days_to_plan
from dashapp.store.columns.upkeep import delete_unused_files, seal_org, sealed_totals
from dashapp.store.deletion.orgs import finish_removals
from dashapp.store.engine import Store
from dashapp.store.events.erasure import prune
from dashapp.store.events.fields import record_past_fields
from dashapp.store.health.clock import is_steady
from dashapp.store.health.progress import Progress, SealedTotals
from dashapp.store.leftovers import prune_leftovers, prune_records
from dashapp.store.orgs.due import HISTORY_QUIET, DueOrg, Question, next_due, next_orgs, settle
from dashapp.store.orgs.states import OrgState, lock, org_state
from dashapp.store.people.login_attempts import prune_attempts
from dashapp.store.people.login_sessions import prune_sessions
from dashapp.store.tallies.maintenance import finish_counting
from dashapp.store.tallies.updates import ALWAYS, declare

SESSION_RETENTION = timedelta(days=90)  # after the end of a login session
AUDIT_DAYS = 400
_HOUR = 3600 * SECOND
_DAY = 24 * _HOUR
_log = logging.getLogger(__name__)


class Needs(NamedTuple):
    """What the panels of an org need, and a digest that changes when any org may need others."""

    of: Callable[[Scope], Sequence[Tally]]
    digest: str


class _Pass(NamedTuple):
    """One pass over the orgs. Without `needs`, no tallies are added.

    With `is_quiet`, days that have changed just now are left for the next pass. Without
    `may_prune`, nothing old is removed: the clock may be wrong.
    """

    store: Store
    make_scope: Callable[[Org], Scope]
    question: Question
    needs: Callable[[Scope], Sequence[Tally]] | None
    is_quiet: bool
    may_prune: bool
    audit_days: int
    progress: Progress


def run_upkeep(
    store: Store,
    make_scope: Callable[[Org], Scope],
    needs: Needs,
    now: datetime,
    *,
    is_quiet: bool = False,
    is_for_all: bool = False,
    may_prune: bool = True,
    audit_days: int = AUDIT_DAYS,
) -> Progress:
    """Maintain every org that is due within an hour, or all orgs, and what orgs share.

    Looks at all orgs again after their panels' needs have changed. Without `is_quiet`, all days
    that are over are counted and sealed at once. An error in one org does not affect the others.
    """
    may_prune &= is_steady(store, to_us(now))
    question = Question(to_us(now), ahead=0 if is_quiet else _HOUR, digest=needs.digest)
    work = _Pass(store, make_scope, question, needs.of, is_quiet, may_prune, audit_days, Progress())
    _run(work, _all_orgs(store) if is_for_all else _due_orgs(store, question))
    finish_removals(store, make_scope, now=to_us(now))
    with_segments = _all_orgs(store, have_segments=True)
    delete_unused_files(store, (make_scope(due.org) for due in with_segments))
    with store.write_shared() as session:
        prune_sessions(session, before=to_us(now - SESSION_RETENTION))
        prune_attempts(session, now=to_us(now))
    if may_prune:
        prune_leftovers(store, to_us(now), audit_days=audit_days)
    return work.progress


def run_due(
    store: Store,
    make_scope: Callable[[Org], Scope],
    now: datetime,
    *,
    may_prune: bool = True,
    audit_days: int = AUDIT_DAYS,
) -> Progress:
    """Maintain the orgs that are due now: count, prune, and seal their days. Finish removals."""
    may_prune &= is_steady(store, to_us(now))
    question = Question(to_us(now))
    work = _Pass(store, make_scope, question, None, True, may_prune, audit_days, Progress())
    _run(work, _due_orgs(store, question))
    finish_removals(store, make_scope, now=to_us(now))
    return work.progress


def all_sealed(store: Store, make_scope: Callable[[Org], Scope]) -> SealedTotals:
    """Return what is sealed of all orgs together. Asks each org that has segments."""
    return sealed_totals(store, (make_scope(d.org) for d in _all_orgs(store, have_segments=True)))


def _due_orgs(store: Store, question: Question) -> Iterator[DueOrg]:
    """Yield the orgs that are due. Orgs that become due meanwhile may be left out."""
    return _pages(store, lambda session, after: next_due(session, question, after))


def _all_orgs(store: Store, *, have_segments: bool = False) -> Iterator[DueOrg]:
    return _pages(
        store, lambda session, after: next_orgs(session, after, have_segments=have_segments)
    )


def _pages(store: Store, page: Callable[[Session, int], Sequence[DueOrg]]) -> Iterator[DueOrg]:
    after = 0
    while True:
        with store.read_shared() as session:
            orgs = page(session, after)
        if not orgs:
            return
        yield from orgs
        after = orgs[-1].org.id


def _run(work: _Pass, orgs: Iterator[DueOrg]) -> None:
    for due in orgs:
        work.progress.orgs += 1
        try:
            with suppress(NotFound):  # it has been deleted since
                _look_at(work, due)
        except Exception:  # noqa: BLE001 - go on with the next org
            work.progress.failures += 1
            _log.exception("upkeep failed", extra={"org": due.org.slug})


def _look_at(work: _Pass, due: DueOrg) -> None:
    """Do what an org needs, then record when it needs something next."""
    store, now, scope = work.store, work.question.now, work.make_scope(due.org)
    continue_removals(store, scope, now=now)
    with store.read_primary(scope) as session:
        state = org_state(session, scope)
    tallies = work.needs(scope) if work.needs else ()
    if not work.is_quiet or (state.stale_at or 0) <= now - HISTORY_QUIET:
        maintain_org(store, scope, tallies)
    if state.first_event_at is not None:
        if due.keep_days is not None and work.may_prune:
            prune(store, scope, now - due.keep_days * _DAY)
        work.progress.sealed_events += seal_org(store, scope, now, is_quiet=work.is_quiet)
    if work.may_prune:
        prune_records(store, scope, now, audit_days=work.audit_days)
    with store.write(scope, has_time_limit=False) as session:
        state = lock(session, scope)
        at = _next_work(session, scope, state, due, now)
        is_sealed = state.sealed_until is not None
        settle(session, due, at, work.question, is_sealed=is_sealed)
    work.progress.leave_stale(len(state.stale), state.stale_at)


def _next_work(
    session: Session, scope: Scope, state: OrgState, due: DueOrg, now: int
) -> int | None:
    """Return when the org has work next, as far as it is known; `now` if some is left."""
    if not state.has_fields or _has_new_tallies(state):
        return now
    if state.first_event_at is None:
        return None
    moments = []
    if state.stale:
        moments.append((state.stale_at or 0) + HISTORY_QUIET)
    if due.keep_days is not None:  # once an hour, or each event would be pruned by itself
        moments.append(max(state.first_event_at + due.keep_days * _DAY, now + _HOUR))
    to_seal = next_look(days_to_plan(session, scope, now), now)
    if to_seal is not None:
        moments.append(to_seal)
    return min(moments, default=None)


def _has_new_tallies(state: OrgState) -> bool:
    return any(kept.from_day != ALWAYS for kept in state.tallies)


def maintain_org(store: Store, scope: Scope, tallies: Sequence[Tally]) -> None:
    """Declare missing tallies, record the fields of old events, and count remaining days."""
    with store.read_primary(scope) as session:
        state = org_state(session, scope)
    has_all = {kept.tally for kept in state.tallies}.issuperset(tallies)
    if not has_all:
        with store.write(scope, has_time_limit=False) as session:
            declare(session, scope, tallies)
    if not state.has_fields:
        record_past_fields(store, scope)
    if state.stale or not has_all or _has_new_tallies(state):
        finish_counting(store, scope)


def retention_start(keep_days: int, now: datetime) -> int:
    """Return the moment, in microseconds, before which events are deleted."""
    return to_us(now - timedelta(days=keep_days))
