"""The share of finished runs that succeeded, with the change since the previous range."""

from dashapp.queries.operations.success_rate import success_rate
from dashapp.widgets.drawings import share
from dashapp.widgets.widget import Better, Size, Widget, _

WIDGET = Widget(
    slug="success-rate",
    title=_("Success rate"),
    size=Size.QUARTER,
    query=success_rate,
    draw=share,
    better=Better.HIGHER,
)
