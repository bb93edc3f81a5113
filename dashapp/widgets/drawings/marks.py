"""Marks on the time axis: workflow changes and submissions, with their time and user."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from dash import html

from dashapp.domain.language import _, say, say_day, say_number, say_weekday
from dashapp.domain.series import Mark, SeriesRow
from dashapp.domain.time.time_range import TimeRange

Marked = Sequence[tuple[int, tuple[Mark, ...]]]  # numbers of buckets, and their marks
_NAME_OF = {
    "workflow.created": _("Workflow created"),
    "workflow.updated": _("Workflow updated"),
    "workflow.deleted": _("Workflow deleted"),
    "submission.created": _("Submission created"),
}
_WORKFLOW = "workflow."
# Numbers of marked buckets. Fewer than 3 are always shown; more than 12 are hidden until toggled,
# because they would only be a pattern on the axis.
_MIN_TOO_MANY, _MAX_SHOWN = 3, 12
_SIZES = {"diamond": 9, "circle": 5}
_KINDS = {"diamond": _("Workflow change"), "circle": _("Submission")}
_COUNTED = {"diamond": _("%(count)s workflow changes"), "circle": _("%(count)s submissions")}
_MAX_LINES = 4  # per bucket, in the tooltip; the list for screen readers has all of them
_INK = "#474e5d"  # the stylesheet overrides it in both themes


def kinds_of(marked: Marked) -> list[tuple[str, str]]:
    """The symbols and names of the marks, for the legend."""
    symbols = {_symbol((mark,)) for _, marks in marked for mark in marks}
    return [(symbol, say(name)) for symbol, name in _KINDS.items() if symbol in symbols]


def counted_kinds(marked: Marked) -> list[tuple[str, str]]:
    """The symbols and names of the marks with counts, for the legend: `23 workflow changes`."""
    counts: dict[str, int] = {}
    for _number, marks in marked:
        for mark in marks:
            counts[_symbol((mark,))] = counts.get(_symbol((mark,)), 0) + mark.times
    return [
        (symbol, say(plural, count=say_number(counts[symbol])) if counts[symbol] > 1 else say(name))
        for (symbol, plural), name in zip(_COUNTED.items(), _KINDS.values(), strict=True)
        if symbol in counts
    ]


def are_too_many(marked: Marked, buckets: int) -> bool:
    """Whether there are too many marks to be useful. They are then hidden until toggled."""
    return len(marked) > _MAX_SHOWN or len(marked) > max(_MIN_TOO_MANY - 1, buckets / 3)


def marked_buckets(rows: Sequence[SeriesRow]) -> Marked:
    """The buckets that have marks. All marks are in the rows of the first series."""
    first = [row for row in rows if row.series == rows[0].series]
    return [(number, row.marks) for number, row in enumerate(first) if row.marks]


def mark_trace(marked: Marked, *, is_shown: bool = True) -> dict[str, Any]:
    """One symbol per marked bucket, on the axis.

    A diamond for buckets with a workflow change, a small circle for submissions only.
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
            "opacity": 1,  # otherwise Plotly makes marks of different sizes transparent
            "line": {"width": 0},
        },
    }


def tooltip_lines(marked: Marked, time_range: TimeRange) -> dict[int, list[str]]:
    """The tooltip lines of each bucket, by its number. With dates if a bucket is several days."""
    has_date = time_range.bucket in {"1w", "1mo"}
    return {number: _lines(marks, time_range.zone, has_date) for number, marks in marked}


def mark_list(marked: Marked, time_range: TimeRange) -> html.Ul:
    """All marks as a list for screen readers, with dates."""
    lines = (_line(mark, time_range.zone, has_date=True) for _, marks in marked for mark in marks)
    return html.Ul([html.Li(line) for line in lines], className="sr")


def _symbol(marks: Sequence[Mark]) -> str:
    is_workflow = any(mark.type.startswith(_WORKFLOW) for mark in marks)
    return "diamond" if is_workflow else "circle"


def _lines(marks: Sequence[Mark], zone: ZoneInfo, has_date: bool) -> list[str]:  # noqa: FBT001
    """The tooltip lines of one bucket, workflow changes first."""
    ordered = sorted(marks, key=lambda mark: not mark.type.startswith(_WORKFLOW))
    lines = [_line(mark, zone, has_date=has_date) for mark in ordered[:_MAX_LINES]]
    remaining = sum(mark.times for mark in ordered[_MAX_LINES:])
    if remaining:
        lines.append(say("and %(count)s more", count=say_number(remaining)))
    return lines


def _line(mark: Mark, zone: ZoneInfo, *, has_date: bool) -> str:
    """Format a mark as `Workflow updated, 14:20, u-17` or `Submission created: 37`."""
    name = say(_NAME_OF[mark.type]) if mark.type in _NAME_OF else mark.type
    local = mark.at.astimezone(zone)
    date = [f"{say_weekday(local)} {say_day(local)}"] if has_date else []
    if mark.times > 1:
        return ", ".join([*date, f"{name}: {say_number(mark.times)}"])
    return ", ".join([name, *date, f"{local:%H:%M}", *([mark.user] if mark.user else [])])
