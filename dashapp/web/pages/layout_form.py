"""The form of a layout: what it says, read strictly, and what it shows."""

from typing import TYPE_CHECKING, Any, NamedTuple

from dashapp.dashboards.arrange import Layout, SavedLayout
from dashapp.domain.errors import BadInput
from dashapp.domain.language import _, say
from dashapp.domain.time.presets import DEFAULT_PRESET
from dashapp.queries.top import DEFAULT_LIMIT
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
_NOT_UNDERSTOOD = _("Invalid layout for this dashboard. Reload the page.")
_MAX_VERSION = 2**31 - 1


class Row(NamedTuple):
    """A panel as the form shows it."""

    widget: str
    name: str
    title: str
    size: str
    is_shown: bool
    limit: int | None
    most: int | None
    is_tall: bool
    own_size: str


def layout_sent(saved: SavedLayout, fields: "Fields") -> Layout:
    """What the form says. Raises BadInput for widgets that are not installed, nor there already."""
    widgets = fields.getlist("panel")
    held = {panel.widget: panel for panel in saved.layout.panels}
    known = held.keys() | {widget.slug for widget in services().catalog}
    if not set(widgets) <= known or len(set(widgets)) < len(widgets):
        raise BadInput(_NOT_UNDERSTOOD)
    panels = [_panel(widget, held.get(widget), fields) for widget in widgets]
    opens_with = fields.get("opens_with")
    return Layout(panels, None if opens_with in {"", DEFAULT_PRESET.word} else opens_with)


def version_sent(text: str) -> int:
    """Raises BadInput."""
    number = _number(text)
    if number is None or number > _MAX_VERSION:
        raise BadInput(_NOT_UNDERSTOOD)
    return number


def require_limits(fields: "Fields") -> None:
    """Raises BadInput for a number of rows that a panel cannot list."""
    for widget in fields.getlist("panel"):
        limits, text = _limits(widget), fields.get(f"limit:{widget}", "")
        if limits is not None and text and _number(text) not in limits:
            raise BadInput(
                _("A panel can list from %(least)s to %(most)s rows."),
                least=limits[0],
                most=limits[-1],
            )


def changed(layout: Layout, fields: "Fields", what: str, widget: str) -> Layout:
    """A panel moved up or down, taken away, or put at the end."""
    panels = list(layout.panels)
    places = [panel.widget for panel in panels]
    if what == "add":
        chosen = fields.get("add", "")
        if chosen in places or chosen not in {one.slug for one in services().catalog}:
            return layout
        panels.append(SavedPanel(chosen, title=None, size=None, is_hidden=False, config={}))
    elif widget in places and what in {"up", "down", "remove"}:
        panel = panels.pop(places.index(widget))
        if what != "remove":
            step = -1 if what == "up" else 1
            panels.insert(max(0, places.index(widget) + step), panel)
    return layout._replace(panels=panels)


def row_of(panel: SavedPanel) -> Row:
    widget, limits = _widget(panel.widget), _limits(panel.widget)
    return Row(
        widget=panel.widget,
        name=name_of(panel.widget),
        title=panel.title or "",
        size=panel.size or _size(panel.widget),
        is_shown=not panel.is_hidden,
        limit=panel.config.get("limit", DEFAULT_LIMIT) if limits else None,
        most=limits[-1] if limits else None,
        own_size=_size(panel.widget),
        is_tall=widget is not None and (widget.draw.has_figure or limits is not None),
    )


def name_of(slug: str) -> str:
    """A widget's own title, or its slug where it is not installed."""
    widget = _widget(slug)
    return say(widget.title) if widget else slug


def _panel(widget: str, held: SavedPanel | None, fields: "Fields") -> SavedPanel:
    if _widget(widget) is None and held is not None:  # not installed now: as it was
        return held._replace(is_hidden=f"shown:{widget}" not in fields)
    size = fields.get(f"size:{widget}", "")
    config = {**(held.config if held else {})}
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
    )


def _without_default(widget: str, config: dict[str, object]) -> dict[str, object]:
    """Only what differs from the widget's own: it may change its mind."""
    limits = _limits(widget)
    limit = config.get("limit")
    if limits is None or limit == DEFAULT_LIMIT or limit not in limits:
        config.pop("limit", None)
    return config


def _number(text: str) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) <= 10  # noqa: PLR2004
    return int(text) if is_number else None


def _widget(slug: str) -> Widget[Any] | None:
    return next((one for one in services().catalog if one.slug == slug), None)


def _size(slug: str) -> str:
    widget = _widget(slug)
    return widget.size.value if widget else Size.QUARTER.value


def _limits(slug: str) -> range | None:
    widget = _widget(slug)
    return widget.limits if widget else None
