"""Findings with severity WARNING in the range, with the change since the previous range."""

from dashapp.queries.operations.warning_count import warning_count
from dashapp.widgets.drawings import scalar
from dashapp.widgets.widget import Better, Size, Widget, _

WIDGET = Widget(
    slug="total-warnings",
    title=_("Number of warnings"),
    size=Size.QUARTER,
    query=warning_count,
    draw=scalar,
    better=Better.LOWER,
)
