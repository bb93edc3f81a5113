"""Page views in the range."""

from dashapp.queries.ask import count_of
from dashapp.widgets import Size, Widget, _, scalar

WIDGET = Widget(
    slug="page-views",
    title=_("Page views"),
    size=Size.QUARTER,
    query=count_of("page.viewed"),
    draw=scalar,
)
