"""A widget as it stands on a dashboard: as the panel says, in the language of who reads."""

from dataclasses import replace
from typing import Any

from dashapp.domain.errors import NotFound
from dashapp.domain.language import say
from dashapp.queries.saved_dashboards import Panel
from dashapp.widgets.catalog import Catalog
from dashapp.widgets.widget import Size, Widget


def placed(catalog: Catalog, panel: Panel) -> Widget[Any] | None:
    """The panel's widget with its title, size and question; None where it is not installed."""
    try:
        widget = catalog[panel.widget]
    except NotFound:
        return None
    return replace(
        widget,
        title=panel.title or say(widget.title),
        size=Size(panel.size) if panel.size in set(Size) else widget.size,
        query=widget.asking(panel.config),
    )
