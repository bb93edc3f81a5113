"""The owned tables as queries see them: without `org_id`, and only with an org.

Each public name is a derived table with a required parameter `:org`. A statement that runs without
a Scope is an error; it never returns all rows. Databases flatten derived tables, so this costs
nothing. `store/row_security.py` is a second, independent barrier: row-level security on PostgreSQL,
temporary views and an authorizer on SQLite.
"""

from sqlalchemy import Integer, String, Subquery, Table, bindparam, or_, select

from dashapp.store import tables
from dashapp.store.sql.parameters import edge_list, step_list
from dashapp.store.sql.properties import matches

_ORG = bindparam("org", type_=Integer)
_PROJECT = bindparam("project", type_=String)
_FILTERS = bindparam("filters", type_=String)
# Parameters of the tally tables: which tally, of which project.
TALLY, TALLY_PROJECT = "tally", "tally_project"


def _scoped(table: Table) -> Subquery:
    columns = [column for column in table.c if column.key != "org_id"]
    rows = select(*columns).where(table.c.org_id == _ORG)
    if table is tables.events:
        rows = rows.where(or_(_PROJECT.is_(None), table.c.project == _PROJECT))
        rows = rows.where(matches(_FILTERS, table))
    return rows.subquery(table.name)


def _of_tally(table: Table) -> Subquery:
    """Return the rows of one tally for one project, or for all projects together.

    Tallies cannot be filtered: with filters there are no rows, and queries count events instead.
    """
    hidden = {"org_id", "tally", "project"}
    return (
        select(*(column for column in table.c if column.key not in hidden))
        .where(
            table.c.org_id == _ORG,
            table.c.tally == bindparam(TALLY, type_=Integer),
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
tally = _of_tally(tables.tally)
seen = _of_tally(tables.seen)
event_users = _scoped(tables.event_users)

# Parts of a time range with the number of their bucket: as instants (`:edges`), and as local days
# and hours (`:steps`).
buckets = edge_list(bindparam("edges", type_=String)).alias("buckets")
steps = step_list(bindparam("steps", type_=String)).alias("steps")
