"""Adds orgs, one or many in a transaction, each with the same first rows.

On PostgreSQL, the rows of each org are written under its own row-level security. Statements are
sent without waiting for the answer to the one before, which is six times as fast.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Dialect, Table, bindparam, insert
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Org, Scope
from dashapp.domain.errors import BadInput, excerpt
from dashapp.domain.events.event import DEFAULT_PROJECT, is_slug
from dashapp.domain.metrics.folding import KeptTally
from dashapp.domain.time.zones import zone_named
from dashapp.store.orgs.dashboards import SavedDashboard, SavedPanel
from dashapp.store.orgs.due import latest_look
from dashapp.store.orgs.orgs import ORG_COLUMNS, check_currency, check_name, org_from
from dashapp.store.orgs.reserved_slugs import require_not_reserved
from dashapp.store.postgresql import Command, run_in_pipeline, wait_for_locks
from dashapp.store.row_security import command_to_enter
from dashapp.store.sql.dialect import DIALECTS, as_list, dialect_of, upsert
from dashapp.store.sql.parameters import insert_missing, table_list
from dashapp.store.tables import dashboards, org_states, orgs, panels, projects, tally_states

_COLUMNS: dict[Table, tuple[str, ...]] = {
    tally_states: ("tally", "definition", "from_day"),
    projects: ("slug", "created_at"),
    dashboards: SavedDashboard._fields,
    panels: ("dashboard", "position", "created_at", *SavedPanel._fields),
}
_LISTS = {table: table_list(table, names) for table, names in _COLUMNS.items()}
_INSERT_STATE = insert(org_states).values(
    org_id=bindparam("org"), revision=0, timezone=bindparam("zone"), has_fields=True
)
# In the order of their foreign keys.
_INSERTS: dict[str, dict[Table, Any]] = {
    dialect: {
        org_states: _INSERT_STATE,
        **{table: insert_missing(table, rows, dialect) for table, rows in _LISTS.items()},
    }
    for dialect in DIALECTS
}


class NewOrg(NamedTuple):
    """An org to add."""

    slug: str
    name: str
    timezone: str = "UTC"
    locale: str = "en"
    currency: str | None = None


class FirstRows(NamedTuple):
    """What new orgs get: tallies, dashboards with their panels, and what upkeep knows of them."""

    tallies: Sequence[KeptTally]
    dashboards: Sequence[tuple[SavedDashboard, Sequence[SavedPanel]]]
    needs_digest: str
    created_at: int


def check_new_org(new: NewOrg) -> None:
    """Raise BadInput if a value is invalid."""
    if not is_slug(new.slug):
        raise BadInput(
            f"Invalid slug “{excerpt(new.slug, 70)}”. Use up to 63 lowercase letters, digits and "
            "dashes, such as acme-shop."
        )
    check_name(new.name)
    zone_named(new.timezone)
    check_currency(new.currency)


def insert_orgs(
    session: Session,
    make_scope: Callable[[Org], Scope],
    new_orgs: Iterable[NewOrg],
    first: FirstRows,
) -> list[Org]:
    """Add the orgs that do not exist yet, with their first rows; return these orgs by slug.

    The values must have been checked. The session must be on the shared tables. Raises SlugReserved
    for the slug of an org that was removed lately.
    """
    wait_for_locks(session)  # of another process that adds some of the orgs
    ordered = sorted(new_orgs)  # in order: two processes cannot deadlock
    require_not_reserved(session, (new.slug for new in ordered), now=first.created_at)
    rows = [
        {
            **new._asdict(),
            "created_at": first.created_at,
            "due_at": latest_look(number, first.created_at),
            "needs_digest": first.needs_digest,
            "has_segments": False,
        }
        for number, new in enumerate(ordered)
    ]
    statement = upsert(session, orgs).on_conflict_do_nothing(index_elements=["slug"])
    added = [org_from(row) for row in session.execute(statement.returning(*ORG_COLUMNS), rows)]
    if added:
        _insert_first_rows(session, [make_scope(org) for org in added], first)
    return sorted(added, key=lambda org: org.slug)


def _insert_first_rows(session: Session, scopes: Sequence[Scope], first: FirstRows) -> None:
    connection, rows = session.connection(), _rows(first)
    if dialect_of(session) == "sqlite":
        for table, statement in _INSERTS["sqlite"].items():
            listed = {"rows": rows.get(table)}
            connection.execute(statement, [{**listed, **_params(scope)} for scope in scopes])
        return
    compiled = [(*insert, rows.get(table)) for table, insert in _compiled(connection.dialect)]
    run_in_pipeline(connection, _commands(scopes, compiled))


@lru_cache(maxsize=4)
def _compiled(dialect: Dialect) -> list[tuple[Table, tuple[str, Mapping[str, object]]]]:
    """Return the insert into each table as text, with its constant parameters."""
    unset = {"org": 0, "zone": "", "rows": ""}
    compiled = [(t, text.compile(dialect=dialect)) for t, text in _INSERTS[dialect.name].items()]
    return [(table, (str(text), text.construct_params(unset))) for table, text in compiled]


def _commands(
    scopes: Iterable[Scope], compiled: Sequence[tuple[str, Mapping[str, object], str | None]]
) -> Iterator[Command]:
    """Yield what is sent for each org: a command that enters it, and its rows."""
    for scope in scopes:
        yield Command(command_to_enter(scope))
        for sql, constants, rows in compiled:
            yield Command(sql, {**constants, "rows": rows, **_params(scope)})


def _params(scope: Scope) -> dict[str, object]:
    return {"org": scope.org_id, "zone": scope.org.timezone}


def _rows(first: FirstRows) -> dict[Table, str]:
    """Return the rows of every new org, without its id, as parameters of the tables' lists."""
    now = first.created_at
    rows: dict[Table, Sequence[dict[str, Any]]] = {
        tally_states: [
            {"tally": number, "definition": tally.definition, "from_day": from_day}
            for number, tally, from_day in first.tallies
        ],
        projects: [{"slug": DEFAULT_PROJECT, "created_at": now}],
        dashboards: [saved._asdict() for saved, _panels in first.dashboards],
        panels: [
            {"dashboard": saved.slug, "position": position, "created_at": now, **panel._asdict()}
            for saved, placed in first.dashboards
            for position, panel in enumerate(placed)
        ],
    }
    return {
        table: as_list([_plain(row[name]) for name in _COLUMNS[table]] for row in of_table)
        for table, of_table in rows.items()
    }


def _plain(value: Any) -> Any:
    """Return JSON as text, and a boolean as 0 or 1."""
    if isinstance(value, list | dict):
        return orjson.dumps(value).decode()
    return int(value) if isinstance(value, bool) else value
