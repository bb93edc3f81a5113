"""The form that edits a dashboard's layout: strict parsing of its fields, and its rows."""

from typing import TYPE_CHECKING, Any, NamedTuple

from dashapp.dashboards.arrange import Layout, SavedLayout
from dashapp.domain.access.scope import Org, current_scope
from dashapp.domain.errors import BadInput, UnexpectedInput
from dashapp.domain.language import _, say
from dashapp.domain.time.presets import DEFAULT_PRESET
from dashapp.store.orgs.dashboards import SavedPanel
from dashapp.web.services import services
from dashapp.widgets.widget import Size, Widget

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

    Fields = MultiDict[str, str]

SIZES = {
    Size.QUARTER: _("One quarter"),
    Size.THIRD: _("One third"),
    Size.HALF: _("One half"),
    Size.TWO_THIRDS: _("Two thirds"),
    Size.FULL: _("Full width"),
}
_INVALID_LAYOUT = _("Invalid layout for this dashboard. Reload the page.")
_MAX_VERSION = 2**31 - 1


class Row(NamedTuple):
    """A panel as the form shows it. Panels with a chart or a list `is_tall`."""

    widget: str
    name: str
    title: str
    size: str
    is_shown: bool
    limit: int | None
    max_limit: int | None
    is_tall: bool
    default_size: str


def parse_layout(saved: SavedLayout, fields: "Fields") -> Layout:
    """Read the layout. Raises BadInput for a new panel that this installation does not have."""
    slugs = fields.getlist("panel")
    existing = {panel.widget: panel for panel in saved.layout.panels}
    available = offered_panels()
    if not set(slugs) <= existing.keys() | available.keys() or len(set(slugs)) < len(slugs):
        raise UnexpectedInput(_INVALID_LAYOUT)
    panels = [_panel(existing.get(slug) or available[slug], fields) for slug in slugs]
    opens_with = fields.get("opens_with")
    usual = default_range(current_scope().org)
    return Layout(panels, None if opens_with in {"", usual} else opens_with)


def default_range(org: Org) -> str:
    """Return the preset of the org's dashboards that have none of their own."""
    return org.opens_with or DEFAULT_PRESET.word


def parse_version(text: str) -> int:
    """Read the version of a layout. Raises BadInput."""
    number = _number(text)
    if number is None or number > _MAX_VERSION:
        raise UnexpectedInput(_INVALID_LAYOUT)
    return number


def require_limits(layout: Layout, fields: "Fields") -> None:
    """Raise BadInput for a number of rows that a panel cannot list."""
    for panel in layout.panels:
        widget, text = _widget(panel), fields.get(f"limit:{panel.widget}", "")
        limits = widget.limits if widget else None
        if limits is not None and text and _number(text) not in limits:
            raise BadInput(
                _("A panel can list from %(least)s to %(most)s rows."),
                least=limits[0],
                most=limits[-1],
            )


def apply_change(layout: Layout, fields: "Fields", action: str, slug: str) -> Layout:
    """Move a panel up or down, remove it, or add one at the end. Ignore an invalid change."""
    panels = list(layout.panels)
    slugs = [panel.widget for panel in panels]
    if action == "add":
        new_panel = offered_panels().get(fields.get("add", ""))
        if new_panel is None or new_panel.widget in slugs:
            return layout
        panels.append(new_panel)
    elif slug in slugs and action in {"up", "down", "remove"}:
        position = slugs.index(slug)
        panel = panels.pop(position)
        if action != "remove":
            step = -1 if action == "up" else 1
            panels.insert(max(0, position + step), panel)
    return layout._replace(panels=panels)


def row_of(panel: SavedPanel) -> Row:
    """Return a panel as the form shows it."""
    widget = _widget(panel)
    limits = widget.limits if widget else None
    size = widget.size.value if widget else Size.QUARTER.value
    return Row(
        widget=panel.widget,
        name=name_of(panel),
        title=panel.title or "",
        size=panel.size or size,
        is_shown=not panel.is_hidden,
        limit=panel.config.get("limit", widget.default_limit) if widget and limits else None,
        max_limit=limits[-1] if limits else None,
        default_size=size,
        is_tall=widget is not None and (widget.draw.has_figure or limits is not None),
    )


def name_of(panel: SavedPanel) -> str:
    """Return the title that a panel has by itself, or its slug if it is not installed."""
    widget = _widget(panel)
    return (widget.full_title or say("Note")) if widget else panel.widget


def offered_panels() -> dict[str, SavedPanel]:
    """Return the panels that can be added to a dashboard, by slug."""
    offered = services().library.offered(_currency())
    return {
        widget.slug: SavedPanel(widget.slug, None, None, is_hidden=False, config={}, board=board)
        for board, widget in offered
    }


def _panel(panel: SavedPanel, fields: "Fields") -> SavedPanel:
    """Return a panel with the settings of the form."""
    slug, widget = panel.widget, _widget(panel)
    is_hidden = f"shown:{slug}" not in fields
    if widget is None:  # no longer installed: keep its settings
        return panel._replace(is_hidden=is_hidden)
    size = fields.get(f"size:{slug}", "")
    config = {**panel.config}
    limit = _number(fields.get(f"limit:{slug}", ""))
    if limit is not None:
        config["limit"] = limit
    title = " ".join(fields.get(f"title:{slug}", "").split())
    return panel._replace(
        title=title if title and title != name_of(panel) else None,
        size=size if size in set(Size) and size != widget.size else None,
        is_hidden=is_hidden,
        config=_without_default(widget, config),
    )


def _without_default(widget: Widget[Any], config: dict[str, object]) -> dict[str, object]:
    """Drop an invalid row limit, and one that equals the default, which may change later."""
    limit = config.get("limit")
    if widget.limits is None or limit == widget.default_limit or limit not in widget.limits:
        config.pop("limit", None)
    return config


def _number(text: str) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) <= 10  # noqa: PLR2004
    return int(text) if is_number else None


def _widget(panel: SavedPanel) -> Widget[Any] | None:
    return services().library.of(panel, _currency())


def _currency() -> str | None:
    return current_scope().org.currency
