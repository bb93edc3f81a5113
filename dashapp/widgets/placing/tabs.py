"""Lists that share a place on the board, as tabs.

They are panels of one group of their board that are next to each other. All of them are asked for
and drawn; the board shows one at a time.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from dashapp.widgets.library import Library
from dashapp.widgets.placing.placed import PlacedPanel, place
from dashapp.widgets.widget import Tab


def with_tabs(
    library: Library, placed: Sequence[PlacedPanel], currency: str | None = None
) -> Sequence[PlacedPanel]:
    """Return the placed panels; those that share a place have `tabs` and the size of the first."""
    groups = _groups(placed)
    if len(groups) == len(placed):
        return placed
    firsts = place(library, [group[0].panel for group in groups], currency)
    return [
        panel
        for group, first in zip(groups, firsts, strict=True)
        for panel in (_sharing(group, first) if len(group) > 1 else [first])
    ]


def _groups(placed: Sequence[PlacedPanel]) -> list[list[PlacedPanel]]:
    groups = [[panel] for panel in placed[:1]]
    for before, after in pairwise(placed):
        if _are_together(before, after):
            groups[-1].append(after)
        else:
            groups.append([after])
    return groups


def _are_together(before: PlacedPanel, after: PlacedPanel) -> bool:
    (panel, widget), (next_panel, next_widget) = before, after
    if widget is None or next_widget is None or widget.group is None:
        return False
    return widget.group == next_widget.group and panel.board == next_panel.board


def _sharing(group: Sequence[PlacedPanel], first: PlacedPanel) -> list[PlacedPanel]:
    widgets = [panel.widget for panel in group if panel.widget]
    tabs = tuple(Tab(widget.slug, widget.title) for widget in widgets)
    size = first.widget.size if first.widget else widgets[0].size
    return [
        panel._replace(widget=replace(widget, size=size, tabs=tabs))
        for panel, widget in zip(group, widgets, strict=True)
    ]
