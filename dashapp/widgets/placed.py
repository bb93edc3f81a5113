"""A widget as a panel configures it, in the viewer's language."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple

from dashapp.domain.errors import NotFound
from dashapp.domain.language import say
from dashapp.queries.saved_dashboards import Panel
from dashapp.widgets.catalog import Catalog
from dashapp.widgets.widget import Size, Widget


class PlacedPanel(NamedTuple):
    """A panel and its configured widget, None if this installation does not have it."""

    panel: Panel
    widget: Widget[Any] | None


def place(catalog: Catalog, panels: Iterable[Panel]) -> list[PlacedPanel]:
    """Return the panels with their widgets, in order."""
    return [PlacedPanel(panel, _configured(catalog, panel)) for panel in panels]


def _configured(catalog: Catalog, panel: Panel) -> Widget[Any] | None:
    """Return the panel's widget with its title, size and query; None if it is not installed."""
    try:
        widget = catalog[panel.widget]
    except NotFound:
        return None
    return replace(
        widget,
        title=panel.title or say(widget.title),
        size=Size(panel.size) if panel.size in set(Size) else widget.size,
        query=widget.configured_query(panel.config),
    )
