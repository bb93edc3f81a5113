"""An org's events, erased, taken back, or exported by someone.

Erasing a user and undoing an import can take minutes, so upkeep does it. The request is one short
transaction, which makes the org due. After a crash, upkeep continues: the database says what is
left to do.
"""

from collections.abc import Mapping, Sequence
from functools import partial

from sqlalchemy.orm import Session

from dashapp.domain.access.actors import SYSTEM, Action, Actor
from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import BadInput, Conflict
from dashapp.domain.language import _
from dashapp.store.administration.change import Change, changing
from dashapp.store.audit.entries import add_entry
from dashapp.store.engine import Store
from dashapp.store.events.erasure import erase_user
from dashapp.store.events.erasures import (
    Erasure,
    count_erased,
    count_events_of,
    finish_erasure,
    list_erasures,
    request_erasure,
)
from dashapp.store.imports.import_log import Import, list_imports
from dashapp.store.imports.undo import begin_undo, undo_import
from dashapp.store.orgs.due import wake

MAX_USER = 200  # characters of a user's id


def count_of_user(session: Session, scope: Scope, user: str) -> int:
    """Return how many events a user has, at most MAX_COUNTED + 1. Raises BadInput for none."""
    if not 0 < len(user) <= MAX_USER:
        raise BadInput(_("Enter the id of a user, as your events have it."))
    count = count_events_of(session, scope, user)
    if not count:
        raise BadInput(_("No event has this user. Ids are case-sensitive."))
    return count


def erase(change: Change, user: str, count: int) -> None:
    """Let upkeep erase a user and all their events: `count_of_user` has counted them.

    Raises Conflict if it was requested already.
    """
    by = change.actor.name
    if not request_erasure(change.session, change.scope, user, by=by, now=change.now):
        raise Conflict(_("This user is already being erased."))
    change.record(Action.USER_ERASED, user, after={"events": count, "state": "requested"})


def undo(change: Change, import_id: str) -> Import:
    """Let upkeep delete the events that an import added; return the import.

    Raises NotFound, or Conflict if this was done or requested already.
    """
    by = change.actor.name
    undone = begin_undo(change.session, change.scope, import_id, now=change.now, by=by)
    if undone.undo_started_at is not None:
        raise Conflict(_("This import is already being undone."))
    wake(change.session, change.scope)
    stored = undone.counts.added + undone.counts.replaced
    change.record(
        Action.IMPORT_UNDONE, import_id, before={"file": undone.file_name, "events": stored}
    )
    return undone


def record_act(
    store: Store,
    scope: Scope,
    actor: Actor,
    action: Action,
    target: str,
    *,
    after: Mapping[str, object] | None = None,
    now: int,
) -> None:
    """Record an act that changes nothing in the org. It does not wait for the org's writers."""
    with store.write(scope) as session:
        add_entry(session, scope, actor, action, target, after=after, now=now)


def record_export(change: Change, file_format: str, *, first: str | None, last: str | None) -> None:
    """Record that someone exports the org's events, of a range of days or all of them."""
    days = {"from": first, "to": last}
    after = {"format": file_format} | {name: day for name, day in days.items() if day}
    change.record(Action.EXPORTED, "events", after=after)


def continue_removals(store: Store, scope: Scope, *, now: int) -> None:
    """Make what was requested in an org. Safe to run on several machines at once, and again."""
    with store.read_primary(scope) as session:
        begun = [row for row in list_imports(session, scope) if _is_being_undone(row)]
    while pending := _pending(store, scope):
        for erasure in pending:
            finish_erasing(store, scope, erasure.user_id, now=now)
    for undone in begun:
        _finish_undo(store, scope, undone.id, now=now)


def _pending(store: Store, scope: Scope) -> Sequence[Erasure]:
    with store.read_primary(scope) as session:
        return list_erasures(session, scope)


def finish_erasing(store: Store, scope: Scope, user: str, *, now: int) -> None:
    """Erase a user whose erasure was requested. Upkeep continues after a crash."""
    erase_user(store, scope, user, in_step=partial(count_erased, scope=scope, user=user))
    with changing(store, scope, SYSTEM, now=now, has_time_limit=False) as change:
        erased = finish_erasure(change.session, scope, user)
        if erased is not None:  # not finished by another machine
            change.record(Action.USER_ERASED, user, after={"events": erased, "state": "done"})


def _is_being_undone(row: Import) -> bool:
    return row.undo_started_at is not None and row.undone_at is None


def _finish_undo(store: Store, scope: Scope, import_id: str, *, now: int) -> None:
    try:
        undo_import(store, scope, import_id, now=now, by="")
    except Conflict:
        return  # another machine has finished it
