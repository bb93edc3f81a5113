"""Deletion of an org, with everything that belongs to it.

First, in one transaction, the org is hidden and loses the state that every writer locks: nobody
can read it or send to it from then on. Then its rows are deleted in steps, and last the org itself,
which frees its slug. A deletion that was interrupted continues when it is run again.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import NotFound
from dashapp.store.audit.pruning import FOREVER, prune_audit
from dashapp.store.deletion.steps import MAX_ROWS, delete_some
from dashapp.store.engine import Store
from dashapp.store.orgs.orgs import delete_org_row, mark_deleted
from dashapp.store.orgs.states import delete_state, lock
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
    segments,
)

# Shared tables whose rows belong to an org.
_SHARED = (keys, origins, memberships, invitations, removed_members, outbox, providers)
_WEIGHTS = {segments: 250}  # how many rows one counts as; a segment has megabytes
_DIGESTS = select(segments.c.sha256).where(segments.c.org_id == bindparam("org"))


def delete_org(
    store: Store, scope: Scope, *, now: int, most: int = MAX_ROWS
) -> Iterator[Mapping[str, int]]:
    """Delete the Scope's org, `most` rows at a time.

    Yields after each step how many rows of which tables it has deleted. `now` is in microseconds.
    """
    _hide(store, scope, now)
    with store.read_primary(scope) as session:
        digests = list(session.execute(_DIGESTS, {"org": scope.org_id}).scalars())
    tables = list(_tables())
    while tables:
        with short_step(store, scope) as session:
            counts = _delete_step(session, scope, tables, most)
        yield counts
    store.columns.cache.delete(digests)
    _leave_sessions(store, scope)
    with short_step(store, scope) as session:
        prune_audit(session, scope, before=FOREVER, most=MAX_ROWS)  # what was done meanwhile
        delete_org_row(session, scope)


def _hide(store: Store, scope: Scope, now: int) -> None:
    with short_step(store, scope) as session:
        with suppress(NotFound):  # if an earlier deletion was interrupted
            lock(session, scope)
        mark_deleted(session, scope, now=now)
        delete_state(session, scope)


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
