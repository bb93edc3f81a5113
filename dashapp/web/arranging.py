"""The page on which people arrange a dashboard: a form, which scripts make quicker to use."""

from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashapp.dashboards.arrange import (
    MAX_TITLE,
    Layout,
    Overtaken,
    Saved,
    arrange,
    differences,
    layout_of,
)
from dashapp.domain.errors import BadInput
from dashapp.domain.instant import from_us
from dashapp.domain.labels import clock_label
from dashapp.domain.language import _, say
from dashapp.domain.scope import Scope, current_scope
from dashapp.domain.time_range import DEFAULT_PRESET, PRESETS
from dashapp.domain.zones import zone_named
from dashapp.queries.top import MOST as DEFAULT_LIMIT
from dashapp.store import users
from dashapp.store.dashboards import SavedPanel
from dashapp.web.access import editor
from dashapp.web.csrf import require_token
from dashapp.web.people import person
from dashapp.web.services import services
from dashapp.widgets.widget import Size, Widget

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

blueprint = Blueprint("arranging", __name__)
SIZES = {
    Size.QUARTER: _("A quarter"),
    Size.THIRD: _("A third"),
    Size.HALF: _("Half"),
    Size.TWO_THIRDS: _("Two thirds"),
    Size.FULL: _("Full width"),
}
_NOT_UNDERSTOOD = _("That is not a layout of this dashboard. Reload the page.")
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


@blueprint.get("/app/<org>/<dashboard>/layout")
@editor
def form(org: str, dashboard: str) -> ResponseReturnValue:  # noqa: ARG001 - the Scope holds it
    saved = _saved(current_scope(), dashboard)
    return _page(saved.layout, saved.version)


@blueprint.post("/app/<org>/<dashboard>/layout")
@editor
def save(org: str, dashboard: str) -> ResponseReturnValue:
    """Save, or change the form: a button says which. What was typed is never lost."""
    require_token()
    scope, who = current_scope(), person()
    assert who is not None
    sent = _sent(scope, dashboard, request.form)
    version = _version(request.form.get("version", ""))
    if request.form.get("do") != "save":
        return _page(_changed(sent, request.form.get("do", "")), version)
    here = services()
    try:
        with here.store.writing(scope) as session:
            arrange(session, scope, dashboard, sent, version=version, by=who.id, now=here.now_us())
    except Overtaken as error:
        return _page(sent, error.saved.version, theirs=error.saved, status=409)
    except BadInput as error:
        return _page(sent, version, message=say(error.text, **error.values), status=422)
    return redirect(url_for("board.page", org=org, dashboard=dashboard), 303)


def _saved(scope: Scope, dashboard: str) -> Saved:
    with services().store.asking(scope) as session:
        return layout_of(session, scope, dashboard)


def _sent(scope: Scope, dashboard: str, fields: "MultiDict[str, str]") -> Layout:
    """What the form says. Raises BadInput for widgets that are not installed, nor there already."""
    widgets = fields.getlist("panel")
    held = {panel.widget: panel for panel in _saved(scope, dashboard).layout.panels}
    known = held.keys() | {widget.slug for widget in services().catalog}
    if not set(widgets) <= known:
        raise BadInput(_NOT_UNDERSTOOD)
    panels = [_panel(widget, held.get(widget), fields) for widget in widgets]
    opens_with = fields.get("opens_with")
    return Layout(panels, None if opens_with in {"", DEFAULT_PRESET.word} else opens_with)


def _panel(widget: str, held: SavedPanel | None, fields: "MultiDict[str, str]") -> SavedPanel:
    size = fields.get(f"size:{widget}", "")
    limit = fields.get(f"limit:{widget}", "")
    config = {**(held.config if held else {})}
    if limit.isascii() and limit.isdigit() and len(limit) <= 4:  # noqa: PLR2004
        config["limit"] = int(limit)
    title = " ".join(fields.get(f"title:{widget}", "").split())
    return SavedPanel(
        widget,
        title=title if title and title != _name(widget) else None,
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


def _version(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 11 and int(text) <= _MAX_VERSION):  # noqa: PLR2004
        raise BadInput(_NOT_UNDERSTOOD)
    return int(text)


def _changed(layout: Layout, wish: str) -> Layout:
    """A panel moved up or down, taken away, or put at the end."""
    what, _colon, widget = wish.partition(":")
    panels = list(layout.panels)
    places = [panel.widget for panel in panels]
    if what == "add":
        chosen = request.form.get("add", "")
        if chosen in places or chosen not in {one.slug for one in services().catalog}:
            return layout
        panels.append(SavedPanel(chosen, title=None, size=None, is_hidden=False, config={}))
    elif widget in places:
        panel = panels.pop(places.index(widget))
        if what in {"up", "down"}:
            step = -1 if what == "up" else 1
            panels.insert(max(0, places.index(widget) + step), panel)
    return layout._replace(panels=panels)


def _page(
    layout: Layout,
    version: int,
    *,
    theirs: Saved | None = None,
    message: str | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    placed = {panel.widget for panel in layout.panels}
    page = render_template(
        "arrange.html",
        scope=current_scope(),
        rows=[_row(panel) for panel in layout.panels],
        more=[(one.slug, say(one.title)) for one in services().catalog if one.slug not in placed],
        sizes={size.value: say(name) for size, name in SIZES.items()},
        presets={word: say(preset.title) for word, preset in PRESETS.items()},
        opens_with=layout.opens_with or DEFAULT_PRESET.word,
        version=version,
        message=message,
        max_title=MAX_TITLE,
        theirs=_told(layout, theirs) if theirs else None,
    )
    return make_response(page, status)


def _row(panel: SavedPanel) -> Row:
    widget, limits = _widget(panel.widget), _limits(panel.widget)
    return Row(
        widget=panel.widget,
        name=_name(panel.widget),
        title=panel.title or "",
        size=panel.size or _size(panel.widget),
        is_shown=not panel.is_hidden,
        limit=panel.config.get("limit", DEFAULT_LIMIT) if limits else None,
        most=limits[-1] if limits else None,
        is_tall=widget is not None and (widget.draw.has_figure or limits is not None),
    )


def _told(mine: Layout, theirs: Saved) -> dict[str, object]:
    """Who saved what else, and when, for somebody who has to choose."""
    here, who = services(), None
    if theirs.edited_by is not None:
        with here.store.shared() as session:
            who = users.email_of(session, theirs.edited_by)
    zone = zone_named(current_scope().org.timezone)
    at = from_us(theirs.edited_at) if theirs.edited_at is not None else None
    return {
        "who": who,
        "at": clock_label(at, zone, here.clock()) if at else None,
        "what": [
            say(one.text) if one.widget is None else f"{_name(one.widget)}: {say(one.text)}"
            for one in differences(mine, theirs.layout)
        ],
    }


def _widget(slug: str) -> Widget[Any] | None:
    return next((one for one in services().catalog if one.slug == slug), None)


def _name(slug: str) -> str:
    widget = _widget(slug)
    return say(widget.title) if widget else slug


def _size(slug: str) -> str:
    widget = _widget(slug)
    return widget.size.value if widget else Size.QUARTER.value


def _limits(slug: str) -> range | None:
    widget = _widget(slug)
    return widget.limits if widget else None
