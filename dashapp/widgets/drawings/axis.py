"""The axis of a chart's numbers: a few round steps from zero, the highest number below the last."""

import math
from typing import Any

from babel.numbers import format_compact_decimal

from dashapp.domain.language import current_language

_STEPS = (1, 2, 2.5, 5, 10)
_MOST_STEPS = 4
_COMPACT = 10_000  # above this, `12k` in the place of `12,000`
_IN_WORDS = 1_000_000_000  # above this, as the language has it: `2B`, `2 bi`
_CHARACTER = 6.6  # pixels of a digit at 11 px
_STANDOFF = 8
_LEAST_ROOM = 40


def step_of(highest: float, *, is_whole: bool = True) -> float:
    """The smallest of 1, 2, 2.5, 5 and 10, times a power of ten, that reaches it in four steps.

    Counts have whole steps, and so do numbers that are all zero: from 0 to 1.

    >>> [step_of(highest) for highest in (0, 1, 9, 246, 900, 8_444)]
    [1, 1, 5, 100, 250, 2500]
    """
    if highest <= 0:
        return 1
    power = math.floor(math.log10(highest)) - 1
    for exponent in range(power, power + 3):
        for factor in _STEPS:
            step = factor * 10.0**exponent
            is_fit = not is_whole or step == int(step)
            if is_fit and _steps_to(highest, step) <= _MOST_STEPS:
                return int(step) if step == int(step) else step
    raise AssertionError("ten times its power of ten is above every number")


def _steps_to(highest: float, step: float) -> int:
    if isinstance(highest, int) and step == int(step):
        return -(-highest // int(step))  # exact, however large
    return math.ceil(round(highest / step, 9))


def number_axis(highest: float) -> dict[str, Any]:
    """What Plotly needs to draw it: the same for the same highest number, at every refresh."""
    step, top = _step_and_top(highest)
    return {
        "tickmode": "linear",
        "tick0": 0,
        "dtick": step,
        "range": [0, top],
        "autorange": False,
        "tickformat": "," if top <= _COMPACT else "~s",
        "ticklabelstandoff": _STANDOFF,
        **(_in_words(step, top) if top >= _IN_WORDS else {}),
    }


def room_left(highest: float) -> int:
    """The pixels that the labels take."""
    step, top = _step_and_top(highest)
    longest = 4 if top > _COMPACT else len(f"{top:,.0f}")
    if top >= _IN_WORDS:
        longest = max(map(len, _in_words(step, top)["ticktext"]))
    return max(_LEAST_ROOM, math.ceil(longest * _CHARACTER) + _STANDOFF)


def _step_and_top(highest: float) -> tuple[float, float]:
    step = step_of(highest)
    return step, step * max(1, _steps_to(highest, step))


def _in_words(step: float, top: float) -> dict[str, Any]:
    """Plotly would write `2G`."""
    values = [step * number for number in range(round(top / step) + 1)]
    locale = current_language().locale
    words = [format_compact_decimal(value, locale=locale, fraction_digits=1) for value in values]
    return {"tickmode": "array", "tickvals": values, "ticktext": words}
