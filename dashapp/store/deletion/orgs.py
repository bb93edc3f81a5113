"""Removal of an org, with everything that belongs to it.

First, in one transaction, the org loses its slug, its keys, its members, and the state that every
writer locks: nobody can read it or send to it from then on. Then its rows are deleted in steps, and
last the org itself. Upkeep continues a removal that was interrupted.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Table, bindparam, delete, select, update
from sqlalchemy.orm import Session

from dashapp.domain.access.actors import Action, Actor
from dashapp.domain.access.scope import Org, Scope
from dashapp.domain.errors import Forbidden, NotFound
from dashapp.domain.language import _
from dashapp.domain.time.instant import SECOND
from dashapp.store.audit.entries import add_installation_entry
from dashapp.store.audit.pruning import FOREVER, prune_audit
from dashapp.store.deletion.removals import (
    Removal,
    add_counts,
    close_removal,
    find_removal,
    insert_removal,
    lock_removal,
    open_removals,
)
from dashapp.store.deletion.steps import MAX_ROWS, delete_some
from dashapp.store.engine import Store
from dashapp.store.orgs.orgs import delete_org_row, hide_org
from dashapp.store.orgs.reserved_slugs import release_slug, reserve_slug
from dashapp.store.orgs.states import delete_state, lock
from dashapp.store.people.members import role_of
from dashapp.store.short_steps import short_step
from dashapp.store.tables import (
    METADATA,
    OWNED,
    audit,
    invitations,
    keys,
    login_sessions,
    memberships,
    org_states,
    origins,
    outbox,
    providers,
    removed_members,
    saved_views,
    segments,
    sign_on_domains,
)

MAX_AFTER_DAYS = 90
_STEPS = 4  # of a removal, before a request is answered
# Shared tables whose rows belong to an org. They give access, so they go first.
_SHARED = (
    keys,
    origins,
    memberships,
    invitations,
    removed_members,
    outbox,
    sign_on_domains,  # the next org can have them
    providers,
)
_WEIGHTS = {segments: 250}  # how many rows one counts as; a segment has megabytes
_DIGESTS = select(segments.c.sha256).where(segments.c.org_id == bindparam("org"))
_DAY = 86_400 * SECOND
_log = logging.getLogger(__name__)


class Wish(NamedTuple):
    """How to remove an org. Rows are deleted after some days; access ends at once.

    With `is_released`, a new org can have the slug at once.
    """

    after_days: int = 0
    is_released: bool = False


AT_ONCE = Wish()


def begin_removal(
    store: Store, scope: Scope, actor: Actor, wish: Wish = AT_ONCE, *, now: int
) -> Removal:
    """End all access to the Scope's org, and return the receipt. `now` is in microseconds.

    `removal_steps` deletes the rows. Raises NotFound if the org is being removed already, and
    Forbidden if a member has another role by now.
    """
    with store.write(scope, has_time_limit=False) as session:
        lock(session, scope)
        if actor.is_member and role_of(session, scope, int(actor.id)) is not scope.role:
            raise Forbidden(_("Your role has changed in the meantime. Reload the page."))
        due_at = now + wish.after_days * _DAY
        ended = _end_access(session, scope)
        removal = insert_removal(session, scope, now=now, due_at=due_at, counts=ended)
        with suppress(NotFound):
            release_slug(session, scope.org.slug)
        if not wish.is_released:
            reserve_slug(session, scope.org.slug, now=now)
        add_installation_entry(
            session,
            actor,
            Action.ORG_REMOVED,
            removal.id,
            org=scope.org.slug,
            after={"after_days": wish.after_days, "is_released": wish.is_released},
            now=now,
        )
        hide_org(session, scope, now=now)
        delete_state(session, scope)
    return removal


def remove_at_once(
    store: Store, scope: Scope, actor: Actor, wish: Wish = AT_ONCE, *, now: int
) -> Removal:
    """Remove the org as far as a request can, and return the receipt as it is then.

    Upkeep makes the other steps. Raises as `begin_removal` does.
    """
    removal = begin_removal(store, scope, actor, wish, now=now)
    if not wish.after_days:
        for _counts in islice(removal_steps(store, scope, now=now), _STEPS):
            pass
    with store.read_shared() as session:
        return find_removal(session, removal.id)


def removal_steps(
    store: Store, scope: Scope, *, now: int, most: int = MAX_ROWS
) -> Iterator[Mapping[str, int]]:
    """Delete what is left of an org whose removal has begun, `most` rows at a time.

    Yields after each step how many rows of which tables it has deleted. Ends early if another
    process, such as upkeep, deletes the last rows. `now` is in microseconds.
    """
    with store.read_primary(scope) as session:
        digests = list(session.execute(_DIGESTS, {"org": scope.org_id}).scalars())
    store.columns.cache.delete(digests)  # before the rows: later, nothing would name the files
    with suppress(NotFound):  # another process has finished it
        yield from _deletions(store, scope, now=now, most=most)
    store.columns.cache.delete(digests)  # a request that had begun may have copied them again
    store.empty_log()


def _deletions(store: Store, scope: Scope, *, now: int, most: int) -> Iterator[Mapping[str, int]]:
    """Delete the rows, and then the org. Raises NotFound if another process has finished it."""
    is_closed = False
    while not is_closed:
        tables = list(_tables())
        while tables:
            with short_step(store, scope) as session:
                before = lock_removal(session, scope)
                counts = _delete_step(session, scope, tables, most)
                add_counts(session, scope, before, counts)
            yield counts
        _leave_sessions(store, scope)
        is_closed = _close(store, scope, now=now)


def finish_removals(
    store: Store, make_scope: Callable[[Org], Scope], *, now: int, most: int = MAX_ROWS
) -> None:
    """Finish the removals whose rows may be deleted. An error in one does not affect the others."""
    with store.read_shared() as session:
        due = open_removals(session, due_by=now)
    for removal, org in due:
        try:
            for _counts in removal_steps(store, make_scope(org), now=now, most=most):
                pass
        except Exception:  # noqa: BLE001 - go on with the next org
            _log.exception("a removal failed", extra={"removal": removal.id})


def _end_access(session: Session, scope: Scope) -> dict[str, int]:
    """Delete what gives access to the org; return how many rows of which tables."""
    own = select(providers.c.id).where(providers.c.org_id == scope.org_id)
    session.execute(delete(login_sessions).where(login_sessions.c.provider.in_(own)))
    counts = {}
    for table in (saved_views, *_SHARED):  # views would go with the memberships, uncounted
        deletion: Any = session.execute(delete(table).where(table.c.org_id == scope.org_id))
        counts[table.name] = int(deletion.rowcount)
    return counts


def _tables() -> Iterator[Table]:
    """Yield the tables with rows of orgs; a table comes before those that it refers to."""
    owned = {table for table in OWNED if table is not org_states}
    for table in reversed(METADATA.sorted_tables):
        if table in owned or table in _SHARED:
            yield table


def _delete_step(
    session: Session, scope: Scope, tables: list[Table], most: int
) -> Mapping[str, int]:
    """Delete rows of the first of these tables; take the tables that are empty off the list."""
    counts: dict[str, int] = {}
    while tables:
        table = tables[0]
        weight = _WEIGHTS.get(table, 1)
        limit = max(most, weight) // weight
        count = _delete_from(session, scope, table, limit)
        counts[table.name] = count
        most -= count * weight
        if count == limit:
            break
        del tables[0]
    return counts


def _delete_from(session: Session, scope: Scope, table: Table, most: int) -> int:
    if table is audit:
        return prune_audit(session, scope, before=FOREVER, most=most)
    return delete_some(session, table, table.c.org_id == scope.org_id, most)


def _leave_sessions(store: Store, scope: Scope) -> None:
    """Let people who logged in to the org stay logged in to their other orgs."""
    digest, org_id = login_sessions.c.digest, login_sessions.c.org_id
    some = select(digest).where(org_id == scope.org_id).limit(MAX_ROWS)
    count = MAX_ROWS
    while count == MAX_ROWS:
        with short_step(store, scope) as session:
            left = session.execute(
                update(login_sessions)
                .where(digest.in_(some))
                .values(org_id=None, path="", is_tracked=True)
                .returning(digest)
            )
            count = len(left.all())


def _close(store: Store, scope: Scope, *, now: int) -> bool:
    """Delete the org itself and close its receipt, unless there are rows that came meanwhile."""
    with short_step(store, scope) as session:
        lock_removal(session, scope)
        if any(_has_rows(session, scope, table) for table in (*OWNED, *_SHARED)):
            return False
        delete_org_row(session, scope)
        close_removal(session, scope, now=now)
    return True


def _has_rows(session: Session, scope: Scope, table: Table) -> bool:
    row = select(table.c.org_id).where(table.c.org_id == scope.org_id).limit(1)
    return session.execute(row).first() is not None
