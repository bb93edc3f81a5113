"""Types of SQLAlchemy for exact numbers of events, which databases would round or overflow."""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

from dashapp.domain.metrics.amounts import DIGITS, amount_from, from_sortable, sortable
from dashapp.domain.metrics.numbers import millionths, number_from

Exact = int | Decimal


class ExactNumber(TypeDecorator[Exact]):
    """A number that is compared and ordered as text. Databases cannot calculate with it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        if isinstance(value, Decimal):
            return sortable(int(value.scaleb(6).to_integral_value(ROUND_HALF_EVEN)))
        number = millionths(value)
        if number is None:
            raise ValueError(f"Not a number: {value!r}")
        return sortable(number)

    def process_result_value(self, value: Any, dialect: Dialect) -> Exact | None:  # noqa: ARG002
        if value is None:
            return None
        if not isinstance(value, str) or len(value) != DIGITS:
            raise TypeError("Databases cannot calculate with number(). For sums, use total().")
        number = from_sortable(value)
        return None if number is None else number_from(number)


class ExactTotal(TypeDecorator[Exact]):
    """The sum of a group, from the text of its amount."""

    impl = Text
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> Exact:  # noqa: ARG002
        return 0 if value is None else number_from(amount_from(0, value).total)
