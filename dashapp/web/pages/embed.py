"""Embedded boards: a shell that holds nothing, and tokens for the page that fills it.

The shell is the same for everybody and for what does not exist; who may frame it is in a header.
Everything else needs a bearer, and no cookie counts or is set.
"""

from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, g, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from dashapp.domain.access.colors import SERIES_COLORS
from dashapp.domain.access.embed import RefusedToken
from dashapp.domain.access.scope import current_scope
from dashapp.domain.access.theme import Theme, css_variables, parse_theme
from dashapp.domain.errors import BadInput, NotFound, TooLarge
from dashapp.domain.events.event import is_slug
from dashapp.domain.language import current_language, say
from dashapp.queries.saved_dashboards import saved_dashboards
from dashapp.store.orgs import orgs
from dashapp.store.orgs.origins import origins_of
from dashapp.web.access.embed_tokens import Opened, page_token
from dashapp.web.access.guard import ENDED, Unauthorized, embedded, public, renewing
from dashapp.web.http.assets import files, revalidated
from dashapp.web.http.safe_redirects import is_embed_path
from dashapp.web.pages.chrome import words
from dashapp.web.services import services

blueprint = Blueprint("embed", __name__)
_AN_HOUR = 3_600
_MOST_OF_A_THEME = 4_096


@blueprint.get("/embed.js")
@public
def script() -> ResponseReturnValue:
    """For the vendor's page: one element, one file, packed by `make embed.js`."""
    return revalidated(files().plain("embed.min.js"), f"public, max-age={_AN_HOUR}")


@blueprint.post("/embed/<org>/<dashboard>/token")
@renewing
def token(org: str, dashboard: str) -> ResponseReturnValue:  # noqa: ARG001 - the Scope holds them
    """A page token for an embed token, or for a page token that still holds."""
    found: Opened = g.embed
    try:
        made = page_token(found)
    except RefusedToken:
        raise Unauthorized(ENDED) from None
    return jsonify(
        token=made.token,
        seconds=made.seconds,
        can_renew=made.can_renew,
        language=current_language().tag,
        title=say(current_scope().title),
        words=words(),
        theme=_look(found.grant.theme or Theme()),
    )


@blueprint.post("/embed/<org>/<dashboard>/theme")
@embedded
def theme(org: str, dashboard: str) -> ResponseReturnValue:  # noqa: ARG001
    """What a theme from the page around means here; an accent that cannot be read is mended."""
    if (request.content_length or 0) > _MOST_OF_A_THEME:
        raise TooLarge("A theme is smaller.")
    try:
        return jsonify(_look(parse_theme(request.get_json(silent=True))))
    except RecursionError:
        raise BadInput("That is no theme.") from None
    except BadInput as error:
        raise BadInput(error.message[0].upper() + error.message[1:] + ".") from None


def framed(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """The shell, with who may frame it for its script, too."""

    def shell(org: str, dashboard: str) -> ResponseReturnValue:
        _allow_framing(org, dashboard)
        return view(org=org, dashboard=dashboard)

    return shell


@blueprint.after_app_request
def _say_who_may_frame(response: Response) -> Response:
    """On every answer below a board's address that is no fault of ours."""
    args = request.view_args or {}
    is_of_board = is_embed_path(request.path) and "dashboard" in args
    if (
        is_of_board
        and "frame_ancestors" not in g
        and response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
    ):
        with suppress(SQLAlchemyError):
            _allow_framing(args["org"], args["dashboard"])
    return response


def _allow_framing(org: str, dashboard: str) -> None:
    """Let the org's origins frame this answer; nobody where there is no such dashboard."""
    here, allowed = services(), []
    if is_slug(org) and is_slug(dashboard):
        with here.store.shared() as session:
            allowed = list(origins_of(session, org))
    g.frame_ancestors = allowed if allowed and _exists(org, dashboard) else []


def _exists(org: str, dashboard: str) -> bool:
    here = services()
    with suppress(NotFound):
        return current_scope().dashboard == dashboard  # whoever was let in
    try:
        with here.store.shared() as session:
            found = orgs.find_org(session, org)
    except NotFound:
        return False
    scope = here.scope_of_org(found)
    with here.store.reading(scope) as session:
        return dashboard in {one.slug for one in saved_dashboards(session, scope)}


def _look(wanted: Theme) -> dict[str, Any]:
    return {
        "mode": wanted.mode,
        "background": wanted.background,
        "variables": css_variables(wanted),
        "series": {"drawn": SERIES_COLORS, "own": len(wanted.series_colors)},
    }
