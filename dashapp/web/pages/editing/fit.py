"""How a panel fits into its row on a board whose sizes are not chosen."""

from typing import Any, NamedTuple

from dashapp.store.orgs.dashboards import SavedPanel
from dashapp.widgets.widget import Widget


class Fit(NamedTuple):
    """Whether a panel may be wider, and the group whose lists share a place with it."""

    is_elastic: bool
    group: str | None


def fit_of(panel: SavedPanel, widget: Widget[Any] | None) -> Fit:
    """Return how the panel fits; one that is not installed keeps its size."""
    if widget is None:
        return Fit(is_elastic=False, group=None)
    group = f"{panel.board or ''}/{widget.group}" if widget.group else None
    return Fit(widget.is_elastic, group)
