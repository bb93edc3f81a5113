"""Whether a statement says whose rows it reads: for every owned table `org_id = …`.

That is Citus's condition for routing a statement to one shard, and the reason why row-level security
is a net and not the rule. Judged from the SQL itself, by a parser that knows nothing of how it was
made.
"""

import re
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.scope import traverse_scope

from dashapp.store.tables import OWNED

_OWNED = frozenset(table.name for table in OWNED)


@lru_cache(maxsize=4096)
def unbound_tables(statement: str) -> tuple[str, ...]:
    """Owned tables that the statement reads, changes or joins without binding them to an org."""
    # psycopg's placeholders `%(name)s` become `:name`.
    named = re.sub(r"%\((\w+)\)s", r":\1", statement)
    tree = sqlglot.parse_one(named, read="postgres")
    if isinstance(tree, exp.Insert):
        return _of_insert(tree)
    if isinstance(tree, exp.Update | exp.Delete):
        return _of_change(tree)
    return tuple(_of_query(tree)) if isinstance(tree, exp.Query) else ()


def _of_insert(tree: exp.Insert) -> tuple[str, ...]:
    """An insert names its org as the first column; what it selects from is bound by itself."""
    target = tree.this
    table = target.find(exp.Table)
    columns = (
        [column.name for column in target.expressions] if isinstance(target, exp.Schema) else []
    )
    found = [table.name] if table.name in _OWNED and columns[:1] != ["org_id"] else []
    if isinstance(tree.expression, exp.Query):
        found += _of_query(tree.expression)
    return tuple(found)


def _of_change(tree: exp.Update | exp.Delete) -> tuple[str, ...]:
    table = tree.find(exp.Table)
    where = tree.args.get("where")
    found = []
    if table.name in _OWNED and not _binds(where, {table.alias_or_name}):
        found.append(table.name)
    for query in tree.find_all(exp.Subquery, exp.Exists):
        if isinstance(query.this, exp.Query):
            found += _of_query(query.this)
    return tuple(found)


def _of_query(tree: exp.Expression) -> list[str]:
    found = []
    for scope in traverse_scope(tree):
        if not isinstance(scope.expression, exp.Select):
            continue  # a union or LATERAL around selects that are judged for themselves
        sources = {
            name: source.name
            for name, source in scope.sources.items()
            if isinstance(source, exp.Table) and source.name in _OWNED
        }
        bound = _bound(scope.expression, set(sources))
        found += [table for name, table in sources.items() if name not in bound]
    return found


def _bound(select: exp.Expression, names: set[str]) -> set[str]:
    """Sources with `org_id = a parameter`, and those joined on `org_id` with one of them."""
    conditions = [
        select.args.get("where"),
        *(j.args.get("on") for j in select.args.get("joins") or []),
    ]
    equal = [
        eq
        for one in conditions
        if one is not None
        for eq in _conjuncts(one)
        if isinstance(eq, exp.EQ)
    ]
    bound = set()
    for _ in range(3):
        for eq in equal:
            left, right = eq.left, eq.right
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
    """What must all hold: the parts of an AND, never those of an OR."""
    inner = condition.this if isinstance(condition, exp.Where | exp.Paren) else condition
    if isinstance(inner, exp.And):
        return [*_conjuncts(inner.left), *_conjuncts(inner.right)]
    return _conjuncts(inner) if inner is not condition else [inner]


def _binds(where: exp.Expression | None, names: set[str]) -> bool:
    if where is None:
        return False
    select = exp.Select(where=where)
    return bool(_bound(select, names) & names)
