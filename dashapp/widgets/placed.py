"""A widget as a panel configures it, in the viewer's language."""

from dataclasses import replace
from typing import Any

from dashapp.domain.errors import NotFound
from dashapp.domain.language import say
from dashapp.queries.saved_dashboards import Panel
from dashapp.widgets.catalog import Catalog
from dashapp.widgets.widget import Size, Widget


def placed(catalog: Catalog, panel: Panel) -> Widget[Any] | None:
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
