"""The page on which people arrange a dashboard: a form, which scripts make quicker to use."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashapp.dashboards.arrange import (
    MAX_TITLE,
    Layout,
    LayoutConflict,
    SavedLayout,
    arrange,
    differences,
    layout_of,
)
from dashapp.domain.access.scope import Scope, current_scope
from dashapp.domain.errors import BadInput, TooLarge
from dashapp.domain.language import _, say
from dashapp.domain.time.instant import from_us
from dashapp.domain.time.labels import clock_label
from dashapp.domain.time.presets import DEFAULT_PRESET, PRESETS
from dashapp.domain.time.zones import zone_named
from dashapp.store.people import users
from dashapp.web.access.csrf import require_token
from dashapp.web.access.people import person
from dashapp.web.access.policies import editor
from dashapp.web.pages.chrome import carried
from dashapp.web.pages.layout_form import (
    SIZES,
    changed,
    layout_sent,
    name_of,
    require_limits,
    row_of,
    version_sent,
)
from dashapp.web.services import services

blueprint = Blueprint("arranging", __name__)
MAX_BYTES = 65_536


@blueprint.get("/app/<org>/<dashboard>/layout")
@editor
def form(org: str, dashboard: str) -> ResponseReturnValue:  # noqa: ARG001 - the Scope holds it
    saved = _saved(current_scope(), dashboard)
    return _page(saved.layout, saved.version, saved)


@blueprint.post("/app/<org>/<dashboard>/layout")
@editor
def save(org: str, dashboard: str) -> ResponseReturnValue:
    """Save, or change the form: a button says which. What was typed comes back in any case.

    The version in the form stays the one that it was made from, until somebody who was told of
    another one presses the button that names that.
    """
    if (request.content_length or 0) > MAX_BYTES:
        raise TooLarge(_("The request is too large."))
    scope = current_scope()
    saved = _saved(scope, dashboard)
    sent = layout_sent(saved, request.form)
    version = version_sent(request.form.get("version", ""))
    do, _colon, about = request.form.get("do", "").partition(":")
    try:
        require_token()
        if do not in {"save", "replace"}:
            return _page(changed(sent, request.form, do, about), version, saved)
        _save(scope, dashboard, sent, version if do == "save" else version_sent(about))
    except LayoutConflict as error:
        return _page(sent, version, error.saved, status=409)
    except BadInput as error:
        message = say(error.text, **error.values)
        return _page(sent, version, saved, message=message, status=422)
    return redirect(url_for("board.page", org=org, dashboard=dashboard) + carried(), 303)


def _save(scope: Scope, dashboard: str, layout: Layout, version: int) -> None:
    here, who = services(), person()
    assert who is not None
    require_limits(request.form)
    with here.store.write(scope) as session:
        arrange(session, scope, dashboard, layout, version=version, by=who.id, now=here.now_us())


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
    """The form of a layout that was made from a version, beside what is saved now."""
    placed = {panel.widget for panel in layout.panels}
    page = render_template(
        "arrange.html",
        scope=current_scope(),
        rows=[row_of(panel) for panel in layout.panels],
        more=[(one.slug, say(one.title)) for one in services().catalog if one.slug not in placed],
        sizes={size.value: say(name) for size, name in SIZES.items()},
        presets={word: say(preset.title) for word, preset in PRESETS.items()},
        opens_with=layout.opens_with or DEFAULT_PRESET.word,
        version=version,
        message=message,
        max_title=MAX_TITLE,
        theirs=_told(layout, saved) if saved.version != version else None,
    )
    return make_response(page, status)


def _told(mine: Layout, theirs: SavedLayout) -> dict[str, object]:
    """Who saved what else, and when, for somebody who has to choose."""
    here, who = services(), None
    if theirs.edited_by is not None:
        with here.store.read_shared() as session:
            who = users.email_of(session, theirs.edited_by)
    zone = zone_named(current_scope().org.timezone)
    at = from_us(theirs.edited_at) if theirs.edited_at is not None else None
    return {
        "version": theirs.version,
        "who": who,
        "at": clock_label(at, zone, here.clock()) if at else None,
        "what": [
            say(one.text) if one.widget is None else f"{name_of(one.widget)}: {say(one.text)}"
            for one in differences(mine, theirs.layout)
        ],
    }
