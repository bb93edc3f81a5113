"""The number axis of a chart: a few round steps, from zero or below up to the highest number.

Counts have whole steps, and Plotly writes the small ones. Other numbers have the steps and the
texts of their unit.
"""

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

from dashapp.domain import durations
from dashapp.domain.units import Format

_STEPS = (1, 2, 2.5, 5, 10)
_ROUND_STEPS = (1, 2, 5, 10)
_MAX_STEPS = 4
_COMPACT = 10_000  # above this, as the language shortens it: `12K`, `12 mil`
_WIDTH, _WIDTHS = 7.0, {".": 3.2, ",": 3.2, " ": 3.2, "%": 9.6}  # of letters: pixels, at 11 px
_STANDOFF = 8
_MIN_MARGIN = 40


class Span(NamedTuple):
    """The lowest and the highest number of a chart; zero is always between them."""

    low: float = 0
    high: float = 0
    is_whole: bool = True

    @classmethod
    def of(cls, numbers: Iterable[int | float]) -> "Span":
        listed = list(numbers)
        is_whole = all(isinstance(number, int) for number in listed)
        return cls(min(0, *listed, 0), max(0, *listed, 0), is_whole)


def axis_of(span: Span, unit_format: Format) -> dict[str, Any]:
    """The Plotly settings of the axis, and the left margin in pixels as `margin`."""
    if span.is_whole and span.low >= 0 and unit_format == Format():
        return {**number_axis(span.high), "margin": label_margin(span.high)}
    step = _step(span, unit_format)
    first, last = math.floor(round(span.low / step, 9)), math.ceil(round(span.high / step, 9))
    last = max(last, first + 1)
    values = [_tidy(step * number) for number in range(first, last + 1)]
    texts = unit_format.ticks(values, step)
    return {
        "tickmode": "array",
        "tickvals": values,
        "ticktext": texts,
        "range": [values[0], values[-1]],
        "autorange": False,
        "ticklabelstandoff": _STANDOFF,
        "zeroline": values[0] < 0,
        "margin": _margin(texts),
    }


def _margin(texts: Iterable[str]) -> int:
    """The margin that labels need, in pixels."""
    widest = max(sum(_WIDTHS.get(letter, _WIDTH) for letter in text) for text in texts)
    return max(_MIN_MARGIN, math.ceil(widest) + _STANDOFF)


def _step(span: Span, unit_format: Format) -> float:
    """The smallest round step that leads from the lowest to the highest number in few steps."""
    for step in _candidates(span.high - span.low, unit_format.unit):
        is_allowed = not span.is_whole or step == int(step) or unit_format.is_share
        first, last = math.floor(round(span.low / step, 9)), math.ceil(round(span.high / step, 9))
        if is_allowed and last - first <= _MAX_STEPS:
            return step
    raise AssertionError("ten times the leading power of ten exceeds every number")


def _candidates(height: float, unit: str | None) -> Iterable[float]:
    if height <= 0:
        height = 1
    if unit in durations.UNITS and height > 1:
        yield from durations.steps_of(unit)
    lowest_exponent = math.floor(math.log10(height)) - 1
    for exponent in range(lowest_exponent, lowest_exponent + 4):
        yield from (_tidy(factor * 10.0**exponent) for factor in _ROUND_STEPS)


def _tidy(value: float) -> float:
    """A number without the noise of binary fractions; whole ones as int."""
    rounded = float(f"{value:.12g}")
    return int(rounded) if rounded == int(rounded) else rounded


def step_of(highest: float, *, is_whole: bool = True) -> float:
    """The smallest step that reaches the highest number in at most four steps.

    Steps are 1, 2, 2.5, 5, or 10 times a power of ten; whole numbers for counts. If all numbers are
    zero, the step is 1.

    >>> [step_of(highest) for highest in (0, 1, 9, 246, 900, 8_444)]
    [1, 1, 5, 100, 250, 2500]
    """
    if highest <= 0:
        return 1
    lowest_exponent = math.floor(math.log10(highest)) - 1
    for exponent in range(lowest_exponent, lowest_exponent + 3):
        for factor in _STEPS:
            step = factor * 10.0**exponent
            is_allowed = not is_whole or step == int(step)
            if is_allowed and _steps_to(highest, step) <= _MAX_STEPS:
                return int(step) if step == int(step) else step
    raise AssertionError("ten times the leading power of ten exceeds every number")


def _steps_to(highest: float, step: float) -> int:
    if isinstance(highest, int) and step == int(step):
        return -(-highest // int(step))  # exact, however large
    return math.ceil(round(highest / step, 9))


def number_axis(highest: float) -> dict[str, Any]:
    """The Plotly settings of the axis. They depend only on the highest number."""
    step, top = _step_and_top(highest)
    return {
        "tickmode": "linear",
        "tick0": 0,
        "dtick": step,
        "range": [0, top],
        "autorange": False,
        "tickformat": ",",
        "ticklabelstandoff": _STANDOFF,
        **(_short_ticks(step, top) if top > _COMPACT else {}),
    }


def label_margin(highest: float) -> int:
    """The left margin that the labels need, in pixels."""
    step, top = _step_and_top(highest)
    texts = _short_ticks(step, top)["ticktext"] if top > _COMPACT else [f"{top:,.0f}"]
    return _margin(texts)


def _step_and_top(highest: float) -> tuple[float, float]:
    step = step_of(highest)
    return step, step * max(1, _steps_to(highest, step))


def _short_ticks(step: float, top: float) -> dict[str, Any]:
    """Ticks as the current language shortens them; Plotly would write `12k` and `2G` in each."""
    values = [step * number for number in range(round(top / step) + 1)]
    return {"tickmode": "array", "tickvals": values, "ticktext": Format().ticks(values, step)}
