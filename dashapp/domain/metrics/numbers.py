"""Numbers of events, exactly: whole millionths, so that sums do not depend on their order.

Exact for whole numbers and for decimals of up to 15 digits. Further decimals are rounded half to
even. Numbers beyond 64 bits are left out, as are texts and booleans.
"""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

MILLION = 10**6
MAX_MILLIONTHS = 2**63 * MILLION
_FLOAT_IS_EXACT = 10**15  # below, `n / 1e6 == value` proves that n is the nearest millionth


def millionths(value: Any) -> int | None:
    """Return a number in millionths, rounded half to even; None if it is no number.

    >>> [millionths(value) for value in (25, 0.1, 1.0000005, -0.0, "25", True, 1e300)]
    [25000000, 100000, 1000000, 0, None, None, None]
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        number = value * MILLION
    elif isinstance(value, float):
        if not abs(value) < MAX_MILLIONTHS // MILLION:
            return None
        number = round(value * 1e6)
        if not (-_FLOAT_IS_EXACT < number < _FLOAT_IS_EXACT and number / 1e6 == value):
            number = int(Decimal(repr(value)).scaleb(6).to_integral_value(ROUND_HALF_EVEN))
    else:
        return None
    return number if -MAX_MILLIONTHS <= number < MAX_MILLIONTHS else None


def number_from(value: int) -> int | Decimal:
    """Return millionths as a whole number or a decimal.

    >>> number_from(25_000_000), number_from(300_000)
    (25, Decimal('0.3'))
    """
    whole, rest = divmod(value, MILLION)
    return whole if not rest else Decimal(value).scaleb(-6).normalize()


def quotient(top: int, bottom: int) -> float | None:
    """Return the quotient of two whole numbers, correctly rounded; None if `bottom` is 0."""
    return top / bottom if bottom else None
