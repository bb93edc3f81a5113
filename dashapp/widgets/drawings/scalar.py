"""One number and its change since the previous range, with sign, color, and wording."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from dash import html

from dashapp.domain.language import current_language, say, say_number
from dashapp.domain.series import ScalarRow, public_field_names
from dashapp.domain.time.labels import comparison_title
from dashapp.domain.time.time_range import TimeRange
from dashapp.widgets.drawings.open_end import joined
from dashapp.widgets.drawings.spark import spark
from dashapp.widgets.widget import Better, Drawing, Painted, Widget

_LARGE_CHANGE = 10  # 1,000 percent: from here on without decimals
_NO_VALUE = "–"
_TENTH = 0.001  # a tenth of a percent, the smallest step that is shown
_ALMOST_ALL = 1 - _TENTH


class _Kind(NamedTuple):
    """How numbers of one kind and the changes between them are formatted."""

    number: Callable[[float], str]
    difference: Callable[[float, float], float]
    change: Callable[[float, float], str]
    is_from_zero: bool


def _paint_with(kind: _Kind) -> Callable[..., Painted]:
    def paint(
        widget: Widget[ScalarRow], rows: Sequence[ScalarRow], time_range: TimeRange
    ) -> Painted:
        row = rows[0]
        value = _NO_VALUE if row.value is None else kind.number(row.value)
        sparkline = spark(
            row.trend,
            is_whole=time_range.buckets[-1].complete,
            joins=joined(time_range),
            is_from_zero=kind.is_from_zero,
        )
        return Painted(
            [
                html.P(value, className="val"),
                html.P(_change(kind, widget.better, row, time_range), className="dl"),
                *([sparkline] if sparkline else []),
            ]
        )

    return paint


def _change(kind: _Kind, better: Better, row: ScalarRow, time_range: TimeRange) -> list[Any]:
    if not time_range.has_comparison:
        return []
    if row.previous is None or row.value is None or time_range.is_ahead:
        return [html.Span(_no_comparison_text(row, time_range), className="vs")]
    comparison = comparison_title(time_range)
    difference = kind.difference(row.value, row.previous)
    return [
        html.Span(
            [kind.change(difference, row.previous), *_verdict(better, difference)],
            className=f"delta {_color(better, difference)} {_direction(difference)}".strip(),
            title=say("%(number)s (%(range)s)", number=kind.number(row.previous), range=comparison),
        ),
        html.Span(say("vs %(range)s", range=comparison), className="vs"),
    ]


def _no_comparison_text(row: ScalarRow, time_range: TimeRange) -> str:
    if row.value is None:
        return say("No data to compare")
    if time_range.is_ahead:
        return say("No comparison yet: this period hasn't ended")
    if row.is_comparable:
        return say("No earlier data to compare")
    return say("No data that far back")


def _count_difference(value: float, previous: float) -> float:
    """The difference, or 0 if it would be shown as 0.0%."""
    difference = value - previous
    return 0 if abs(difference) < previous * _TENTH / 2 else difference


def _share_difference(value: float, previous: float) -> float:
    """The difference, rounded to a tenth of a percentage point."""
    return round((value - previous) / _TENTH) * _TENTH


def _count_change(difference: float, previous: float) -> str:
    """Format a change as `+8.2%`, or as a number if the previous number was 0."""
    language = current_language()
    if not difference:
        return f"±{language.percent(0, 0)}"
    if previous == 0:
        return f"{_sign(difference)}{language.number(abs(difference))}"
    share = abs(difference) / previous
    places = 0 if share >= _LARGE_CHANGE else 1
    return f"{_sign(difference)}{language.percent(share, places)}"


def _share_change(difference: float, _previous: float) -> str:
    """Format a change of a share in percentage points: `+0.6 pp`."""
    points = f"{_sign(difference)}{say_number(100 * abs(difference), 1)}"
    return say("%(points)s pp", points=points)


def _sign(difference: float) -> str:
    return "+" if difference > 0 else "−" if difference < 0 else "±"


def _direction(difference: float) -> str:
    """The direction of the arrow next to a change. Up is not always good."""
    return "up" if difference > 0 else "down" if difference < 0 else ""


def _color(better: Better, difference: float) -> str:
    if better is Better.NEITHER or not difference:
        return "flat"
    return "good" if (difference > 0) == (better is Better.HIGHER) else "bad"


def _verdict(better: Better, difference: float) -> list[html.Span]:
    """The meaning of the color, for screen readers."""
    texts = {"good": say("better"), "bad": say("worse")}
    color = _color(better, difference)
    return [html.Span(f" {texts[color]}", className="sr")] if color in texts else []


def _share(number: float) -> str:
    """Format a share, never rounded up to 100% or down to 0%: 9,999 of 10,000 is 99.9%."""
    return current_language().share(min(number, _ALMOST_ALL) if number < 1 else number)


def _drawing(kind: _Kind) -> Drawing[ScalarRow]:
    return Drawing(
        paint=_paint_with(kind),
        is_empty=lambda _rows: False,
        has_figure=False,
        columns=public_field_names(ScalarRow),
    )


scalar: Drawing[ScalarRow] = _drawing(
    _Kind(say_number, _count_difference, _count_change, is_from_zero=True)
)
share: Drawing[ScalarRow] = _drawing(
    _Kind(_share, _share_difference, _share_change, is_from_zero=False)
)
