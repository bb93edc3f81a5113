"""Statements of your own: events of the Scope, exact numbers, and the parameters they need.

    STATEMENT = (
        select(text(events, "properties.country"), total(events, "properties.total"))
        .where(events.c.type == "order.paid", is_in_range(events))
        .group_by(text(events, "properties.country"))
    )
    rows = session.execute(STATEMENT, params(scope, time_range))

`events` has no rows without a Scope: its statements need the parameters that only `params` has.
Build a statement once, at import: building it takes longer than running it.
"""

from typing import Any

from sqlalchemy import BigInteger, bindparam, type_coerce

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.conditions import PROPERTY_PREFIX
from dashapp.domain.time.time_range import TimeRange
from dashapp.store.sql.exact import ExactNumber, ExactTotal
from dashapp.store.sql.numbers import amount_text, sortable_text
from dashapp.store.sql.properties import property_text
from dashapp.store.sql.scoped import event_types, events

__all__ = [
    "event_types",
    "events",
    "is_in_previous_range",
    "is_in_range",
    "number",
    "params",
    "text",
    "total",
]


def number(events: Any, field: str) -> Any:
    """Return the number of a property such as `properties.total`, NULL if it is no number.

    Results are whole numbers or decimals, exact to the millionth. It can be compared, sorted, and
    given to `min` and `max`. For sums, use `total`.
    """
    return type_coerce(sortable_text(events.c.properties, field), ExactNumber())


def total(events: Any, field: str) -> Any:
    """Return the exact sum of a property's numbers in a group, 0 without any."""
    return type_coerce(amount_text(events.c.properties, field), ExactTotal())


def text(events: Any, field: str) -> Any:
    """Return the value of a property as text, as panels show it; NULL if it has none."""
    return property_text(events.c.properties, field.removeprefix(PROPERTY_PREFIX))


def is_in_range(events: Any) -> Any:
    """Return whether an event is in the time range."""
    return _is_between(events, "start", "end")


def is_in_previous_range(events: Any) -> Any:
    """Return whether an event is in the range that the time range is compared with."""
    return _is_between(events, "previous_start", "previous_end")


def params(scope: Scope, time_range: TimeRange) -> dict[str, object]:
    """Return the parameters of a statement: whose events, and when."""
    return {**scope.params, **time_range.params}


def _is_between(events: Any, low: str, high: str) -> Any:
    return (events.c.occurred_at >= bindparam(low, type_=BigInteger)) & (
        events.c.occurred_at < bindparam(high, type_=BigInteger)
    )
