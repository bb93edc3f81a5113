"""How rows become panels. Each factory takes a `Look` and returns a drawing.

`scalar`, `share`, `line`, `stacked_bars` and `top_list` are the same drawings for plain numbers.
"""

from dashapp.widgets.drawings.cards.funnel import funnel
from dashapp.widgets.drawings.cards.number import number, scalar, share
from dashapp.widgets.drawings.charts.bars import bars, stacked_bars
from dashapp.widgets.drawings.charts.line import line, lines
from dashapp.widgets.drawings.charts.targets import Target
from dashapp.widgets.drawings.note import note
from dashapp.widgets.drawings.tables.events import event_table
from dashapp.widgets.drawings.tables.heatmap import heatmap
from dashapp.widgets.drawings.tables.ranking import ranking, top_list
from dashapp.widgets.drawings.traces import check_traces

__all__ = [
    "Target",
    "bars",
    "check_traces",
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
