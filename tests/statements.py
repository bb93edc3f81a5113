"""Checks that a statement binds every owned table to an org: `org_id = …`.

Citus needs this to route a statement to one shard, and it makes row-level security a safety net, not
the rule. The check parses the SQL itself, independently of the code that built it.
"""

import re
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.scope import traverse_scope

from dashapp.store.tables import OWNED

_OWNED = frozenset(table.name for table in OWNED)


@lru_cache(maxsize=4096)
def unbound_tables(statement: str, dialect: str = "postgresql") -> tuple[str, ...]:
    """Return the owned tables that a statement reads or changes without binding them to an org."""
    # psycopg's placeholders `%(name)s` become `:name`.
    named = re.sub(r"%\((\w+)\)s", r":\1", statement).replace("%%", "%")
    tree = sqlglot.parse_one(named, read={"postgresql": "postgres"}.get(dialect, dialect))
    if isinstance(tree, exp.Insert):
        return _unbound_in_insert(tree)
    if isinstance(tree, exp.Update | exp.Delete):
        return _unbound_in_change(tree)
    return tuple(_unbound_in_query(tree)) if isinstance(tree, exp.Query) else ()


def _unbound_in_insert(tree: exp.Insert) -> tuple[str, ...]:
    """Require org_id as the first column; a SELECT that feeds the insert is checked on its own."""
    target = tree.this
    table = target.find(exp.Table)
    columns = (
        [column.name for column in target.expressions] if isinstance(target, exp.Schema) else []
    )
    unbound = [table.name] if table.name in _OWNED and columns[:1] != ["org_id"] else []
    if isinstance(tree.expression, exp.Query):
        unbound += _unbound_in_query(tree.expression)
    return tuple(unbound)


def _unbound_in_change(tree: exp.Update | exp.Delete) -> tuple[str, ...]:
    table = tree.find(exp.Table)
    where = tree.args.get("where")
    unbound = []
    if table.name in _OWNED and not _is_bound(where, {table.alias_or_name}):
        unbound.append(table.name)
    for query in tree.find_all(exp.Subquery, exp.Exists):
        if isinstance(query.this, exp.Query):
            unbound += _unbound_in_query(query.this)
    return tuple(unbound)


def _unbound_in_query(tree: exp.Expression) -> list[str]:
    unbound = []
    for scope in traverse_scope(tree):
        if not isinstance(scope.expression, exp.Select):
            continue  # a union or LATERAL; its selects are checked on their own
        sources = {
            name: source.name
            for name, source in scope.sources.items()
            if isinstance(source, exp.Table) and source.name in _OWNED
        }
        bound_names = _bound_sources(scope.expression, set(sources))
        unbound += [table for name, table in sources.items() if name not in bound_names]
    return unbound


def _bound_sources(select: exp.Expression, names: set[str]) -> set[str]:
    """Return the sources with `org_id = PARAMETER`, or joined on `org_id` with such a source."""
    conditions = [
        select.args.get("where"),
        *(join.args.get("on") for join in select.args.get("joins") or []),
    ]
    equalities = [
        equality
        for condition in conditions
        if condition is not None
        for equality in _conjuncts(condition)
        if isinstance(equality, exp.EQ)
    ]
    bound = set()
    for _ in range(3):
        for equality in equalities:
            left, right = equality.left, equality.right
            for side, other in ((left, right), (right, left)):
                if not (isinstance(side, exp.Column) and side.name == "org_id"):
                    continue
                is_same = (
                    isinstance(other, exp.Column)
                    and other.name == "org_id"
                    and other.table in bound
                )
                if is_same or not isinstance(other, exp.Column):
                    bound |= {side.table} if side.table else names
    return bound


def _conjuncts(condition: exp.Expression) -> list[exp.Expression]:
    """Split a condition at AND, never at OR."""
    inner = condition.this if isinstance(condition, exp.Where | exp.Paren) else condition
    if isinstance(inner, exp.And):
        return [*_conjuncts(inner.left), *_conjuncts(inner.right)]
    return _conjuncts(inner) if inner is not condition else [inner]


def _is_bound(where: exp.Expression | None, names: set[str]) -> bool:
    if where is None:
        return False
    select = exp.Select(where=where)
    return bool(_bound_sources(select, names) & names)
