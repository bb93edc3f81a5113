"""Sparklines: small lines without axes that show how a number changed from bucket to bucket."""

from collections.abc import Sequence

from dash import html

from dashapp.widgets.drawings.attributes import attributes
from dashapp.widgets.drawings.element import Element
from dashapp.widgets.drawings.open_end import Joined

_TOP, _BOTTOM = 8.0, 92.0  # of a square of 100, so that the line is not cut
Point = tuple[float, float]


def spark(
    trend: Sequence[float | None],
    *,
    is_whole: bool,
    joins: Joined = Joined(),  # noqa: B008 - a tuple
    is_from_zero: bool = True,
    target: float | None = None,
) -> html.Div | None:
    """A sparkline, hidden from screen readers. None if fewer than two buckets have a number.

    `is_whole` says whether the last bucket is complete; if not, the end is an open circle. Buckets
    without a number leave a gap. Ends that are not joined are left out of the line. `target` is a
    dashed line.
    """
    numbers = [value for value in trend if value is not None]
    if len(numbers) < 2:  # noqa: PLR2004 - a line has two ends
        return None
    levels = [*numbers, *([0.0] if is_from_zero else []), *([] if target is None else [target])]
    points = _points(trend, min(levels), max(levels))
    x, y = next(point for point in reversed(points) if point is not None)
    runs = _runs(points[not joins.first : len(points) - (not joins.last)])
    end = html.I(
        className="spark-end" if is_whole else "spark-end open",
        style={"left": f"{x:.1f}%", "top": f"{y:.1f}%"},
    )
    image = Element(
        "svg",
        [
            Element("path", d="".join(map(_area, runs)), className="spark-area"),
            Element("path", d="".join(map(_line, runs)), className="spark-line"),
        ],
        viewBox="0 0 100 100",
        preserveAspectRatio="none",
        focusable="false",
    )
    lines = [] if target is None else [_target(target, min(levels), max(levels))]
    return html.Div([image, *lines, end], className="spark", **attributes(aria_hidden="true"))


def _target(target: float, low: float, high: float) -> html.I:
    ((_x, y), *_) = [point for point in _points([target, target], low, high) if point]
    return html.I(className="spark-target", style={"top": f"{y:.1f}%"})


def _points(trend: Sequence[float | None], low: float, high: float) -> list[Point | None]:
    step = 100 / (len(trend) - 1)
    height = (_BOTTOM - _TOP) / ((high - low) or 1)
    return [
        None if value is None else (number * step, _BOTTOM - (value - low) * height)
        for number, value in enumerate(trend)
    ]


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
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in run)


def _area(run: Sequence[Point]) -> str:
    return f"{_line(run)}L{run[-1][0]:.1f} 100L{run[0][0]:.1f} 100Z"
