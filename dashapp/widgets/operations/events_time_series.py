"""All events per bucket, as a line."""

from dashapp.queries.operations.event_volume import event_volume
from dashapp.widgets.drawings import line
from dashapp.widgets.widget import Size, Widget, _

WIDGET = Widget(
    slug="events-time-series",
    title=_("Events"),
    size=Size.TWO_THIRDS,
    query=event_volume,
    draw=line,
)
