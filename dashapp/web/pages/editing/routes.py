"""Editing a dashboard on its own page: what the editor starts with, previews, and saving."""

from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from msgspec import json

from dashapp.dashboards.arrange import Layout, LayoutConflict, SavedLayout, layout_of, save_layout
from dashapp.domain.access.dashboard import MAX_TITLE, current_dashboard
from dashapp.domain.access.scope import current_scope
from dashapp.domain.access.view import parse_search, view_of
from dashapp.domain.boards.definitions import Measured, Metric
from dashapp.domain.errors import TooLarge, WrongType
from dashapp.domain.language import _, say
from dashapp.store.orgs.dashboards import SavedPanel
from dashapp.web.access import request_session
from dashapp.web.access.csrf import require_token
from dashapp.web.access.policies import editor
from dashapp.web.pages.changing import change
from dashapp.web.pages.editing.conflicts import conflict_of
from dashapp.web.pages.editing.fit import fit_of
from dashapp.web.pages.editing.gallery import MADE_HERE, drawings_of, gallery, groups
from dashapp.web.pages.editing.layouts import PanelRefused, SentLayout, decoded, layout_from
from dashapp.web.pages.editing.previews import SentPanels, panels_of, previews
from dashapp.web.pages.editing.words import DRAWINGS, MEASURES, words
from dashapp.web.pages.layout_form import SIZES, name_of, row_of
from dashapp.web.services import services

blueprint = Blueprint("editing", __name__)
MAX_BYTES = 65_536
_encoder = json.Encoder(decimal_format="number")
_IGNORED = ("filter", "compare", "metric")  # previews show all events, and no comparison


@blueprint.get("/app/<org>/<dashboard>/edit")
@editor
def start(org: str, dashboard: str) -> ResponseReturnValue:  # noqa: ARG001 - the Scope has it
    """Return everything that the editor shows, and the version that it is based on."""
    scope = current_scope()
    with services().store.read_primary(scope) as session:
        saved, entries = layout_of(session, scope, dashboard), gallery(session, scope)
    return _json(
        {
            "version": saved.version,
            "layoutVersion": saved.version + services().library.definitions.version,
            "panels": [_panel(panel) for panel in saved.layout.panels if not panel.is_hidden],
            "gallery": [entry._asdict() for entry in entries],
            "groups": groups(),
            "madeHere": MADE_HERE,
            "drawings": {word: say(text) for word, text in DRAWINGS.items()},
            "measures": {word: say(text) for word, text in MEASURES.items()},
            "sizes": {size.value: say(text) for size, text in SIZES.items()},
            "newMetric": {"reasons": drawings_of(Metric("", {}, Measured()), None)},
            "currency": scope.org.currency,
            "maxTitle": MAX_TITLE,
            "words": words(),
        }
    )


def _panel(panel: SavedPanel) -> dict[str, Any]:
    fit = fit_of(panel, services().library.of(panel, current_scope().org.currency))
    return {
        "slug": panel.widget,
        "name": name_of(panel),
        "title": panel.title,
        "size": row_of(panel).size,
        "isElastic": fit.is_elastic,
        "group": fit.group,
        "definition": panel.config.get("definition"),
    }


@blueprint.post("/app/<org>/<dashboard>/edit")
@editor
def save(org: str, dashboard: str) -> ResponseReturnValue:  # noqa: ARG001
    """Save the layout. If someone else has saved another one, say who, when, and what differs.

    A layout is never overwritten unless the browser names its version.
    """
    _require_small()
    require_token()
    scope, sent = current_scope(), decoded(request.form.get("layout", ""), SentLayout)
    with services().store.read_primary(scope) as session:
        saved = layout_of(session, scope, dashboard)
    try:
        layout = layout_from(sent, saved)
    except PanelRefused as error:
        return _refused(error)
    try:
        return _json({"version": _saved(dashboard, layout, sent.version)})
    except LayoutConflict as error:
        return _conflict(layout, error.saved)


def _saved(dashboard: str, layout: Layout, version: int) -> int:
    tallies = services().library.tallies(layout.panels)
    with change() as begun:
        return save_layout(begun, dashboard, layout, tallies, version=version)


def _conflict(layout: Layout, saved: SavedLayout) -> Response:
    return _json(conflict_of(layout, saved), 409)


@blueprint.post("/app/<org>/<dashboard>/edit/preview")
@editor
def preview(org: str, dashboard: str) -> ResponseReturnValue:  # noqa: ARG001
    """Draw panels that may be added, with the org's own numbers in the range of the address."""
    _require_small()
    if request.mimetype != "application/json":
        raise WrongType(_("Unexpected request. Reload the page."))
    params = parse_search(request.query_string.decode("utf-8", "replace"))
    view = view_of({name: values for name, values in params.items() if name not in _IGNORED})
    try:
        panels = panels_of(decoded(request.get_data(cache=False), SentPanels))
    except PanelRefused as error:
        return _refused(error)
    opened = current_dashboard()
    with request_session.read(opened.scope) as session:
        drawn = previews(session, opened, view, panels)
    return _json({"panels": [panel._asdict() for panel in drawn.panels], "dates": drawn.dates})


def _require_small() -> None:
    if (request.content_length or 0) > MAX_BYTES:
        raise TooLarge(_("The request is too large."))


def _refused(error: PanelRefused) -> Response:
    answer = {"message": say(error.text), "index": error.index, "faults": error.faults}
    return _json(answer, 422)


def _json(answer: dict[str, Any], status: int = 200) -> Response:
    return Response(_encoder.encode(answer), status, content_type="application/json")
