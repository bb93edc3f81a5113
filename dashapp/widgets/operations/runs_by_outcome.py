"""Finished validation runs per bucket, stacked by outcome."""

from dashapp.queries.operations.run_outcomes import run_outcomes
from dashapp.widgets.drawings import stacked_bars
from dashapp.widgets.widget import Size, Widget, _

WIDGET = Widget(
    slug="runs-by-outcome",
    title=_("Runs by outcome"),
    size=Size.TWO_THIRDS,
    query=run_outcomes,
    draw=stacked_bars,
)
