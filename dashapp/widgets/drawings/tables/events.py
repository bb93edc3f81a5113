"""The newest events as a table, with the columns that the panel names."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from dash import html

from dashapp.domain.language import _, say, say_date, say_number, say_short_day
from dashapp.domain.series import EventRow
from dashapp.domain.time.instant import parse, to_text
from dashapp.domain.time.time_range import TimeRange
from dashapp.domain.units import Format
from dashapp.widgets.drawings.attributes import attributes, given
from dashapp.widgets.look import Look
from dashapp.widgets.widget import Drawing, Painted, Widget

_TIME = "occurred_at"
_TITLES = {
    _TIME: _("Time"),
    "type": _("Type"),
    "channel": _("Channel"),
    "user": _("User"),
    "project": _("Project"),
}
_DAY = timedelta(days=1)
_FEW_COLUMNS, _FEW_ROWS = 4, 12  # with more, a table is scrolled inside its panel


def event_table(look: Look, columns: Sequence[str]) -> Drawing[EventRow]:
    """A drawing of events with these columns, fields such as `properties.courier`."""

    def paint(widget: Widget[EventRow], rows: Sequence[EventRow], time_range: TimeRange) -> Painted:
        numeric = [name for name in columns if _is_numeric(rows, name)]
        head = [
            html.Th(title, scope="col", title=title, **_align(name, numeric))
            for name in columns
            for title in [_title(look, name)]
        ]
        body = [
            html.Tr([_cell(row, name, look, time_range, numeric) for name in columns])
            for row in rows
        ]
        table = html.Table(
            [
                html.Caption(widget.title, className="sr"),
                html.Thead(html.Tr(head)),
                html.Tbody(body),
            ],
            className="events",
        )
        is_long = len(columns) > _FEW_COLUMNS or len(rows) > _FEW_ROWS
        frame = _scrolling(table, widget.title) if is_long else table
        return Painted([frame, *_more(rows)])

    return Drawing(
        paint=paint,
        is_empty=lambda rows: not rows,
        has_figure=False,
        columns=tuple(columns),
        kind="events",
    )


def _scrolling(table: html.Table, title: str) -> html.Div:
    """A frame for a table that may not fit into its panel; it can be scrolled by keyboard."""
    return html.Div(
        table, className="events-frame", tabIndex=0, role="group", **attributes(aria_label=title)
    )


def _more(rows: Sequence[EventRow]) -> list[html.P]:
    """How many events there are, if not all are listed."""
    total = rows[0].total
    if total <= len(rows):
        return []
    shown, count = say_number(len(rows)), say_number(total)
    return [
        html.P(say("Newest %(shown)s of %(total)s", shown=shown, total=count), className="foot")
    ]


def _title(look: Look, name: str) -> str:
    title = look.titles_of.get(name) or _TITLES.get(name)
    return say(title) if title else name.removeprefix("properties.")


def _is_numeric(rows: Sequence[EventRow], name: str) -> bool:
    values = [value for row in rows if (value := row.fields.get(name)) is not None]
    return bool(values) and all(_is_number(value) for value in values)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _align(name: str, numeric: Sequence[str]) -> dict[str, Any]:
    kind = "at" if name == _TIME else "n" if name in numeric else ""
    return given(className=kind)


def _cell(
    row: EventRow, name: str, look: Look, time_range: TimeRange, numeric: Sequence[str]
) -> html.Td:
    value = row.fields.get(name)
    if value is None:
        return html.Td(html.Em(say("no value")), className="none")
    if name == _TIME:
        moment = value if isinstance(value, datetime) else parse(str(value))
        time = html.Time(_when(moment, time_range), dateTime=to_text(moment))
        return html.Td(time, className="at")
    text = _text(value, name, look)
    return html.Td(text, title=text, **_align(name, numeric))


def _text(value: Any, name: str, look: Look) -> str:
    """A value as text: numbers with their unit, named values by name, others as JSON."""
    if _is_number(value):
        return Format(look.units_of.get(name)).text(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    names = look.names_of.get(name, {})
    return say(names[text]) if text in names else text


def _when(moment: datetime, time_range: TimeRange) -> str:
    """`Today 18:04`, `Yesterday 20:37`, or `18 Jun 20:11`."""
    local, today = (at.astimezone(time_range.zone) for at in (moment, time_range.now))
    time = f"{local:%H:%M}"
    if local.date() == today.date():
        return say("Today %(time)s", time=time)
    if local.date() == today.date() - _DAY:
        return say("Yesterday %(time)s", time=time)
    date = say_short_day(local) if local.year == today.year else say_date(local)
    return f"{date} {time}"
