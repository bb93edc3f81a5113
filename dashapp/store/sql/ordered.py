"""A join whose order the database must keep."""

from typing import Any, cast

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import Join


class _Ordered(Join):
    """A join that reads the left side first and looks up the right side for each of its rows.

    Use it where few rows look up many. Without it, databases guess wrong when they lack statistics:
    SQLite always, PostgreSQL on new tables. `OFFSET 0` keeps PostgreSQL's planner from reordering.
    """

    inherit_cache = True


@compiles(_Ordered, "sqlite")
def _ordered_sqlite(join: _Ordered, compiler: SQLCompiler, **kw: Any) -> str:
    left, right, condition = _parts(join, compiler, kw)
    return f"{left} CROSS JOIN {right} ON {condition}"


@compiles(_Ordered, "postgresql")
def _ordered_postgresql(join: _Ordered, compiler: SQLCompiler, **kw: Any) -> str:
    left, right, condition = _parts(join, compiler, kw)
    name = cast("Any", join.right).name
    lookup = f"(SELECT * FROM {right} WHERE {condition} OFFSET 0)"  # noqa: S608 - our own SQL
    return f"{left} CROSS JOIN LATERAL {lookup} AS {name}"


def _parts(join: _Ordered, compiler: SQLCompiler, kw: dict[str, Any]) -> tuple[str, str, str]:
    kw.pop("asfrom", None)
    assert join.onclause is not None
    return (
        compiler.process(join.left, asfrom=True, **kw),
        compiler.process(join.right, asfrom=True, **kw),
        compiler.process(join.onclause, **kw),
    )


def ordered(left: Any, right: Any, condition: Any) -> Any:
    """Join `right` to each row of `left`, in that order.

    Put everything that restricts the right side into the condition: only the condition is used for
    the lookup.
    """
    return _Ordered(left, right, condition)
