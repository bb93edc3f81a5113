"""Findings with severity ERROR in the range, with the change since the previous range."""

from dashapp.queries.operations.error_count import error_count
from dashapp.widgets.drawings import scalar
from dashapp.widgets.widget import Better, Size, Widget, _

WIDGET = Widget(
    slug="total-errors",
    title=_("Number of errors"),
    size=Size.QUARTER,
    query=error_count,
    draw=scalar,
    better=Better.LOWER,
)
