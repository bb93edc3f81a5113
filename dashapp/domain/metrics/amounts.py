"""What events say about a number: how many have it, their sum, and the lowest and highest one."""

from decimal import Decimal
from typing import NamedTuple

from dashapp.domain.metrics.numbers import MILLION, number_from, quotient

# A sum is stored as two 64-bit integers, `whole * PART + part` millionths: databases overflow.
PART = 10**12
OFFSET = 10**26  # more millionths than any number has
DIGITS = 27


class Amount(NamedTuple):
    """`n` events with a number and `missing` without one. The rest is in millionths."""

    n: int = 0
    missing: int = 0
    total: int = 0
    low: int | None = None
    high: int | None = None

    def __add__(self, other: "Amount") -> "Amount":  # type: ignore[override]
        return Amount(
            self.n + other.n,
            self.missing + other.missing,
            self.total + other.total,
            _least(self.low, other.low),
            _greatest(self.high, other.high),
        )

    @property
    def average(self) -> float | None:
        return quotient(self.total, self.n * MILLION)

    @property
    def minimum(self) -> int | Decimal | None:
        return None if self.low is None else number_from(self.low)

    @property
    def maximum(self) -> int | Decimal | None:
        return None if self.high is None else number_from(self.high)


def amount_from(events: int, text: str) -> Amount:
    """Return the amount of some events from its text in SQL (`store/sql/numbers.py`)."""
    missing, total, low, high = text.split(",")
    bounds = (None if bound == "-" else int(bound) for bound in (low, high))
    return Amount(events - int(missing), int(missing), int(total), *bounds)


def _least(left: int | None, right: int | None) -> int | None:
    if left is None or right is None:
        return right if left is None else left
    return min(left, right)


def _greatest(left: int | None, right: int | None) -> int | None:
    if left is None or right is None:
        return right if left is None else left
    return max(left, right)


def sortable(value: int | None) -> str:
    """Return millionths as text that sorts like the number; an empty text for None.

    >>> sortable(-1) < sortable(0) < sortable(10)
    True
    """
    return "" if value is None else f"{value + OFFSET:0{DIGITS}d}"


def from_sortable(text: str) -> int | None:
    return int(text) - OFFSET if text else None
