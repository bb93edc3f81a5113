"""Marks on the time axis: workflow changes and submissions, with their time and user."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
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
_DIAMOND, _CIRCLE = "diamond", "circle"
_SUBMISSION = "submission.created"
_KINDS = {_WORKFLOW: _("Workflow change"), _SUBMISSION: _("Submission")}
_COUNTED = {
    _WORKFLOW: _("%(count)s workflow changes"),
    _SUBMISSION: _("%(count)s submissions"),
}
_SYMBOLS = {_SUBMISSION: _CIRCLE}  # all others are diamonds
_MOST_KINDS = 3  # in the legend, besides the built-in ones
_MAX_LINES = 4  # per bucket, in the tooltip; the list for screen readers has all of them
_INK = "#474e5d"  # the stylesheet overrides it in both themes


def kinds_of(marked: Marked, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """The symbols and names of the marks, for the legend. `names` are those of event types."""
    return [(_SYMBOLS.get(kind, _DIAMOND), _kind_name(kind, names)) for kind in _counts(marked)]


def counted_kinds(marked: Marked, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """The symbols and names of the marks with counts, for the legend: `23 workflow changes`."""
    return [
        (_SYMBOLS.get(kind, _DIAMOND), _counted(kind, count, names))
        for kind, count in _counts(marked).items()
    ]


def _counts(marked: Marked) -> dict[str, int]:
    """How many marks there are of each kind. If there are many kinds, all others are one."""
    counts: dict[str, int] = {}
    for _number, marks in marked:
        for mark in marks:
            kind = _kind_of(mark.type)
            counts[kind] = counts.get(kind, 0) + mark.times
    own = [kind for kind in counts if kind not in _KINDS]
    ordered = [kind for kind in _KINDS if kind in counts]
    if len(own) > _MOST_KINDS:
        return {kind: counts[kind] for kind in ordered} | {"": sum(counts[kind] for kind in own)}
    return {kind: counts[kind] for kind in (*ordered, *sorted(own))}


def _kind_of(event_type: str) -> str:
    """What marks of a type are in the legend: `workflow.` for all changes, or the type."""
    return _WORKFLOW if event_type.startswith(_WORKFLOW) else event_type


def _kind_name(kind: str, names: Mapping[str, str]) -> str:
    name = _KINDS.get(kind) or names.get(kind)
    return say(name) if name else kind or say("Marks")


def _counted(kind: str, count: int, names: Mapping[str, str]) -> str:
    if count == 1:
        return _kind_name(kind, names)
    if kind in _COUNTED:
        return say(_COUNTED[kind], count=say_number(count))
    return f"{_kind_name(kind, names)}: {say_number(count)}"


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


def tooltip_lines(
    marked: Marked, time_range: TimeRange, names: Mapping[str, str]
) -> dict[int, list[str]]:
    """The tooltip lines of each bucket, by its number. With dates if a bucket is several days."""
    line = _Line(names, time_range.zone, has_date=time_range.bucket in {"1w", "1mo"})
    return {number: _lines(marks, line) for number, marks in marked}


def mark_list(marked: Marked, time_range: TimeRange, names: Mapping[str, str]) -> html.Ul:
    """All marks as a list for screen readers, with dates."""
    line = _Line(names, time_range.zone, has_date=True)
    lines = (line.of(mark) for _, marks in marked for mark in marks)
    return html.Ul([html.Li(text) for text in lines], className="sr")


def _symbol(marks: Sequence[Mark]) -> str:
    """A circle if all marks of a bucket are submissions, otherwise a diamond."""
    return _CIRCLE if all(mark.type == _SUBMISSION for mark in marks) else _DIAMOND


def _lines(marks: Sequence[Mark], line: "_Line") -> list[str]:
    """The tooltip lines of one bucket, submissions last."""
    ordered = sorted(marks, key=lambda mark: mark.type == _SUBMISSION)
    lines = [line.of(mark) for mark in ordered[:_MAX_LINES]]
    remaining = sum(mark.times for mark in ordered[_MAX_LINES:])
    if remaining:
        lines.append(say("and %(count)s more", count=say_number(remaining)))
    return lines


class _Line(NamedTuple):
    """How a mark is written: `Workflow updated, 14:20, u-17` or `Submission created: 37`."""

    names: Mapping[str, str]
    zone: ZoneInfo
    has_date: bool

    def of(self, mark: Mark) -> str:
        key = self.names.get(mark.type) or _NAME_OF.get(mark.type)
        name = say(key) if key else mark.type
        local = mark.at.astimezone(self.zone)
        date = [f"{say_weekday(local)} {say_day(local)}"] if self.has_date else []
        if mark.times > 1:
            return ", ".join([*date, f"{name}: {say_number(mark.times)}"])
        return ", ".join([name, *date, f"{local:%H:%M}", *([mark.user] if mark.user else [])])
