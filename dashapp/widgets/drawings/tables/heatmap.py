"""When things happen: a table of weekdays and hours, colored by value.

`assets/board/panel/heat-map.js` shows the value of a cell, and moves between cells by arrow keys.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from dash import html

from dashapp.domain.language import current_language, say
from dashapp.domain.series import HeatRow, Number, public_field_names
from dashapp.domain.time.time_range import TimeRange
from dashapp.domain.units import Format, size_of
from dashapp.widgets.drawings.attributes import attributes, given
from dashapp.widgets.drawings.charts.series import has_no_number
from dashapp.widgets.drawings.element import Element
from dashapp.widgets.drawings.tables.heat_steps import HeatSteps, heat_steps, short
from dashapp.widgets.drawings.tables.weekdays import weekday_note
from dashapp.widgets.look import Look
from dashapp.widgets.widget import Drawing, Painted, Widget

_DAYS, _HOURS = range(1, 8), range(24)
_EVERY, _EVERY_ON_PHONES = 3, 6  # hours with a label
_ROOM = 6  # letters in the column of totals
_LONG = 1000  # totals from here on are short, and only every third hour has one


def heatmap(look: Look) -> Drawing[HeatRow]:
    """A drawing of the hours of the week, with totals if the values add up."""

    def paint(widget: Widget[HeatRow], rows: Sequence[HeatRow], time_range: TimeRange) -> Painted:
        values = {(row.weekday, row.hour): row.value for row in rows}
        unit_format = Format(look.unit, look.decimals)
        now = _now(time_range)
        table = _Table(values, heat_steps(values.values()), unit_format, look.is_additive, now)
        note = weekday_note(time_range)
        return Painted(
            [
                _legend(table),
                html.Div(table.drawn(widget.title), className="heat-frame"),
                *([html.P(note, className="foot")] if note else []),
            ]
        )

    return Drawing(
        paint=paint,
        is_empty=has_no_number(look),
        has_figure=False,
        columns=public_field_names(HeatRow),
        kind="heat",
    )


def _now(time_range: TimeRange) -> tuple[int, int] | None:
    """The weekday and hour of the current moment, if the range contains it."""
    if not time_range.start <= time_range.as_of <= time_range.end:
        return None
    local = time_range.as_of.astimezone(time_range.zone)
    return local.isoweekday(), local.hour


def _legend(table: "_Table") -> html.Ul:
    entries = [
        html.Li([html.I(className=f"k-heat {step}"), name])
        for step, name in table.steps.legend(table.unit_format)
    ]
    now = [html.Li([html.I(className="k-now"), say("Now")])] if table.now else []
    return html.Ul([*entries, *now], className="legend")


class _Table(NamedTuple):
    values: dict[tuple[int, int], Number | None]
    steps: HeatSteps
    unit_format: Format
    has_totals: bool
    now: tuple[int, int] | None

    def drawn(self, title: str) -> html.Table:
        by_hour = [self._total((day, hour) for day in _DAYS) for hour in _HOURS]
        is_long = self.has_totals and any(size_of(total) >= _LONG for total in by_hour)
        return html.Table(
            [
                html.Caption(say("%(title)s: weekday by hour", title=title), className="sr"),
                html.Thead(html.Tr([html.Td(), *map(_hour_heading, _HOURS), *self._heading()])),
                html.Tbody([self._day(day) for day in _DAYS]),
                *([self._foot(by_hour)] if self.has_totals else []),
            ],
            className="heat long" if is_long else "heat",
        )

    def _heading(self) -> list[Any]:
        return [html.Th(say("Total"), scope="col", className="total")] if self.has_totals else []

    def _day(self, day: int) -> html.Tr:
        names = current_language()
        total = [html.Td(self._short_total((day, hour) for hour in _HOURS), className="total")]
        return html.Tr(
            [
                html.Th(names.short_weekdays[day - 1], scope="row"),
                *(self._cell(day, hour) for hour in _HOURS),
                *(total if self.has_totals else []),
            ]
        )

    def _cell(self, day: int, hour: int) -> Element:
        value = self.values.get((day, hour))
        step = self.steps.step_of(value)
        is_now = (day, hour) == self.now
        return Element(
            "td",
            self.unit_format.text(value),
            className=f"{step} now" if is_now else step,
            # One tab stop: the script moves it.
            tabIndex=0 if (day, hour) == (self.now or (1, 0)) else -1,
            **(attributes(aria_current="time") if is_now else {}),
        )

    def _foot(self, by_hour: Sequence[Number]) -> html.Tfoot:
        cells = [html.Td(short(total, self.unit_format)) for total in by_hour]
        everything = self._fitting(sum(by_hour))
        heading = html.Th(html.Span(say("Total"), className="sr"), scope="row")
        return html.Tfoot(html.Tr([heading, *cells, html.Td(everything, className="total all")]))

    def _total(self, cells: Iterable[tuple[int, int]]) -> Number:
        return sum(self.values.get(cell) or 0 for cell in cells)

    def _short_total(self, cells: Iterable[tuple[int, int]]) -> str:
        return self._fitting(self._total(cells))

    def _fitting(self, total: Number) -> str:
        """A total of a day or of the week, as the column on the right has room for it."""
        text = self.unit_format.text(total)
        return text if len(text) <= _ROOM else self.unit_format.short(total)


def _hour_heading(hour: int) -> html.Th:
    """`07:00` for screen readers. Every third hour is written, every sixth on phones."""
    kind = "" if hour % _EVERY_ON_PHONES == 0 else "third" if hour % _EVERY == 0 else "sr"
    minutes = html.Span(":00", className="sr")
    name = html.Span([f"{hour:02d}", minutes], **given(className=kind))
    return html.Th(name, scope="col")
