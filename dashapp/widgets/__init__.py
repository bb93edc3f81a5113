"""Widgets: a query and a drawing each, one per file. `catalog.py` lists them.

A widget written in Python imports what it needs from here.
"""

from dashapp.widgets.drawings import (
    bars,
    event_table,
    funnel,
    heatmap,
    line,
    lines,
    note,
    number,
    ranking,
    scalar,
    share,
    stacked_bars,
    top_list,
)
from dashapp.widgets.look import Look
from dashapp.widgets.widget import Better, By, Drawing, Painted, Size, Widget, _

__all__ = [
    "Better",
    "By",
    "Drawing",
    "Look",
    "Painted",
    "Size",
    "Widget",
    "_",
    "bars",
    "event_table",
    "funnel",
    "heatmap",
    "line",
    "lines",
    "note",
    "number",
    "ranking",
    "scalar",
    "share",
    "stacked_bars",
    "top_list",
]
