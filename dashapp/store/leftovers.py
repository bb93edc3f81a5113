"""What is no longer of use and belongs to no events: deleted in short steps by upkeep.

docs/operate.md says how long each is kept.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Column, Table, delete, exists, select, tuple_
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.time.instant import SECOND, from_us
from dashapp.store.audit.pruning import prune_audit, prune_installation_audit
from dashapp.store.engine import Store
from dashapp.store.tables import (
    audit,
    challenges,
    invitations,
    outbox,
    password_resets,
    provider_documents,
    reserved_slugs,
    sign_ins,
    sign_ons,
    usage_viewers,
)

_DAY = 86_400 * SECOND
_STEP = 1_000  # rows in a transaction
_MOST_STEPS = 100  # in one pass; the next one goes on
VIEWERS_MONTHS = 36


class Leftover(NamedTuple):
    """Rows of a table that are deleted some days after the moment in a column."""

    table: Table
    moment: Column[Any]
    days: int


LEFTOVERS = (
    Leftover(sign_ins, sign_ins.c.created_at, 1),
    Leftover(sign_ons, sign_ons.c.created_at, 1),
    Leftover(challenges, challenges.c.created_at, 1),
    Leftover(password_resets, password_resets.c.expires_at, 1),
    Leftover(invitations, invitations.c.expires_at, 30),  # admins can send them again
    Leftover(outbox, outbox.c.ended_at, 30),  # mails that were sent, or failed
    Leftover(reserved_slugs, reserved_slugs.c.until, 0),
    Leftover(provider_documents, provider_documents.c.fetched_at, 30),
)


def prune_leftovers(store: Store, now: int, *, audit_days: int) -> None:
    """Delete old rows that belong to no org, or are read before an org is known."""
    for leftover in LEFTOVERS:
        _repeat(store, partial(_delete_some, leftover=leftover, now=now))
    before = now - audit_days * _DAY
    _repeat(store, partial(prune_installation_audit, before=before, most=_STEP))


def prune_records(store: Store, scope: Scope, now: int, *, audit_days: int) -> None:
    """Delete the org's old entries of the audit, and who viewed its boards years ago."""
    before = now - audit_days * _DAY
    is_old = (audit.c.org_id == scope.org_id) & (audit.c.at < before)
    today = from_us(now)
    month = today.year * 12 + today.month - 1 - VIEWERS_MONTHS
    is_long_ago = (usage_viewers.c.org_id == scope.org_id) & (usage_viewers.c.month < month)
    for _ in range(_MOST_STEPS):
        with store.read_primary(scope) as session:
            has_old = session.execute(select(exists().where(is_old))).scalar()
            has_viewers = session.execute(select(exists().where(is_long_ago))).scalar()
        if not (has_old or has_viewers):
            return
        with store.write(scope) as session:
            pruned = prune_audit(session, scope, before=before, most=_STEP) if has_old else 0
            viewers = _delete_where(session, usage_viewers, is_long_ago) if has_viewers else 0
        if not (pruned or viewers):  # the database keeps entries for at least 30 days
            return


def _repeat(store: Store, step: Callable[[Session], int]) -> None:
    for _ in range(_MOST_STEPS):
        with store.write_shared() as session:
            removed = step(session)
        if removed < _STEP:
            return


def _delete_some(session: Session, leftover: Leftover, now: int) -> int:
    is_old = leftover.moment < now - leftover.days * _DAY
    return _delete_where(session, leftover.table, is_old)


def _delete_where(session: Session, table: Table, condition: Any) -> int:
    key = list(table.primary_key.columns)
    some = select(*key).where(condition).limit(_STEP)
    statement = delete(table).where(condition, tuple_(*key).in_(some))
    result: Any = session.execute(statement)
    return int(result.rowcount)
