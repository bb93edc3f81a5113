"""The page that edits a dashboard's layout: a form that works without scripts."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashapp.dashboards.arrange import (
    Layout,
    LayoutConflict,
    SavedLayout,
    layout_of,
    save_layout,
)
from dashapp.domain.access.dashboard import MAX_TITLE
from dashapp.domain.access.scope import Scope, current_scope
from dashapp.domain.errors import BadInput, TooLarge
from dashapp.domain.language import _, say
from dashapp.domain.time.presets import known_presets
from dashapp.web.access.csrf import require_token
from dashapp.web.access.policies import editor
from dashapp.web.pages.changing import change
from dashapp.web.pages.chrome import carried
from dashapp.web.pages.editing.conflicts import conflict_of
from dashapp.web.pages.layout_form import (
    SIZES,
    apply_change,
    default_range,
    name_of,
    offered_panels,
    parse_layout,
    parse_version,
    require_limits,
    row_of,
)
from dashapp.web.services import services

blueprint = Blueprint("arranging", __name__)
MAX_BYTES = 65_536


@blueprint.get("/app/<org>/<dashboard>/layout")
@editor
def form(org: str, dashboard: str) -> ResponseReturnValue:  # noqa: ARG001 - the Scope has it
    saved = _saved(current_scope(), dashboard)
    return _page(saved.layout, saved.version, saved)


@blueprint.post("/app/<org>/<dashboard>/layout")
@editor
def save(org: str, dashboard: str) -> ResponseReturnValue:
    """Save the layout, or change the form, depending on the button. The form keeps its input.

    Its version stays the one that it is based on. If someone else has saved a newer one, the user
    is shown the differences, and a button that replaces exactly that version.
    """
    if (request.content_length or 0) > MAX_BYTES:
        raise TooLarge(_("The request is too large."))
    scope = current_scope()
    saved = _saved(scope, dashboard)
    layout = parse_layout(saved, request.form)
    version = parse_version(request.form.get("version", ""))
    action, _colon, argument = request.form.get("do", "").partition(":")
    try:
        require_token()
        if action not in {"save", "replace"}:
            return _page(apply_change(layout, request.form, action, argument), version, saved)
        _save(dashboard, layout, version if action == "save" else parse_version(argument))
    except LayoutConflict as error:
        return _page(layout, version, error.saved, status=409)
    except BadInput as error:
        message = say(error.text, **error.values)
        return _page(layout, version, saved, message=message, status=422)
    return redirect(url_for("board.page", org=org, dashboard=dashboard) + carried(), 303)


def _save(dashboard: str, layout: Layout, version: int) -> None:
    require_limits(layout, request.form)
    tallies = services().library.tallies(layout.panels)
    with change() as begun:
        save_layout(begun, dashboard, layout, tallies, version=version)


def _saved(scope: Scope, dashboard: str) -> SavedLayout:
    with services().store.read_primary(scope) as session:
        return layout_of(session, scope, dashboard)


def _page(
    layout: Layout,
    version: int,
    saved: SavedLayout,
    *,
    message: str | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """Render the form of a layout based on `version`, and a conflict if `saved` is newer."""
    placed = {panel.widget for panel in layout.panels}
    opens_with = layout.opens_with or default_range(current_scope().org)
    available = [panel for slug, panel in offered_panels().items() if slug not in placed]
    page = render_template(
        "arrange.html",
        scope=current_scope(),
        rows=[row_of(panel) for panel in layout.panels],
        more=[(panel.widget, name_of(panel)) for panel in available],
        sizes={size.value: say(name) for size, name in SIZES.items()},
        presets={word: say(preset.title) for word, preset in known_presets().items()},
        opens_with=opens_with,
        version=version,
        message=message,
        max_title=MAX_TITLE,
        theirs=conflict_of(layout, saved) if saved.version != version else None,
    )
    return make_response(page, status)
