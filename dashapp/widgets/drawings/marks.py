"""What happened at a moment, as marks on the time axis: what, when, who."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from dash import html

from dashapp.domain.language import _, say
from dashapp.domain.series import Mark

Marked = Sequence[tuple[str, tuple[Mark, ...]]]  # a bucket's label, and what happened in it
_NAME_OF = {
    "workflow.created": _("Workflow created"),
    "workflow.updated": _("Workflow updated"),
    "workflow.deleted": _("Workflow deleted"),
    "submission.created": _("Submission created"),
}
_WORKFLOW = "workflow."
_KINDS = {"diamond": _("Workflow change"), "diamond-open": _("Submission")}
_MOST_LINES = 4  # of a bucket, in the hover card; the list for screen readers has them all
_INK = "#474e5d"  # the stylesheet's, in both themes


def kinds_of(marked: Marked) -> list[str]:
    """What the legend calls the marks that there are."""
    found = {_symbol((mark,)) for _, marks in marked for mark in marks}
    return [say(name) for symbol, name in _KINDS.items() if symbol in found]


def trace_of(marked: Marked, zone: ZoneInfo) -> dict[str, Any]:
    """One mark a bucket, on the axis; its card names what happened there."""
    return {
        "type": "scatter",
        "mode": "markers",
        "uid": "marks",
        "x": [label for label, _ in marked],
        "y": [0] * len(marked),
        "text": ["<br>".join(_lines(marks, zone)) for _, marks in marked],
        "hovertemplate": "%{text}<extra></extra>",
        "cliponaxis": False,
        "marker": {
            "symbol": [_symbol(marks) for _, marks in marked],
            "size": 8,
            "color": _INK,
            "line": {"color": _INK, "width": 1},
        },
    }


def list_of(marked: Marked, zone: ZoneInfo) -> html.Ul:
    """The same for screen readers, whole."""
    sentences = (_sentence(mark, zone) for _, marks in marked for mark in marks)
    return html.Ul([html.Li(sentence) for sentence in sentences], className="sr")


def _symbol(marks: Sequence[Mark]) -> str:
    is_workflow = any(mark.type.startswith(_WORKFLOW) for mark in marks)
    return "diamond" if is_workflow else "diamond-open"


def _lines(marks: Sequence[Mark], zone: ZoneInfo) -> list[str]:
    """Changes of workflows first; Plotly reads tags, so that there must be none."""
    first = sorted(marks, key=lambda mark: not mark.type.startswith(_WORKFLOW))
    lines = [_sentence(mark, zone) for mark in first[:_MOST_LINES]]
    if len(marks) > _MOST_LINES:
        lines.append(say("and %(count)s more", count=len(marks) - _MOST_LINES))
    return [line.replace("&", "&amp;").replace("<", "&lt;") for line in lines]


def _sentence(mark: Mark, zone: ZoneInfo) -> str:
    """`Workflow updated, 14:20, u-17`."""
    name = say(_NAME_OF[mark.type]) if mark.type in _NAME_OF else mark.type
    parts = [name, f"{mark.at.astimezone(zone):%H:%M}", *([mark.who] if mark.who else [])]
    return ", ".join(parts)
