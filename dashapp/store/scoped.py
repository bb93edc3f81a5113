"""The owned tables as queries see them: without `org_id`, and not without an org.

Each public name is a derived table whose `:org` has no default, so a statement that runs without
a Scope is an error, never all rows. Databases flatten it: it costs nothing. Below it lies a net
that does not trust this module: row-level security on PostgreSQL, temporary views and an
authorizer on SQLite (`store/net.py`).
"""

from sqlalchemy import CTE, Integer, String, Subquery, Table, bindparam, func, or_, select

from dashapp.store import tables
from dashapp.store.lists import edge_list

_ORG = bindparam("org", type_=Integer)
_PROJECT = bindparam("project", type_=String)


def _scoped(table: Table) -> Subquery:
    columns = [column for column in table.c if column.key != "org_id"]
    rows = select(*columns).where(table.c.org_id == _ORG)
    if table is tables.events:
        rows = rows.where(or_(_PROJECT.is_(None), table.c.project == _PROJECT))
    return rows.subquery(table.name)


def _event_types() -> CTE:
    """The types of the org's events: one index descent each, however many events there are."""
    table = tables.events
    first = select(func.min(table.c.type).label("type")).where(table.c.org_id == _ORG)
    known = first.cte("event_types", recursive=True)
    following = (
        select(func.min(table.c.type))
        .where(table.c.org_id == _ORG, table.c.type > known.c.type)
        .scalar_subquery()
    )
    return known.union_all(select(following).where(known.c.type.is_not(None)))


events = _scoped(tables.events)
org_states = _scoped(tables.org_states)
projects = _scoped(tables.projects)
dashboards = _scoped(tables.dashboards)
panels = _scoped(tables.panels)
event_types = _event_types()

# The steps of a TimeRange (`:edges`, from `bucket_params`): number, low and high.
buckets = edge_list(bindparam("edges", type_=String)).alias("buckets")
