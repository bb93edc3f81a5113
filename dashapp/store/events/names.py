"""Deletes the names of users and values that events no longer have after events were removed."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.tallies import Counted, Tally
from dashapp.store.engine import Store
from dashapp.store.orgs.states import OrgState, lock
from dashapp.store.sql.dialect import MAX_ROWS
from dashapp.store.tallies.members import USERS, VALUES, Numbering, all_members
from dashapp.store.tallies.updates import ALWAYS


def delete_absent_names(store: Store, scope: Scope) -> None:
    """Delete the names of users and values without events. Their numbers are never reused.

    Does nothing while days are stale. Users need a complete tally of all users.
    """
    with store.write(scope, has_time_limit=False) as session:
        state = lock(session, scope)
        if state.stale:
            return
        complete = {kept.number for kept in state.tallies if kept.from_day == ALWAYS}
        all_users = [number for number in tallies_of_all_users(state) if number in complete]
        if all_users:
            _delete(session, scope, USERS, all_users[:1])
        values = [kept for kept in state.tallies if kept.tally.counted is Counted.VALUES]
        _delete(session, scope, VALUES, [kept.number for kept in values])


def tallies_of_all_users(state: OrgState) -> list[int]:
    """Return the numbers of the tallies that have every user."""
    return [kept.number for kept in state.tallies if _has_all_users(kept.tally)]


def _has_all_users(tally: Tally) -> bool:
    is_whole = not (tally.types or tally.where or tally.property_name)
    return tally.counted is Counted.USERS and is_whole


def _delete(session: Session, scope: Scope, numbering: Numbering, tallies: list[int]) -> None:
    names = numbering.table
    present = all_members(session, scope, tallies)
    numbers = select(names.c.number).where(names.c.org_id == scope.org_id)
    absent = [number for number in session.execute(numbers).scalars() if number not in present]
    for low in range(0, len(absent), MAX_ROWS):
        is_absent = names.c.number.in_(absent[low : low + MAX_ROWS])
        session.execute(delete(names).where(names.c.org_id == scope.org_id, is_absent))
