"""Add and read entries of the audit.

An entry is written in the transaction of the act, so there is none without the other.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Table, insert, or_, select, tuple_
from sqlalchemy.orm import Session

from dashapp.domain.access.actors import Action, Actor
from dashapp.domain.access.scope import Scope
from dashapp.store.audit.log_lines import log_after_commit
from dashapp.store.tables import audit, installation_audit

_RECENT = 5_000  # entries: an org with many acts is not searched as a whole
Values = Mapping[str, object]
_NAMES = tuple(column.name for column in audit.c if column is not audit.c.org_id)
_LENGTHS = {"actor": 64, "actor_name": 320, "address": 45, "browser": 100, "target": 320}


class Entry(NamedTuple):
    """An entry; `at` in microseconds UTC. `mark` tells entries of the same moment apart.

    `org` is the slug that an entry of the installation names, or empty; None in an org's audit.
    """

    at: int
    mark: str
    actor_kind: str
    actor: str
    actor_name: str
    address: str
    browser: str
    action: str
    target: str
    before: Any
    after: Any
    request_id: str
    org: str | None = None


class Wanted(NamedTuple):
    """Which entries to list: at most `most`, the newest first, after a position if there is one."""

    most: int = 50
    after: tuple[int, str] | None = None
    action: str | None = None
    actor: str | None = None  # an id
    who: str | None = None  # an id or a name
    since: int | None = None
    until: int | None = None


def add_entry(
    session: Session,
    scope: Scope,
    actor: Actor,
    action: Action,
    target: str = "",
    *,
    before: Values | None = None,
    after: Values | None = None,
    now: int,
) -> None:
    """Record an act in the org. `before` and `after` never have secrets."""
    row = _row(actor, action, target, (before, after), now=now)
    session.execute(insert(audit).values(org_id=scope.org_id, **row))
    log_after_commit(session, scope.org.slug, row)


def add_installation_entry(
    session: Session,
    actor: Actor,
    action: Action,
    target: str = "",
    *,
    org: str = "",
    after: Values | None = None,
    now: int,
) -> None:
    """Record an act that must outlive the org, or that concerns none. `org` is a slug."""
    row = _row(actor, action, target, (None, after), now=now)
    session.execute(insert(installation_audit).values(org=org, **row))
    log_after_commit(session, org, row)


def list_entries(session: Session, scope: Scope, wanted: Wanted) -> Sequence[Entry]:
    """Return entries of the org, the newest first."""
    rows = _listed(session, audit, _NAMES, wanted, audit.c.org_id == scope.org_id)
    return [Entry(*row) for row in rows]


def last_entry(
    session: Session, scope: Scope, action: Action, among: int = _RECENT
) -> Entry | None:
    """Return the org's last entry of an action, if it is one of the latest `among` entries."""
    latest = (
        select(*(audit.c[name] for name in _NAMES))
        .where(audit.c.org_id == scope.org_id)
        .order_by(audit.c.at.desc(), audit.c.mark.desc())
        .limit(among)
        .subquery()
    )
    row = session.execute(
        select(latest)
        .where(latest.c.action == action.value)
        .order_by(latest.c.at.desc(), latest.c.mark.desc())
        .limit(1)
    ).first()
    return None if row is None else Entry(*row)


def list_installation_entries(
    session: Session, wanted: Wanted, org: str | None = None
) -> Sequence[Entry]:
    """Return entries of the installation, of one org's slug or of all, the newest first."""
    conditions = () if org is None else (installation_audit.c.org == org,)
    rows = _listed(session, installation_audit, Entry._fields, wanted, *conditions)
    return [Entry(*row) for row in rows]


def _row(
    actor: Actor,
    action: Action,
    target: str,
    values: tuple[Values | None, Values | None],
    *,
    now: int,
) -> dict[str, object]:
    before, after = values
    texts = {
        "actor": actor.id,
        "actor_name": actor.name,
        "address": actor.address,
        "browser": actor.browser,
        "target": target,
    }
    return {
        **{name: text[: _LENGTHS[name]] for name, text in texts.items()},
        "at": now,
        "mark": secrets.token_hex(4),
        "actor_kind": actor.kind.value,
        "action": action.value,
        "before": None if before is None else dict(before),
        "after": None if after is None else dict(after),
        "request_id": actor.request_id[:64],
    }


def _listed(
    session: Session,
    table: Table,
    fields: Sequence[str],
    wanted: Wanted,
    *conditions: ColumnElement[bool],
) -> Sequence[Any]:
    chosen: list[ColumnElement[bool]] = [*conditions]
    if wanted.after is not None:
        chosen.append(tuple_(table.c.at, table.c.mark) < tuple_(*wanted.after))
    for column, value in ((table.c.action, wanted.action), (table.c.actor, wanted.actor)):
        if value is not None:
            chosen.append(column == value)
    if wanted.who is not None:
        chosen.append(or_(table.c.actor == wanted.who, table.c.actor_name == wanted.who))
    if wanted.since is not None:
        chosen.append(table.c.at >= wanted.since)
    if wanted.until is not None:
        chosen.append(table.c.at < wanted.until)
    rows = session.execute(
        select(*(table.c[name] for name in fields))
        .where(*chosen)
        .order_by(table.c.at.desc(), table.c.mark.desc())
        .limit(wanted.most)
    )
    return rows.all()
