"""Embedding: origins, code to copy, a preview with theme controls, and the embed log."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask import g, request
from flask.typing import ResponseReturnValue

from dashapp.domain.access.scope import current_scope
from dashapp.domain.access.theme import MAX_RADIUS, MODES, Theme, parse_theme
from dashapp.domain.errors import BadInput, DashappError, NotFound
from dashapp.domain.language import _, say
from dashapp.domain.secrets.keys import KeyKind
from dashapp.store.administration import origins as acts
from dashapp.store.orgs import dashboards, embed_log, keys, origins
from dashapp.store.orgs.dashboards import SavedDashboard
from dashapp.store.orgs.embed_log import Entry
from dashapp.web.access.embedding.previews import preview_token
from dashapp.web.access.people import person
from dashapp.web.pages.changing import change
from dashapp.web.pages.embed import PREVIEW
from dashapp.web.pages.settings.dashboards.rows import server_address, time_label
from dashapp.web.pages.settings.embedding.refusals import advice_for, outcome_of
from dashapp.web.pages.settings.embedding.snippets import Place, claims_of, snippets
from dashapp.web.pages.settings.form import NO_FORM, Form, sent_form
from dashapp.web.pages.settings.page import Group, Page, settings_view, status_of
from dashapp.web.services import services

PAGE = Page(
    "embedding",
    Group.ACCESS,
    _("Embedding"),
    _("Show dashboards of %(org)s inside your own product."),
    {"added": _("The origin was added."), "removed": _("The origin was removed.")},
)
blueprint = PAGE.blueprint()
_ENTRIES = 50
_KEY = "YOUR_KEY_ID"
_MODES = {"auto": _("Same as the device"), "light": _("Light"), "dark": _("Dark")}


class Look(NamedTuple):
    """The theme controls: what was entered, the theme that this is, and the faults by field."""

    form: Form
    theme: Theme


class Attempt(NamedTuple):
    """An entry of the embed log as the page shows it."""

    entry: Entry
    time: str
    outcome: str
    advice: str | None


@blueprint.get("")
@settings_view
def show() -> ResponseReturnValue:
    return _page(NO_FORM)


@blueprint.post("/origins")
@settings_view
def add_origin() -> ResponseReturnValue:
    form = sent_form(("origin",))
    try:
        with change() as added:
            acts.add_origin(added, form.value("origin"))
    except DashappError as error:
        return _page(form.refused(error, "origin"), status_of(error))
    return PAGE.done("added")


@blueprint.get("/origins/remove")
@settings_view
def ask_removal() -> ResponseReturnValue:
    return _removal_page(request.args.get("origin", ""), NO_FORM)


@blueprint.post("/origins/remove")
@settings_view
def remove_origin() -> ResponseReturnValue:
    origin = request.form.get("origin", "")
    try:
        with change() as removed:
            acts.remove_origin(removed, origin)
    except DashappError as error:
        return _removal_page(origin, Form().refused(error), status_of(error))
    return PAGE.done("removed")


def _removal_page(origin: str, form: Form, status: int = 200) -> ResponseReturnValue:
    scope = current_scope()
    with services().store.read_primary(scope) as session:
        allowed = origins.allowed_origins(session, scope)
    if origin not in allowed:
        raise NotFound(_("This origin is no longer allowed."))
    return PAGE.show("origin_remove.html", form=form, status=status, origin=origin)


def _page(form: Form, status: int = 200) -> ResponseReturnValue:
    scope, app = current_scope(), services()
    with app.store.read_primary(scope) as session:
        allowed = origins.allowed_origins(session, scope)
        listed = dashboards.list_dashboards(session, scope)
        entries = embed_log.last_entries(session, scope, _ENTRIES)
        org_keys = keys.list_keys(session, scope)
    embed_keys = [key.id for key in org_keys if key.kind == KeyKind.EMBED and not key.revoked_at]
    chosen, look = _chosen(listed), _look()
    g.has_frames = True
    return PAGE.show(
        "embedding.html",
        form=form,
        status=status,
        origins=allowed,
        dashboards=[(saved.slug, say(saved.title)) for saved in listed],
        chosen=chosen,
        look=look.form,
        modes=[(mode, say(_MODES[mode])) for mode in MODES],
        max_radius=MAX_RADIUS,
        has_key=bool(embed_keys),
        max_origins=origins.MAX_ORIGINS,
        attempts=[_attempt(entry) for entry in entries],
        **_code(chosen, look.theme, embed_keys),
    )


def _code(
    chosen: SavedDashboard | None, theme: Theme, embed_keys: Sequence[str]
) -> Mapping[str, Any]:
    """Return the code to copy and the address of the preview, if there is a dashboard."""
    user, claims = person(), claims_of(theme)
    if chosen is None or user is None:
        return {"code": {}, "preview": None}
    slug = current_scope().org.slug
    place = Place(server_address(), slug, chosen.slug, embed_keys[-1] if embed_keys else _KEY)
    token = preview_token(user.visitor, chosen.slug, claims)
    frame = f"{request.script_root}/embed/{slug}/{chosen.slug}?{PREVIEW}#token={token}"
    return {"code": snippets(place, claims), "preview": frame}


def _chosen(listed: Sequence[SavedDashboard]) -> SavedDashboard | None:
    """Return the dashboard in the URL, or the first one."""
    wanted = request.args.get("dashboard")
    first = listed[0] if listed else None
    return next((saved for saved in listed if saved.slug == wanted), first)


def _look() -> Look:
    """Return the theme in the URL. What is invalid is left out of it, and explained."""
    names = ("mode", "accent", "radius", "font")
    values = {name: request.args.get(name, "").strip()[:200] for name in names}
    values["mode"] = values["mode"] or "auto"
    theme: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, text in values.items():
        if not text:
            continue
        value: Any = int(text) if name == "radius" and _is_number(text) else text
        try:
            parse_theme({name: value})
            theme[name] = value
        except BadInput:
            errors[name] = say(_FAULTS[name], most=MAX_RADIUS)
    return Look(Form(values, errors), parse_theme(theme))


_FAULTS = {
    "mode": _("Choose a mode from the list."),
    "accent": _("Enter a color such as #2757d0."),
    "radius": _("Enter a whole number from 0 to %(most)s."),
    "font": _("Enter names of fonts, with commas between them."),
}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(MAX_RADIUS))


def _attempt(entry: Entry) -> Attempt:
    advice = advice_for(entry.code)
    outcome = say(outcome_of(entry.code))
    return Attempt(entry, time_label(entry.at), outcome, None if advice is None else say(advice))
