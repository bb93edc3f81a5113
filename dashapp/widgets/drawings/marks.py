"""What happened at a moment, as marks on the time axis: what, when, who."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from dash import html

from dashapp.domain.language import _, say, say_day, say_number, say_weekday
from dashapp.domain.series import Mark, SeriesRow
from dashapp.domain.time.time_range import TimeRange

Marked = Sequence[tuple[int, tuple[Mark, ...]]]  # the number of a bucket, and what happened in it
_NAME_OF = {
    "workflow.created": _("Workflow created"),
    "workflow.updated": _("Workflow updated"),
    "workflow.deleted": _("Workflow deleted"),
    "submission.created": _("Submission created"),
}
_WORKFLOW = "workflow."
_MANY, _MOST = 3, 12  # marked buckets; more marks than the most are a pattern, and tell nothing
_SIZES = {"diamond": 9, "circle": 5}
_KINDS = {"diamond": _("Workflow change"), "circle": _("Submission")}
_COUNTED = {"diamond": _("%(count)s workflow changes"), "circle": _("%(count)s submissions")}
_MOST_LINES = 4  # of a bucket, in the hover card; the list for screen readers has them all
_INK = "#474e5d"  # the stylesheet's, in both themes


def kinds_of(marked: Marked) -> list[tuple[str, str]]:
    """Symbol and name of the marks that there are, for the legend."""
    found = {_symbol((mark,)) for _, marks in marked for mark in marks}
    return [(symbol, say(name)) for symbol, name in _KINDS.items() if symbol in found]


def counted(marked: Marked) -> list[tuple[str, str]]:
    """The same with how many there are: `23 workflow changes`."""
    times: dict[str, int] = {}
    for _number, marks in marked:
        for mark in marks:
            times[_symbol((mark,))] = times.get(_symbol((mark,)), 0) + mark.times
    return [
        (symbol, say(text, count=say_number(times[symbol])) if times[symbol] > 1 else say(one))
        for (symbol, text), one in zip(_COUNTED.items(), _KINDS.values(), strict=True)
        if symbol in times
    ]


def are_many(marked: Marked, buckets: int) -> bool:
    """Whether there are too many to look at: they are then shown only to those who ask for them."""
    return len(marked) > _MOST or len(marked) > max(_MANY - 1, buckets / 3)


def marked_in(rows: Sequence[SeriesRow]) -> Marked:
    """The buckets in which something happened; marks stand in the rows of the first series."""
    first = [row for row in rows if row.series == rows[0].series]
    return [(number, row.marks) for number, row in enumerate(first) if row.marks]


def trace_of(marked: Marked, *, is_shown: bool = True) -> dict[str, Any]:
    """One mark a bucket, on the axis.

    A diamond where a workflow was changed, a small circle where there were submissions alone.
    """
    symbols = [_symbol(marks) for _, marks in marked]
    return {
        "type": "scatter",
        "mode": "markers",
        "uid": "marks",
        "visible": is_shown,
        "x": [number for number, _ in marked],
        "y": [0] * len(marked),
        "cliponaxis": False,
        "marker": {
            "symbol": symbols,
            "size": [_SIZES[symbol] for symbol in symbols],
            "color": _INK,
            "opacity": 1,  # of different sizes they would be half transparent
            "line": {"width": 0},
        },
    }


def lines_of(marked: Marked, time_range: TimeRange) -> dict[int, list[str]]:
    """What the card of a bucket names, by its number; dates where the card's head has none."""
    has_date = time_range.bucket in {"1w", "1mo"}
    return {number: _lines(marks, time_range.zone, has_date) for number, marks in marked}


def list_of(marked: Marked, time_range: TimeRange) -> html.Ul:
    """The same for screen readers, with dates."""
    lines = (
        _sentence(mark, time_range.zone, has_date=True) for _, marks in marked for mark in marks
    )
    return html.Ul([html.Li(line) for line in lines], className="sr")


def _symbol(marks: Sequence[Mark]) -> str:
    is_workflow = any(mark.type.startswith(_WORKFLOW) for mark in marks)
    return "diamond" if is_workflow else "circle"


def _lines(marks: Sequence[Mark], zone: ZoneInfo, has_date: bool) -> list[str]:  # noqa: FBT001
    """Changes of workflows first."""
    first = sorted(marks, key=lambda mark: not mark.type.startswith(_WORKFLOW))
    lines = [_sentence(mark, zone, has_date=has_date) for mark in first[:_MOST_LINES]]
    more = sum(mark.times for mark in first[_MOST_LINES:])
    if more:
        lines.append(say("and %(count)s more", count=say_number(more)))
    return lines


def _sentence(mark: Mark, zone: ZoneInfo, *, has_date: bool) -> str:
    """`Workflow updated, 14:20, u-17`, or `Submission created: 37`."""
    name = say(_NAME_OF[mark.type]) if mark.type in _NAME_OF else mark.type
    local = mark.at.astimezone(zone)
    date = [f"{say_weekday(local)} {say_day(local)}"] if has_date else []
    if mark.times > 1:
        return ", ".join([*date, f"{name}: {say_number(mark.times)}"])
    return ", ".join([name, *date, f"{local:%H:%M}", *([mark.who] if mark.who else [])])
