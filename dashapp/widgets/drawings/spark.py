"""A small line without axes: how a number went from bucket to bucket."""

from collections.abc import Sequence
from urllib.parse import quote

from dash import html

from dashapp.widgets.drawings.figure import SERIES_COLOURS

_TOP, _BOTTOM = 8.0, 92.0  # of a square of 100, so that the line is not cut
_COLOUR = SERIES_COLOURS[0]
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" preserveAspectRatio="none">'
    f'<path d="{{area}}" fill="{_COLOUR}" fill-opacity=".1"/>'
    f'<path d="{{line}}" fill="none" stroke="{_COLOUR}" stroke-width="1.5" '
    'stroke-linejoin="round" stroke-linecap="round" vector-effect="non-scaling-stroke"/></svg>'
)
Point = tuple[float, float]


def spark(
    trend: Sequence[float | None], *, is_whole: bool, is_from_zero: bool = True
) -> html.Div | None:
    """A decoration: the number beside it says what it shows. None where there is no line.

    Buckets without a number leave a gap. The end is open where the last bucket is not whole.
    """
    known = [value for value in trend if value is not None]
    if len(known) < 2 or not any(known):  # noqa: PLR2004 - a line has two ends
        return None
    runs = _runs(_points(trend, 0.0 if is_from_zero else min(known), max(known)))
    svg = _SVG.format(line="".join(map(_line, runs)), area="".join(map(_area, runs)))
    x, y = runs[-1][-1]
    end = html.I(
        className="spark-end" if is_whole else "spark-end open",
        style={"left": f"{x:.1f}%", "top": f"{y:.1f}%"},
    )
    image = html.Img(src=f"data:image/svg+xml,{quote(svg)}", alt="", draggable="false")
    return html.Div([image, end], className="spark")


def _points(trend: Sequence[float | None], low: float, high: float) -> list[Point | None]:
    step = 100 / (len(trend) - 1)
    height = (_BOTTOM - _TOP) / ((high - low) or 1)
    return [
        None if value is None else (number * step, _BOTTOM - (value - low) * height)
        for number, value in enumerate(trend)
    ]


def _runs(points: Sequence[Point | None]) -> list[list[Point]]:
    """Points without a gap between them."""
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
