"""Distinct users per bucket, stacked by channel."""

from dashapp.queries.operations.user_volume import user_volume
from dashapp.widgets.drawings import stacked_bars
from dashapp.widgets.widget import By, Size, Widget, _

WIDGET = Widget(
    slug="users-time-series",
    title=_("Users"),
    size=Size.THIRD,
    query=user_volume,
    draw=stacked_bars,
    by=By("channel", _("Channel"), names=("api", "web")),
)
