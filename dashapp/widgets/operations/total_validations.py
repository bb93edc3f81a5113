"""Validation runs in the range, with the change since the previous range."""

from dashapp.queries.operations.run_count import run_count
from dashapp.widgets.drawings import scalar
from dashapp.widgets.widget import Better, Size, Widget, _

WIDGET = Widget(
    slug="total-validations",
    title=_("Number of validations"),
    size=Size.QUARTER,
    query=run_count,
    draw=scalar,
    better=Better.HIGHER,
)
