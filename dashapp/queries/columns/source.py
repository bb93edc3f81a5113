"""Sealed events as a table of a DuckDB statement, and conditions on it.

The text of a statement comes from definitions only. Values are parameters. Each statement reads the
files of one org, and compares the org of each row, too.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dashapp.domain.access.filters import filtered_field, is_excluding, is_path
from dashapp.domain.access.scope import Scope
from dashapp.domain.columns.layout import BEYOND, REST, Layout, column_name
from dashapp.domain.metrics.conditions import PROPERTY_PREFIX, Condition
from dashapp.domain.metrics.numbers import millionths
from dashapp.domain.metrics.tallies import FAMILY
from dashapp.domain.time.local_days import DAY
from dashapp.queries.columns.cuts import Edge
from dashapp.store.columns.sealed import Segment

_COLUMNS = frozenset({"type", "channel", "project"})
_EVENT = ("type", "t", "u", "channel", "project")
_FEW = 20  # values that are listed one by one: DuckDB then skips parts of a file


class Params:
    """The parameters of a statement."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def add(self, value: object) -> str:
        """Return the placeholder of a value."""
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f"${name}"


@dataclass
class Needs:
    """The properties that statements read: all as text, some as numbers."""

    texts: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)

    def add_field(self, name: str) -> None:
        if name.startswith(PROPERTY_PREFIX):
            self.texts.add(name.removeprefix(PROPERTY_PREFIX))

    def add_condition(self, condition: Condition) -> None:
        (self.add_number if condition.is_range else self.add_field)(condition.field)

    def add_number(self, name: str) -> None:
        self.add_field(name)
        self.numbers.add(name.removeprefix(PROPERTY_PREFIX))


class Source(NamedTuple):
    """The segments that a question reads, and whose rows it may see.

    `users` are the numbers of the users that filters and conditions name.
    """

    segments: Sequence[Segment]
    scope: Scope
    users: Mapping[str, int]

    @property
    def is_wide(self) -> bool:
        """Whether a number may need more than 64 bits, or be too large to count."""
        layouts = [segment.layout for segment in self.segments]
        return any(layout.has_rest or any(f.is_wide for f in layout.fields) for layout in layouts)

    def select(self, params: Params, needs: Needs, low: int, high: int) -> str:
        """Return a statement that selects the events of a range that the Scope may see.

        It has the needed properties, and those that the Scope filters by.
        """
        for name in _filtered_fields(self.scope):
            needs.add_field(name)
        whole = [segment for segment in self.segments if segment.days is None]
        groups = [whole] if whole else []
        groups += [[segment] for segment in self.segments if segment.days is not None]
        selects = (self._of_group(params, needs, group, (low, high)) for group in groups)
        rows = " UNION ALL ".join(selects)
        conditions = [*self._filters(params)] or ["true"]
        return f"SELECT * FROM ({rows}) WHERE {' AND '.join(conditions)}"  # noqa: S608 - our own names

    def _of_group(
        self, params: Params, needs: Needs, group: Sequence[Segment], bounds: tuple[int, int]
    ) -> str:
        """Select the events of segments that have the same condition on days."""
        layouts = [segment.layout for segment in group]
        columns = ", ".join(
            ("type", "t", "u", "channel", "project", *self._columns(needs, layouts))
        )
        files = params.add([str(segment.path) for segment in group])
        conditions = [
            f"org_id = {params.add(self.scope.org_id)}",
            f"t >= {params.add(bounds[0])}",
            f"t < {params.add(bounds[1])}",
        ]
        days = group[0].days
        if days is not None:
            conditions.append(f"t // {DAY} IN (SELECT unnest({params.add([*days])}::BIGINT[]))")
        return (
            f"SELECT {columns} FROM read_parquet({files}::VARCHAR[], union_by_name = true) "  # noqa: S608 - our own names
            f"WHERE {' AND '.join(conditions)}"
        )

    def _columns(self, needs: Needs, layouts: Sequence[Layout]) -> Iterable[str]:
        """Yield the columns of properties; NULL where no segment has one."""
        number_type = "HUGEINT" if self.is_wide else "BIGINT"
        for path in sorted(needs.texts):
            yield _column(layouts, path, "t", "VARCHAR")
        for path in sorted(needs.numbers):
            yield _column(layouts, path, "n", number_type)
            yield _column(layouts, path, "b", "INTEGER")

    def _filters(self, params: Params) -> Iterable[str]:
        """Yield the conditions of the Scope. A missing value fails a filter, as in SQL."""
        if self.scope.project is not None:
            yield f"project = {params.add(self.scope.project)}"
        for name, values in (*(self.scope.filters or ()), *self.scope.chosen):
            is_one_of = self.is_one_of(params, filtered_field(name), values)
            if is_excluding(name):
                yield f"coalesce(NOT ({is_one_of}), true)"
            else:
                yield is_one_of

    def is_one_of(self, params: Params, name: str, values: Sequence[str]) -> str:
        """Return whether a field has one of some values; NULL or false without a value."""
        listed: Sequence[object] = values
        column = text_column(name)
        if name == "user":
            column = "u"
            listed = [self.users[value] for value in values if value in self.users]
        if not listed:
            return "false"
        if len(listed) > _FEW:
            kind = "BIGINT" if name == "user" else "VARCHAR"
            return f"list_contains({params.add([*listed])}::{kind}[], {column})"
        return f"{column} IN ({', '.join(params.add(value) for value in listed)})"

    def meets(self, params: Params, condition: Condition) -> str:
        """Return whether an event meets a condition of a metric."""
        if not condition.is_range:
            return self.is_one_of(params, condition.field, condition.values)
        path = condition.field.removeprefix(PROPERTY_PREFIX)
        number, text = column_name("n", path), column_name("t", path)
        parts = []
        for bound, beyond, compared in ((condition.low, ">", ">="), (condition.high, "<", "<")):
            if bound is None:
                continue
            # Numbers are rounded to millionths. Those that equal the rounded bound are compared
            # exactly.
            rounded = params.add(_rounded(bound))
            exact = f"TRY_CAST({text} AS DOUBLE) {compared} {params.add(float(bound))}"
            parts.append(f"({number} {beyond} {rounded} OR ({number} = {rounded} AND {exact}))")
        return " AND ".join(parts)


