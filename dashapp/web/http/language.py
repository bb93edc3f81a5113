"""Whose language a page is in: the person's (or the embed token's), the org's, the browser's.

Flask-Babel keeps the catalogues and serves the templates; the layers below Flask speak through
`dashapp.domain.language`, which is set to the same for each request.
"""

from contextlib import suppress

import flask_babel
from flask import Blueprint, Flask, current_app, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from sqlalchemy.exc import SQLAlchemyError

from dashapp.domain.access.scope import current_scope
from dashapp.domain.errors import BadInput, DashappError
from dashapp.domain.language import (
    DEFAULT_LANGUAGE,
    LANGUAGES,
    Language,
    _,
    closest_language,
    current_language,
    set_current_language,
)
from dashapp.settings import resource
from dashapp.store.people import users
from dashapp.web.access.csrf import require_token
from dashapp.web.access.people import Person, memberships, person
from dashapp.web.access.policies import public
from dashapp.web.http.safe_redirects import is_embed_path, own_path
from dashapp.web.services import services

blueprint = Blueprint("language", __name__)
_SILENT = ("/_dash/", "/livez", "/readyz", "/metrics", "/api/v1/events", "/api/v1/openapi.json")
_SPOKEN = "dashapp-languages"  # by tag: those that somebody has asked for


def init_app(server: Flask) -> None:
    """After `access`: what a request may see says which org's language it is in."""
    Babel(
        server,
        default_locale=DEFAULT_LANGUAGE,
        default_translation_directories=str(resource("locale")),
        default_domain="messages",
        locale_selector=lambda: _tag().replace("-", "_"),
    )
    server.extensions[_SPOKEN] = {}
    server.before_request(speak)
    server.teardown_request(_fall_silent)
    server.jinja_env.globals.update(language=current_language, languages=LANGUAGES)
    server.register_blueprint(blueprint)


def speak() -> None:
    """Set the language of this request, where it will say anything: scripts and probes do not."""
    if not request.path.startswith(_SILENT):
        set_language(_chosen())


def speak_without_asking() -> None:
    """The browser's language, for an error that comes before anything is known of a request.

    A database that has just failed is not asked again.
    """
    if "language" not in g:
        set_language(_of_browser())


def set_language(tag: str) -> None:
    g.language = tag
    flask_babel.refresh()
    known: dict[str, Language] = current_app.extensions[_SPOKEN]
    if _tag() not in known:
        known[_tag()] = Language(_tag(), flask_babel.get_translations())
    set_current_language(known[_tag()])


def _fall_silent(_error: BaseException | None) -> None:
    set_current_language(None)


@blueprint.post("/language")
@public
def choose() -> ResponseReturnValue:
    """Remember a person's language, and go back to where they were."""
    who, tag = person(), request.form.get("language", "")
    if who is None or tag not in LANGUAGES:
        raise BadInput(_("Choose a language from the account menu."))
    require_token()
    with services().store.write_shared() as session:
        users.set_locale(session, who.id, tag)
    return redirect(own_path(request.form.get("next")) or "/", 303)


def _tag() -> str:
    """The language of this request."""
    return str(g.get("language", DEFAULT_LANGUAGE))


def _chosen() -> str:
    found: list[str | None] = []
    with suppress(SQLAlchemyError):  # an error page is shown in some language in any case
        who = None if is_embed_path(request.path) else person()
        found += [who.locale if who else None, _org_locale(who)]
    for tag in found:
        if tag in LANGUAGES:
            return str(tag)
    return _of_browser()


def _of_browser() -> str:
    """The first language of the browser that there is, in whatever country: `es-MX` is `es`."""
    for wanted in request.accept_languages.values():
        found = closest_language(wanted)
        if found is not None:
            return found
    return DEFAULT_LANGUAGE


def _org_locale(who: Person | None) -> str | None:
    """Of the org that is looked at, else of the one that the address names, where one may know."""
    with suppress(DashappError):
        return current_scope().org.locale
    slug = (request.view_args or {}).get("org")
    if who is None or slug is None or slug not in memberships():
        return None
    return memberships()[slug][0].locale
