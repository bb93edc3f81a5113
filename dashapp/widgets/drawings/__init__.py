"""How rows become panels: built-in drawings, one file each."""

from dashapp.widgets.drawings.line import line
from dashapp.widgets.drawings.scalar import scalar, share
from dashapp.widgets.drawings.stacked_bars import stacked_bars
from dashapp.widgets.drawings.top_list import top_list

__all__ = ["line", "scalar", "share", "stacked_bars", "top_list"]
