"""A widget as a panel configures it, in the viewer's language."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple

from dashapp.queries.saved_dashboards import Panel
from dashapp.widgets.library import Library
from dashapp.widgets.placing.rows import Block, filled
from dashapp.widgets.widget import Size, Widget


class PlacedPanel(NamedTuple):
    """A panel and its configured widget, None if this installation does not have it."""

    panel: Panel
    widget: Widget[Any] | None


def place(
    library: Library, panels: Iterable[Panel], currency: str | None = None
) -> list[PlacedPanel]:
    """Return the panels with their widgets, in order. `currency` is the org's."""
    placed = [PlacedPanel(panel, _configured(library, panel, currency)) for panel in panels]
    return placed if any(panel.size for panel, _widget in placed) else _filled(placed)


def _filled(placed: list[PlacedPanel]) -> list[PlacedPanel]:
    """Widen panels so that they fill the rows, unless someone chose sizes."""
    blocks = [
        Block(widget.size, widget.is_elastic) if widget else Block(Size.QUARTER, is_elastic=False)
        for _panel, widget in placed
    ]
    return [
        one if one.widget is None else one._replace(widget=replace(one.widget, size=size))
        for one, size in zip(placed, filled(blocks), strict=True)
    ]


def _configured(library: Library, panel: Panel, currency: str | None) -> Widget[Any] | None:
    """Return the panel's widget with its title, size and query; None if it is not installed."""
    widget = library.of(panel, currency)
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
