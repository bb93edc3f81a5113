"""One number: its change, its course as a small line, and how it compares with its goal."""

from collections.abc import Sequence
from typing import Any

from dash import html

from dashapp.domain.language import current_language, say, say_number
from dashapp.domain.series import ScalarRow, public_field_names
from dashapp.domain.time.labels import comparison_title
from dashapp.domain.time.time_range import TimeRange
from dashapp.domain.units import Format
from dashapp.widgets.drawings.attributes import attributes, given
from dashapp.widgets.drawings.cards.goal import goal_line, is_level
from dashapp.widgets.drawings.cards.spark import spark
from dashapp.widgets.drawings.change import delta
from dashapp.widgets.look import Look
from dashapp.widgets.widget import Drawing, Painted, Widget

_PERCENTILE_ERROR = 0.01


def number(look: Look, *, is_approximate: bool = False) -> Drawing[ScalarRow]:
    """A drawing of one number. `is_approximate`: it is a percentile, exact within one percent."""

    def paint(
        widget: Widget[ScalarRow], rows: Sequence[ScalarRow], time_range: TimeRange
    ) -> Painted:
        row, unit_format = rows[0], Format(look.unit, look.decimals)
        notes = _notes(row, is_approximate=is_approximate)
        goal = goal_line(row, unit_format, widget.better, time_range)
        parts = [
            _value(row, unit_format),
            html.P(_change(unit_format, widget, row, time_range), className="dl"),
            _spark(row, look, time_range),
            html.Div([*goal, *notes], className="below") if goal or notes else None,
        ]
        return Painted([part for part in parts if part is not None])

    return Drawing(
        paint=paint,
        is_empty=lambda _rows: False,
        has_figure=False,
        columns=public_field_names(ScalarRow),
        kind="number",
        look=look,
    )


def _value(row: ScalarRow, unit_format: Format) -> html.P:
    """The value. `assets/board/panel/fit-numbers.js` shows the short form if it has no room."""
    text = unit_format.text(row.value)
    full, short = unit_format.full(row.value), unit_format.short(row.value)
    return html.P(
        text,
        className="val",
        **given(title=full if full != text or short != text else ""),
        **(attributes(data_short=short) if short != text else {}),
    )


def _spark(row: ScalarRow, look: Look, time_range: TimeRange) -> html.Div | None:
    """The course of the number: from zero for amounts, so that their height can be compared."""
    return spark(
        [None if value is None else float(value) for value in row.trend],
        time_range,
        is_from_zero=(look.is_additive or look.is_count) and look.unit not in {"percent", "%"},
        target=row.goal.amount if row.goal and is_level(row.goal) else None,
    )


def _change(
    unit_format: Format, widget: Widget[ScalarRow], row: ScalarRow, time_range: TimeRange
) -> list[Any]:
    if not time_range.has_comparison:
        return []
    if row.previous is None or row.value is None or time_range.is_ahead:
        return [html.Span(_no_comparison_text(row, time_range), className="vs")]
    comparison = comparison_title(time_range)
    previous = unit_format.full(row.previous)
    title = say("%(number)s (%(range)s)", number=previous, range=comparison)
    return [
        delta(unit_format, widget.better, row.value, row.previous, title),
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


def _notes(row: ScalarRow, *, is_approximate: bool) -> list[html.P]:
    """What a reader of the number must know, if anything."""
    notes = []
    if is_approximate and row.value is not None:
        error = current_language().percent(_PERCENTILE_ERROR, 0)
        notes.append(say("within %(error)s", error=error))
    if row.without_number == 1:
        notes.append(say("1 event without a number"))
    elif row.without_number:
        count = say_number(row.without_number)
        notes.append(say("%(count)s events without a number", count=count))
    return [html.P(" · ".join(notes), className="foot")] if notes else []


scalar: Drawing[ScalarRow] = number(Look())
share: Drawing[ScalarRow] = number(Look(unit="percent"))
