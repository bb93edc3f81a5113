"""The form that edits a dashboard's layout: strict parsing of its fields, and its rows."""

from typing import TYPE_CHECKING, Any, NamedTuple

from dashapp.dashboards.arrange import Layout, SavedLayout
from dashapp.domain.errors import BadInput
from dashapp.domain.language import _
from dashapp.domain.time.presets import DEFAULT_PRESET
from dashapp.queries.questions.lists import DEFAULT_LIMIT
from dashapp.store.orgs.dashboards import SavedPanel
from dashapp.web.services import services
from dashapp.widgets.library import Offered
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
    """Read the layout. Raises BadInput for a new panel whose widget is not installed."""
    widgets = fields.getlist("panel")
    existing = {panel.widget: panel for panel in saved.layout.panels}
    available = existing.keys() | _offered().keys()
    if not set(widgets) <= available or len(set(widgets)) < len(widgets):
        raise BadInput(_INVALID_LAYOUT)
    panels = [_panel(widget, existing.get(widget), fields) for widget in widgets]
    opens_with = fields.get("opens_with")
    return Layout(panels, None if opens_with in {"", DEFAULT_PRESET.word} else opens_with)


def parse_version(text: str) -> int:
    """Read the version of a layout. Raises BadInput."""
    number = _number(text)
    if number is None or number > _MAX_VERSION:
        raise BadInput(_INVALID_LAYOUT)
    return number


def require_limits(fields: "Fields") -> None:
    """Raise BadInput for a number of rows that a panel cannot list."""
    for widget in fields.getlist("panel"):
        limits, text = _limits(widget), fields.get(f"limit:{widget}", "")
        if limits is not None and text and _number(text) not in limits:
            raise BadInput(
                _("A panel can list from %(least)s to %(most)s rows."),
                least=limits[0],
                most=limits[-1],
            )


def apply_change(layout: Layout, fields: "Fields", action: str, widget: str) -> Layout:
    """Move a panel up or down, remove it, or add one at the end. Ignore an invalid change."""
    panels = list(layout.panels)
    widgets = [panel.widget for panel in panels]
    if action == "add":
        new_widget = fields.get("add", "")
        if new_widget in widgets or _widget(new_widget) is None:
            return layout
        panels.append(
            SavedPanel(
                new_widget,
                title=None,
                size=None,
                is_hidden=False,
                config={},
                board=_offered()[new_widget].board,
            )
        )
    elif widget in widgets and action in {"up", "down", "remove"}:
        position = widgets.index(widget)
        panel = panels.pop(position)
        if action != "remove":
            step = -1 if action == "up" else 1
            panels.insert(max(0, position + step), panel)
    return layout._replace(panels=panels)


def row_of(panel: SavedPanel) -> Row:
    """Return a panel as the form shows it."""
    widget, limits = _widget(panel.widget), _limits(panel.widget)
    return Row(
        widget=panel.widget,
        name=name_of(panel.widget),
        title=panel.title or "",
        size=panel.size or _size(panel.widget),
        is_shown=not panel.is_hidden,
        limit=panel.config.get("limit", DEFAULT_LIMIT) if limits else None,
        max_limit=limits[-1] if limits else None,
        default_size=_size(panel.widget),
        is_tall=widget is not None and (widget.draw.has_figure or limits is not None),
    )


def name_of(slug: str) -> str:
    """Return the title of a widget, or its slug if it is not installed."""
    widget = _widget(slug)
    return widget.full_title if widget else slug


def _panel(widget: str, existing: SavedPanel | None, fields: "Fields") -> SavedPanel:
    if _widget(widget) is None and existing is not None:  # no longer installed: keep its settings
        return existing._replace(is_hidden=f"shown:{widget}" not in fields)
    size = fields.get(f"size:{widget}", "")
    config = {**(existing.config if existing else {})}
    limit = _number(fields.get(f"limit:{widget}", ""))
    if limit is not None:
        config["limit"] = limit
    title = " ".join(fields.get(f"title:{widget}", "").split())
    return SavedPanel(
        widget,
        title=title if title and title != name_of(widget) else None,
        size=size if size in set(Size) and size != _size(widget) else None,
        is_hidden=f"shown:{widget}" not in fields,
        config=_without_default(widget, config),
        board=existing.board if existing else _offered()[widget].board,
    )


def _without_default(widget: str, config: dict[str, object]) -> dict[str, object]:
    """Drop an invalid row limit, and one that equals the default, which may change later."""
    limits = _limits(widget)
    limit = config.get("limit")
    if limits is None or limit == DEFAULT_LIMIT or limit not in limits:
        config.pop("limit", None)
    return config


def _number(text: str) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) <= 10  # noqa: PLR2004
    return int(text) if is_number else None


def _widget(slug: str) -> Widget[Any] | None:
    offered = _offered().get(slug)
    return offered.widget if offered else services().library.find(slug)


def _offered() -> dict[str, Offered]:
    """Return the panels that can be added to a dashboard, by slug."""
    return {offered.widget.slug: offered for offered in services().library.offered()}


def _size(slug: str) -> str:
    widget = _widget(slug)
    return widget.size.value if widget else Size.QUARTER.value


def _limits(slug: str) -> range | None:
    widget = _widget(slug)
    return widget.limits if widget else None
