"""Deletion of a user, with everything that says what they did.

First the user is disabled and loses their login sessions. Then their logins, which are events of
the orgs where they landed, are erased, and last the user is deleted. A deletion that was
interrupted continues when it is run again.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from sqlalchemy import bindparam, select, update

from dashapp.domain.access.scope import Org, Scope
from dashapp.domain.errors import NotFound
from dashapp.domain.events.logins import LOGIN_TYPES, event_user_of
from dashapp.store.deletion.steps import MAX_ROWS, delete_some
from dashapp.store.engine import Store
from dashapp.store.events.erasure import erase_user
from dashapp.store.orgs.orgs import list_orgs
from dashapp.store.orgs.states import lock
from dashapp.store.people import users
from dashapp.store.people.own_sessions import org_ids_of
from dashapp.store.tables import dashboards, events, login_sessions


class Erased(NamedTuple):
    """How many events of the user's logins were erased, and in how many orgs."""

    events: int
    orgs: int


_LOGIN = (
    select(events.c.id)
    .where(
        events.c.org_id == bindparam("org"),
        events.c.type.in_(LOGIN_TYPES.values()),
        events.c.user_id == bindparam("user"),
    )
    .limit(1)
)
_EDITED = (
    select(dashboards.c.slug)
    .where(dashboards.c.org_id == bindparam("org"), dashboards.c.edited_by == bindparam("editor"))
    .limit(1)
)
_FORGET_EDITOR = (
    update(dashboards)
    .where(dashboards.c.org_id == bindparam("org"), dashboards.c.edited_by == bindparam("editor"))
    .values(edited_by=None)
)


def delete_user(
    store: Store, make_scope: Callable[[Org], Scope], user_id: int, *, now: int
) -> Erased:
    """Delete a user and all traces of their logins. `now` is in microseconds.

    The ids of the erased events stay, as those of other erased events do.
    """
    recent = _lock_out(store, user_id, now)
    with store.read_shared() as session:
        scopes = [make_scope(org) for org in list_orgs(session)]
    for scope in scopes:
        if scope.org_id in recent:
            _await_writers(store, scope)
    counts = [_erase(store, scope, user_id) for scope in scopes]
    with store.write_shared() as session:
        users.delete_user(session, user_id)
    return Erased(sum(counts), sum(count > 0 for count in counts))


def _lock_out(store: Store, user_id: int, now: int) -> set[int]:
    """Disable the user and delete their sessions; return the ids of the orgs of these sessions.

    No worker begins to store a login of the user from then on.
    """
    with store.write_shared() as session:
        users.disable(session, user_id, now=now)
        org_ids = org_ids_of(session, user_id)
    count = MAX_ROWS
    while count == MAX_ROWS:
        with store.write_shared() as session:
            is_of_user = login_sessions.c.user_id == user_id
            count = delete_some(session, login_sessions, is_of_user)
    return org_ids


def _await_writers(store: Store, scope: Scope) -> None:
    """Wait until a login that is being stored can be seen, and erased."""
    with suppress(NotFound), store.write(scope) as session:
        lock(session, scope)


def _erase(store: Store, scope: Scope, user_id: int) -> int:
    """Erase the user's logins in an org; return how many events that were."""
    user = event_user_of(user_id)
    with store.read_primary(scope, has_time_limit=False) as session:
        has_logins = session.execute(_LOGIN, {"org": scope.org_id, "user": user}).first()
        has_edited = session.execute(_EDITED, {"org": scope.org_id, "editor": user_id}).first()
    if has_edited:
        with store.write(scope) as session:
            session.execute(_FORGET_EDITOR, {"org": scope.org_id, "editor": user_id})
    return erase_user(store, scope, user) if has_logins else 0
