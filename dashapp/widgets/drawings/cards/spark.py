"""Sparklines: small lines without axes that show how a number changed from bucket to bucket.

A line must not mislead: amounts are drawn from zero, buckets that the range cuts are dashed, and
buckets without a number are gaps.
"""

from collections.abc import Sequence
from typing import NamedTuple

from dash import html

from dashapp.domain.language import say
from dashapp.domain.time.instant import to_text
from dashapp.domain.time.time_range import TimeRange
from dashapp.widgets.drawings.attributes import attributes
from dashapp.widgets.drawings.element import Element
from dashapp.widgets.drawings.open_end import joined

_TOP, _BOTTOM = 8.0, 92.0  # of a square of 100, so that the line is not cut
_MOST_ENLARGED = 5  # without zero, a change looks at most so many times as large as with it
Point = tuple[float, float]


class _Scale(NamedTuple):
    """The numbers at the bottom and at the top."""

    low: float
    high: float

    @classmethod
    def of(cls, numbers: Sequence[float], *, is_from_zero: bool) -> "_Scale":
        low, high = min(numbers), max(numbers)
        if is_from_zero:
            return cls(min(low, 0.0), max(high, 0.0))
        missing = max(abs(low), abs(high)) / _MOST_ENLARGED - (high - low)
        return cls(low - max(missing, 0.0) / 2, high + max(missing, 0.0) / 2)

    @property
    def has_zero(self) -> bool:
        return self.low <= 0 <= self.high

    def y(self, number: float) -> float:
        return _BOTTOM - (number - self.low) * (_BOTTOM - _TOP) / ((self.high - self.low) or 1)


def spark(
    trend: Sequence[float | None],
    time_range: TimeRange,
    *,
    is_from_zero: bool = True,
    target: float | None = None,
) -> html.Div | None:
    """A sparkline of a number per bucket, hidden from screen readers. None if there is nothing.

    `target` is a dashed line. If zero is not on the scale, a mark says so, and the area below the
    line is not filled.
    """
    numbers = [value for value in trend if value is not None]
    if not any(numbers) and (target is None or not numbers):
        return None
    levels = numbers if target is None else [*numbers, target]
    scale = _Scale.of(levels, is_from_zero=is_from_zero)
    points = _points(trend, scale)
    parts = [
        _image(points, time_range, scale),
        None if target is None else _level("spark-target", scale.y(target)),
        None
        if scale.has_zero
        else html.I(className="spark-cut", title=say("The scale does not start at zero")),
        _end(points, time_range),
    ]
    return html.Div(
        [part for part in parts if part is not None],
        className="spark",
        **attributes(aria_hidden="true", data_buckets=_buckets(time_range)),
    )


def _buckets(time_range: TimeRange) -> str:
    """The buckets in short, as `assets/board/chart/crosshair.js` compares them with a chart's."""
    buckets = time_range.buckets
    return f"{to_text(buckets[0].start)} {to_text(time_range.end)} {len(buckets)}"


def _points(trend: Sequence[float | None], scale: _Scale) -> list[Point | None]:
    last = len(trend) - 1
    return [
        None if value is None else (100 * number / last if last else 50.0, scale.y(value))
        for number, value in enumerate(trend)
    ]


def _image(points: Sequence[Point | None], time_range: TimeRange, scale: _Scale) -> Element:
    """The line through complete buckets, and dashed ones to the buckets that the range cuts."""
    joins, buckets = joined(time_range), time_range.buckets
    is_first_cut, is_last_cut = not buckets[0].complete, not buckets[-1].complete
    runs = _runs(points[is_first_cut : len(points) - is_last_cut])
    cut = [
        *(points[:2] if is_first_cut and joins.first else []),
        None,
        *(points[-2:] if is_last_cut and joins.last else []),
    ]
    floor = scale.y(0) if scale.has_zero else None
    return Element(
        "svg",
        [
            Element("path", d="".join(_area(run, floor) for run in runs), className="spark-area"),
            Element("path", d="".join(map(_line, runs)), className="spark-line"),
            Element("path", d="".join(_line(run) for run in _runs(cut)), className="spark-open"),
        ],
        viewBox="0 0 100 100",
        preserveAspectRatio="none",
        focusable="false",
    )


def _end(points: Sequence[Point | None], time_range: TimeRange) -> html.I:
    """A dot at the last number; open if its bucket is not complete."""
    number, (x, y) = [(n, point) for n, point in enumerate(points) if point is not None][-1]
    is_open = number == len(points) - 1 and not time_range.buckets[-1].complete
    return html.I(
        className="spark-end open" if is_open else "spark-end",
        style={"left": f"{x:.1f}%", "top": f"{y:.1f}%"},
    )


def _level(class_name: str, y: float) -> html.I:
    return html.I(className=class_name, style={"top": f"{y:.1f}%"})


def _runs(points: Sequence[Point | None]) -> list[list[Point]]:
    """Split the points into runs without gaps."""
    runs: list[list[Point]] = [[]]
    for point in points:
        if point is not None:
            runs[-1].append(point)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _line(run: Sequence[Point]) -> str:
    """A line; a single point is a line of no length, which is drawn as a dot."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in (run if run[1:] else [*run, *run]))


def _area(run: Sequence[Point], floor: float | None) -> str:
    """The area between a line and zero."""
    if floor is None or not run[1:]:
        return ""
    return f"{_line(run)}L{run[-1][0]:.1f} {floor:.1f}L{run[0][0]:.1f} {floor:.1f}Z"
