"""Queries in one call, for widgets written in Python.

Each of these has the exactness and speed of built-in panels: its numbers are counted ahead, and
it is read together with the other panels of a board.

    query=count_of("page.viewed")
    query=sum_of("properties.total", "order.paid")
    query=ratio_of(count_of("order.paid"), count_of("cart.created"))
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.boards.definitions import SHARES_OF, Measured
from dashapp.domain.boards.names import BREAKDOWNS, CONDITIONS, is_event_family, is_property
from dashapp.domain.boards.spec import Measure
from dashapp.domain.events.values import value_text
from dashapp.domain.metrics.conditions import Condition
from dashapp.domain.metrics.tallies import Label, Tally
from dashapp.domain.series import ScalarRow, TopRow
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.questions.lists import DEFAULT_LIMIT, Order, ranking
from dashapp.queries.questions.number import number
from dashapp.queries.questions.quantities import By, Quantity
from dashapp.queries.reading.together import Asking, Question, answer_together

RowT = TypeVar("RowT")
Where = Mapping[str, Any]  # field -> value, values, or {"min": …, "max": …}


@dataclass(frozen=True)
class Query(Generic[RowT]):
    """A question with what it needs: its tallies, and the event types that it counts.

    `limited` makes the question for another number of rows.
    """

    question: Question
    tallies: tuple[Tally, ...] = ()
    types: tuple[str, ...] = ()
    quantity: Quantity | None = None
    limited: Callable[[int], Question] | None = None

    def __call__(self, session: Session, scope: Scope, time_range: TimeRange) -> Sequence[RowT]:
        rows: Sequence[RowT] = answer_together(Asking(session, scope, time_range), [self.question])[
            0
        ]
        return rows

    def with_limit(self, limit: int) -> "Query[RowT]":
        """Return the query with another number of rows."""
        return replace(self, question=self.limited(limit)) if self.limited else self


def count_of(*types: str, where: Where | None = None) -> Query[ScalarRow]:
    """Return a query for the number of events of these types, or of all events."""
    return _number_of("count", None, types, where)


def users_of(*types: str, where: Where | None = None) -> Query[ScalarRow]:
    """Return a query for the number of distinct users with such events."""
    return _number_of("users", None, types, where)


def sum_of(of: str, *types: str, where: Where | None = None) -> Query[ScalarRow]:
    """Return a query for the sum of a property such as `properties.total`."""
    return _number_of("sum", of, types, where)


def quantile_of(percent: int, of: str, *types: str, where: Where | None = None) -> Query[ScalarRow]:
    """Return a query for a percentile (50, 75, 90, 95 or 99) of a property, within 1%."""
    measures: dict[int, Measure] = {50: "p50", 75: "p75", 90: "p90", 95: "p95", 99: "p99"}
    if percent not in measures:
        raise ValueError(f"There is no percentile {percent}. Use 50, 75, 90, 95 or 99.")
    return _number_of(measures[percent], of, types, where)


def ratio_of(top: Query[ScalarRow], bottom: Query[ScalarRow]) -> Query[ScalarRow]:
    """Return a query for one number divided by another, from `count_of`, `users_of` or `sum_of`."""
    parts = [part for query in (top, bottom) for part in _parts(query)]
    return query_of(Quantity(tuple(parts)))


def _parts(query: Query[ScalarRow]) -> tuple[Measured, ...]:
    """Return what a query counts. Raises ValueError for one that a ratio cannot divide."""
    parts = query.quantity.parts if query.quantity and not query.limited else ()
    if len(parts) != 1 or parts[0].measure not in SHARES_OF:
        raise ValueError("A ratio divides what count_of, users_of or sum_of return.")
    return parts


def top_of(
    by: str,
    *types: str,
    where: Where | None = None,
    limit: int = DEFAULT_LIMIT,
    label: Label = Label.TRIMMED,
) -> Query[TopRow]:
    """Return a query for the most frequent values of a property, with their share."""
    if by not in BREAKDOWNS and not is_property(by):
        raise ValueError(f"Not a field: {by!r}. Use type, channel, project or properties.NAME.")
    quantity = Quantity((Measured(_checked(types), where=_conditions(where)),))
    field = By(by, label=label)

    def limited(rows: int) -> Question:
        return ranking(quantity, field, Order(rows))

    return Query(limited(limit), tuple(quantity.tallies(field)), quantity.types, quantity, limited)


def query_of(quantity: Quantity) -> Query[ScalarRow]:
    """Return a query for one number."""
    return Query(number(quantity), tuple(quantity.tallies()), quantity.types, quantity)


def _number_of(
    measure: Measure, of: str | None, types: tuple[str, ...], where: Where | None
) -> Query[ScalarRow]:
    if of is not None and not is_property(of):
        raise ValueError(f"Not a property: {of!r}. Write it as properties.NAME.")
    return query_of(Quantity((Measured(_checked(types), measure, of, _conditions(where)),)))


def _checked(types: tuple[str, ...]) -> tuple[str, ...]:
    """Return event types and families. Raises ValueError for what cannot be one."""
    for name in types:
        if not is_event_family(name) or is_property(name):
            raise ValueError(f"Not an event type: {name!r}.")
    return types


def _conditions(where: Where | None) -> tuple[Condition, ...]:
    return tuple(_condition(field, value) for field, value in sorted((where or {}).items()))


def _condition(field: str, value: Any) -> Condition:
    if field not in CONDITIONS and not is_property(field):
        raise ValueError(f"Not a field: {field!r}. Use type, channel, user or properties.NAME.")
    if isinstance(value, dict):
        return Condition(field, (), value.get("min"), value.get("max"))
    values = value if isinstance(value, list | tuple) else [value]
    return Condition(field, tuple(str(value_text(item)) for item in values))
