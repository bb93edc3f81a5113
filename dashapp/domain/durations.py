"""Long durations in minutes and hours: `12 min 30 s`, `22 h 13 min`, `1,250 h`.

The symbols are those of the SI, which are the same in all languages.
`assets/board/chart/durations.js` writes the same texts in the browser.
"""

from collections.abc import Iterable
from itertools import count
from math import floor

from babel.numbers import format_compact_decimal

from dashapp.domain.language import current_language

_KEPT = {"ms": 10_000, "s": 120, "min": 10_000}  # up to here, a number keeps its unit
UNITS = frozenset(_KEPT)
_MINUTE, _HOUR = 60, 3600
_FEW_SECONDS = 120  # below this, with decimals
_MANY_HOURS = 100  # from here on, without minutes
_COMPACT_HOURS = 1000
_STEPS_OF_MS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_STEPS_BELOW_MINUTE = (1, 2, 5, 10, 15, 30)


def is_long(size: float, unit: str) -> bool:
    """Whether a duration is easier to read in larger units than its own."""
    return size > _KEPT[unit]


def text_of(size: float, unit: str) -> str:
    """Format a long duration in its two largest units."""
    seconds = _seconds(size, unit)
    if seconds < _FEW_SECONDS and seconds % _MINUTE:
        tenths = round(seconds, 1)
        return f"{current_language().number(tenths, 0 if tenths == int(tenths) else 1)} s"
    number = current_language().number
    return " ".join(f"{number(value)} {symbol}" for value, symbol in _parts(seconds))


def short_of(size: float, unit: str) -> str:
    """Format a long duration in its largest unit: `22 h`, `1.3K h`."""
    seconds = _seconds(size, unit)
    if seconds < _FEW_SECONDS:
        return text_of(size, unit)
    if seconds < _COMPACT_HOURS * _HOUR:
        value, symbol = _parts(seconds)[0]
        return f"{current_language().number(value)} {symbol}"
    locale = current_language().locale
    return f"{format_compact_decimal(seconds / _HOUR, locale=locale, fraction_digits=1)} h"


def steps_of(unit: str) -> Iterable[int]:
    """Yield the round steps of an axis in the unit, from small to large, without end."""
    second = 1000 if unit == "ms" else 1
    if unit == "ms":
        yield from _STEPS_OF_MS
    yield from (step * second for step in _STEPS_BELOW_MINUTE)
    if unit != "min":
        yield from (step * second * _MINUTE for step in _STEPS_BELOW_MINUTE)
    hour = _MINUTE if unit == "min" else second * _HOUR
    for exponent in count():
        yield from (hour * factor * 10**exponent for factor in (1, 2, 5))


def _seconds(size: float, unit: str) -> float:
    if unit == "ms":
        return size / 1000
    return size * _MINUTE if unit == "min" else size


def _parts(seconds: float) -> list[tuple[int, str]]:
    """Split a duration into its two largest units; a part of zero is left out."""
    whole, minutes = _rounded(seconds), _rounded(seconds / _MINUTE)
    if whole < _HOUR:
        parts = [(whole // _MINUTE, "min"), (whole % _MINUTE, "s")]
    elif minutes < _MANY_HOURS * _MINUTE:
        parts = [(minutes // _MINUTE, "h"), (minutes % _MINUTE, "min")]
    else:
        parts = [(_rounded(seconds / _HOUR), "h")]
    return [part for part in parts if part[0]]


def _rounded(number: float) -> int:
    """Round halves up, as the browser does."""
    return floor(number + 0.5)
