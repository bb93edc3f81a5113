"""A widget as a panel configures it, in the viewer's language."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple

from dashapp.queries.saved_dashboards import Panel
from dashapp.widgets.library import Library
from dashapp.widgets.widget import Size, Widget


class PlacedPanel(NamedTuple):
    """A panel and its configured widget, None if this installation does not have it."""

    panel: Panel
    widget: Widget[Any] | None


def place(
    library: Library, panels: Iterable[Panel], currency: str | None = None
) -> list[PlacedPanel]:
    """Return the panels with their widgets, in order. `currency` is the org's."""
    return [PlacedPanel(panel, _configured(library, panel, currency)) for panel in panels]


def _configured(library: Library, panel: Panel, currency: str | None) -> Widget[Any] | None:
    """Return the panel's widget with its title, size and query; None if it is not installed."""
    widget = library.find(panel.widget, panel.board, currency)
    return None if widget is None else configured(widget, panel)


def configured(widget: Widget[Any], panel: Panel) -> Widget[Any]:
    """Return a widget with a panel's title, size and query, in the viewer's language."""
    return replace(
        widget,
        slug=panel.widget,
        title=panel.title or widget.full_title,
        title_values={},
        size=Size(panel.size) if panel.size in set(Size) else widget.size,
        query=widget.configured_query(panel.config),
    )