def _column(layouts: Sequence[Layout], path: str, prefix: str, kind: str) -> str:
    """Return a column of a property, from its own column and from `rest`."""
    name = column_name(prefix, path)
    fields = [layout.field(path) for layout in layouts]
    has_column = any(field and (prefix == "t" or field.has_numbers) for field in fields)
    is_in_rest = is_path(path) and any(
        layout.has_rest and not field for layout, field in zip(layouts, fields, strict=True)
    )
    parts = [f"{name}::{kind}"] if has_column else []
    if is_in_rest:  # a path has only letters, digits, dashes, underscores, and dots
        index = {"t": 0, "n": 1, "b": 2}[prefix]
        parts.append(f"""CAST(json_extract_string({REST}, '$."{path}"[{index}]') AS {kind})""")
    expression = f"coalesce({', '.join(parts)})" if len(parts) > 1 else (*parts, f"NULL::{kind}")[0]
    return f"{expression} AS {name}"


def text_column(name: str) -> str:
    """Return the column with the text of a field other than the user."""
    if name in _COLUMNS:
        return name
    return column_name("t", name.removeprefix(PROPERTY_PREFIX))


def range_table(params: Params, edges: Sequence[Edge]) -> str:
    """Return ranges as a table of `low` and `high`."""
    lows, highs = (params.add([edge[place] for edge in edges]) for place in (1, 2))
    return f"SELECT unnest({lows}::BIGINT[]) AS low, unnest({highs}::BIGINT[]) AS high"


def is_of_types(params: Params, types: Collection[str]) -> str:
    """Return whether an event has one of these types, or belongs to one of these families."""
    names = [name for name in types if not name.endswith(FAMILY)]
    families = [name.removesuffix("*") for name in types if name.endswith(FAMILY)]
    parts = [f"starts_with(type, {params.add(family)})" for family in families]
    if names:
        parts.append(f"type IN ({', '.join(params.add(name) for name in names)})")
    return f"({' OR '.join(parts)})"


def _rounded(bound: float) -> int:
    number = millionths(bound)
    if number is None:
        return BEYOND if bound > 0 else -BEYOND
    return number


def users_named(scope: Scope, conditions: Iterable[Condition]) -> set[str]:
    """Return the users that filters and conditions name."""
    named = {
        value
        for name, values in (*(scope.filters or ()), *scope.chosen)
        if filtered_field(name) == "user"
        for value in values
    }
    return named.union(*(c.values for c in conditions if c.field == "user"))


def _filtered_fields(scope: Scope) -> Iterable[str]:
    """Return the fields that the Scope filters by."""
    return (filtered_field(name) for name, _values in (*(scope.filters or ()), *scope.chosen))
