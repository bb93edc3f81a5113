"""The owned tables as queries see them: without `org_id`, and only with an org.

Each public name is a derived table with a required parameter `:org`. A statement that runs without
a Scope is an error; it never returns all rows. Databases flatten derived tables, so this costs
nothing. `store/row_security.py` is a second, independent barrier: row-level security on PostgreSQL,
temporary views and an authorizer on SQLite.
"""

from sqlalchemy import Integer, String, Subquery, Table, bindparam, or_, select

from dashapp.store import tables
from dashapp.store.sql.parameters import edge_list
from dashapp.store.sql.properties import matches

_ORG = bindparam("org", type_=Integer)
_PROJECT = bindparam("project", type_=String)
_FILTERS = bindparam("filters", type_=String)
TALLY_PROJECT = "tally_project"  # the parameter of tallied tables


def _scoped(table: Table) -> Subquery:
    columns = [column for column in table.c if column.key != "org_id"]
    rows = select(*columns).where(table.c.org_id == _ORG)
    if table is tables.events:
        rows = rows.where(or_(_PROJECT.is_(None), table.c.project == _PROJECT))
        rows = rows.where(matches(_FILTERS, table))
    return rows.subquery(table.name)


def _tallied(table: Table) -> Subquery:
    """Return the tallied rows of one project, or of all projects together.

    Tallies cannot be filtered: with filters there are no rows, and queries count events instead.
    """
    columns = [column for column in table.c if column.key not in {"org_id", "project"}]
    return (
        select(*columns)
        .where(
            table.c.org_id == _ORG,
            table.c.project == bindparam(TALLY_PROJECT, type_=String),
            _FILTERS.is_(None),
        )
        .subquery(table.name)
    )


events = _scoped(tables.events)
org_states = _scoped(tables.org_states)
projects = _scoped(tables.projects)
dashboards = _scoped(tables.dashboards)
panels = _scoped(tables.panels)
event_types = _scoped(tables.event_types)
event_fields = _scoped(tables.event_fields)
tally_rows = _tallied(tables.tally)
measured_rows = _tallied(tables.measured)
seen_rows = _tallied(tables.seen)
spread_rows = _tallied(tables.spreads)
event_users = _scoped(tables.event_users)
sealed_days = _scoped(tables.sealed_days)
segments = _scoped(tables.segments)
event_values = _scoped(tables.event_values)

# Parts of a time range (`:edges`), with the number of their bucket.
buckets = edge_list(bindparam("edges", type_=String)).alias("buckets")
