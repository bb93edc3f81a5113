"""One number, and its change since the previous range: in words, sign and colour by meaning."""

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

_MANY_PER_CENT = 10  # a thousand per cent
_NOTHING = "–"
_TENTH = 0.001  # a tenth of a per cent: the finest step that is shown
_NEARLY_ALL = 1 - _TENTH


class _Kind(NamedTuple):
    """How numbers of a kind are written, and changes between two of them."""

    number: Callable[[float], str]
    difference: Callable[[float, float], float]
    change: Callable[[float, float], str]
    is_from_zero: bool


def _paint_with(kind: _Kind) -> Callable[..., Painted]:
    def paint(
        widget: Widget[ScalarRow], rows: Sequence[ScalarRow], time_range: TimeRange
    ) -> Painted:
        row = rows[0]
        shown = _NOTHING if row.value is None else kind.number(row.value)
        line = spark(
            row.trend,
            is_whole=time_range.buckets[-1].complete,
            joins=joined(time_range),
            is_from_zero=kind.is_from_zero,
        )
        return Painted(
            [
                html.P(shown, className="val"),
                html.P(_change(kind, widget.better, row, time_range), className="dl"),
                *([line] if line else []),
            ]
        )

    return paint


def _change(kind: _Kind, better: Better, row: ScalarRow, time_range: TimeRange) -> list[Any]:
    if not time_range.has_comparison:
        return []
    if row.previous is None or row.value is None or time_range.is_ahead:
        return [html.Span(_why_not(row, time_range), className="vs")]
    before = comparison_title(time_range)
    difference = kind.difference(row.value, row.previous)
    return [
        html.Span(
            [kind.change(difference, row.previous), *_meaning(better, difference)],
            className=f"delta {_colour(better, difference)} {_direction(difference)}".strip(),
            title=say(
                "%(number)s in the %(range)s", number=kind.number(row.previous), range=before
            ),
        ),
        html.Span(say("vs %(range)s", range=before), className="vs"),
    ]


def _why_not(row: ScalarRow, time_range: TimeRange) -> str:
    if row.value is None:
        return say("No comparison: nothing to count")
    if time_range.is_ahead:
        return say("No comparison: the range is not over")
    if row.is_comparable:
        return say("No comparison: nothing to count before")
    return say("No comparison: nothing that far back")


def _count_difference(value: float, previous: float) -> float:
    """A change that is shown as 0.0% is none."""
    difference = value - previous
    return 0 if abs(difference) < previous * _TENTH / 2 else difference


def _share_difference(value: float, previous: float) -> float:
    """In steps of a tenth of a percentage point."""
    return round((value - previous) / _TENTH) * _TENTH


def _count_change(difference: float, previous: float) -> str:
    """`+8.2%`; with nothing before, the number itself."""
    language = current_language()
    if not difference:
        return f"±{language.percent(0, 0)}"
    if previous == 0:
        return f"{_sign(difference)}{language.number(abs(difference))}"
    share = abs(difference) / previous
    places = 0 if share >= _MANY_PER_CENT else 1
    return f"{_sign(difference)}{language.percent(share, places)}"


def _share_change(difference: float, _previous: float) -> str:
    """`+0.6 pp`: what a share gained, in percentage points."""
    points = f"{_sign(difference)}{say_number(100 * abs(difference), 1)}"
    return say("%(points)s pp", points=points)


def _sign(difference: float) -> str:
    return "+" if difference > 0 else "−" if difference < 0 else "±"


def _direction(difference: float) -> str:
    """The arrow beside a change, which is not the same as good or bad."""
    return "up" if difference > 0 else "down" if difference < 0 else ""


def _colour(better: Better, difference: float) -> str:
    if better is Better.NEITHER or not difference:
        return "flat"
    return "good" if (difference > 0) == (better is Better.HIGHER) else "bad"


def _meaning(better: Better, difference: float) -> list[html.Span]:
    words = {"good": say("better"), "bad": say("worse")}
    colour = _colour(better, difference)
    return [html.Span(f" {words[colour]}", className="sr")] if colour in words else []


def _share(number: float) -> str:
    """Never rounded up to all of them or down to none: 9,999 of 10,000 is 99.9%."""
    return current_language().share(min(number, _NEARLY_ALL) if number < 1 else number)


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
