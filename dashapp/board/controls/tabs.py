"""The tabs of lists that share a place. Each list has them in its head; one list is shown.

`assets/board/panel/tabs.js` shows another one. When printed, and in the editor, all are shown.
"""

from typing import Any

from dash import html

from dashapp.board import ids
from dashapp.domain.language import say
from dashapp.widgets.drawings.attributes import attributes
from dashapp.widgets.widget import Widget


def tab_list(slug: str, widget: Widget[Any] | None) -> list[html.Div]:
    """Return the tabs as the panel with this slug has them, if it has any: its own is chosen."""
    if widget is None or not widget.tabs:
        return []
    buttons = [
        html.Button(
            tab.title,
            type="button",
            role="tab",
            title=tab.title,
            tabIndex=0 if tab.slug == slug else -1,
            **attributes(
                data_tab=tab.slug,
                aria_selected="true" if tab.slug == slug else "false",
                aria_controls=ids.element_id(ids.body(tab.slug)),
            ),
        )
        for tab in widget.tabs
    ]
    name = attributes(aria_label=say("Lists"))
    return [html.Div(buttons, className="tab-list", role="tablist", **name)]


def tab_classes(widget: Widget[Any]) -> str:
    """Return the CSS classes of a panel with tabs; all but the first are away at first."""
    if not widget.tabs:
        return ""
    return " tabbed" if widget.tabs[0].slug == widget.slug else " tabbed away"
