"""Choose the language of each page: the user's or the embed token's, the org's, or the browser's.

Flask-Babel loads the translations and serves the templates. The layers below Flask translate with
`dashapp.domain.language`, which is set to the same language for each request.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import cast

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
from dashapp.web.access.people import Person, membership_in, person
from dashapp.web.access.policies import public
from dashapp.web.http.safe_redirects import is_embed_path, safe_path
from dashapp.web.services import EXTENSION as SERVICES
from dashapp.web.services import Services, services

blueprint = Blueprint("language", __name__)
_UNTRANSLATED = (  # paths whose responses have no text to translate
    "/_dash/",
    "/livez",
    "/readyz",
    "/metrics",
    "/api/v1/events",
    "/api/v1/openapi.json",
)
_EXTENSION = "dashapp-languages"  # the languages used so far, by tag


def init_app(server: Flask) -> None:
    """Call this after `web.access`: the request's Scope tells which org's language to use."""
    Babel(
        server,
        default_locale=DEFAULT_LANGUAGE,
        default_translation_directories=_folders(server),
        default_domain="messages",
        locale_selector=lambda: _tag().replace("-", "_"),
    )
    server.extensions[_EXTENSION] = {}
    server.before_request(set_request_language)
    server.teardown_request(_reset_language)
    server.jinja_env.globals.update(language=current_language, languages=LANGUAGES)
    server.register_blueprint(blueprint)


def _folders(server: Flask) -> str:
    """Return the folders with translations. The last one counts: plug-ins change no text of ours.

    Flask-Babel takes them as one text.
    """
    plugin_locales = cast("Services", server.extensions[SERVICES]).plugin_locales
    return ";".join(map(str, [*reversed(plugin_locales), resource("locale")]))


def set_request_language() -> None:
    """Set the language of this request, unless its response has no text to translate."""
    if not request.path.startswith(_UNTRANSLATED):
        _set_language(_preferred_language())


def set_fallback_language() -> None:
    """Set the browser's language if an error occurred before the request had a language.

    It does not use the database, which may be what failed.
    """
    if "language" not in g:
        _set_language(_browser_language())


def _set_language(tag: str) -> None:
    g.language = tag
    flask_babel.refresh()
    languages: dict[str, tuple[object, Language]] = current_app.extensions[_EXTENSION]
    texts = _board_texts(tag)
    if tag not in languages or languages[tag][0] is not texts:
        languages[tag] = texts, Language(tag, flask_babel.get_translations(), texts)
    set_current_language(languages[tag][1])


def _board_texts(tag: str) -> Mapping[str, str] | None:
    """Return the translations of board files; None if the database does not answer."""
    if tag == DEFAULT_LANGUAGE:
        return None
    with suppress(SQLAlchemyError):
        return services().library.definitions.translations.get(tag)
    return None


def _reset_language(_error: BaseException | None) -> None:
    set_current_language(None)


@blueprint.post("/language")
@public
def choose() -> ResponseReturnValue:
    """Store the user's language, and redirect back to their page."""
    user, tag = person(), request.form.get("language", "")
    if user is None or tag not in LANGUAGES:
        raise BadInput(_("Choose a language from the account menu."))
    require_token()
    with services().store.write_shared() as session:
        users.set_locale(session, user.id, tag)
    return redirect(safe_path(request.form.get("next")) or f"{request.script_root}/", 303)


def _tag() -> str:
    """Return the tag of this request's language."""
    return str(g.get("language", DEFAULT_LANGUAGE))


def _preferred_language() -> str:
    tags: list[str | None] = []
    with suppress(SQLAlchemyError):  # the error page needs some language too
        user = None if is_embed_path(request.path) else person()
        tags += [user.locale if user else None, _org_locale(user)]
    for tag in tags:
        if tag in LANGUAGES:
            return str(tag)
    return _browser_language()


def _browser_language() -> str:
    """Return the browser's first supported language, of any country: `es-MX` matches `es`."""
    for accepted_tag in request.accept_languages.values():
        tag = closest_language(accepted_tag)
        if tag is not None:
            return tag
    return DEFAULT_LANGUAGE


def _org_locale(user: Person | None) -> str | None:
    """Return the language of the Scope's org, else of the org in the URL if the user is in it."""
    with suppress(DashappError):
        return current_scope().org.locale
    slug = (request.view_args or {}).get("org")
    membership = membership_in(slug) if user and slug else None
    return membership.org.locale if membership else None
