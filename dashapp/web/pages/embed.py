"""Embedded boards: an empty shell, and the tokens for the page that fills it.

The shell is the same for everyone, and for dashboards that do not exist. A header says who may
frame it. Everything else needs a bearer token; cookies are neither read nor set.
"""

from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, g, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from dashapp.domain.access.colors import SERIES_COLORS
from dashapp.domain.access.dashboard import current_dashboard
from dashapp.domain.access.embed import RefusedToken
from dashapp.domain.access.scope import current_scope
from dashapp.domain.access.theme import Theme, css_variables, parse_theme
from dashapp.domain.errors import BadInput, NotFound, TooLarge
from dashapp.domain.events.event import is_slug
from dashapp.domain.language import current_language, say
from dashapp.queries.saved_dashboards import saved_dashboards
from dashapp.store.orgs import orgs
from dashapp.store.orgs.origins import origins_of
from dashapp.web.access import request_session, security_log
from dashapp.web.access.bearer import Unauthorized
from dashapp.web.access.embedding.tokens import OpenedToken, page_token
from dashapp.web.access.policies import embedded, public, renewing
from dashapp.web.access.refusals import ENDED
from dashapp.web.access.security_log import Event
from dashapp.web.http.assets import files, revalidated
from dashapp.web.http.safe_redirects import is_embed_path
from dashapp.web.pages.presenting import OWN_PAGES
from dashapp.web.pages.texts.words import words
from dashapp.web.pages.viewing import count_view
from dashapp.web.services import services

blueprint = Blueprint("embed", __name__)
_HOUR = 3_600
_MAX_THEME_BYTES = 4_096
PREVIEW = "preview"  # a parameter: only this server's settings frame the page


@blueprint.get("/embed.js")
@public
def script() -> ResponseReturnValue:
    """Serve the script for the page that embeds the board."""
    return revalidated(files().find("embed.js"), f"public, max-age={_HOUR}")


@blueprint.post("/embed/<org>/<dashboard>/token")
@renewing
def token(org: str, dashboard: str) -> ResponseReturnValue:  # noqa: ARG001 - the policy opened it
    """Exchange an embed token, or an active page token, for a new page token."""
    opened_token: OpenedToken = g.embed
    try:
        new = page_token(opened_token)
    except RefusedToken as error:
        security_log.record(Event.TOKEN_REFUSED, error.code)
        raise Unauthorized(ENDED) from None
    if not opened_token.is_page:
        count_view(current_scope(), f"embed:{opened_token.grant.viewer}")
    return jsonify(
        token=new.token,
        seconds=new.seconds,
        can_renew=new.can_renew,
        language=current_language().tag,
        title=say(current_dashboard().dashboard.title),
        words=words(),
        theme=_theme_settings(opened_token.grant.theme or Theme()),
    )


@blueprint.post("/embed/<org>/<dashboard>/theme")
@embedded
def theme(org: str, dashboard: str) -> ResponseReturnValue:  # noqa: ARG001
    """Return a theme of the parent page as CSS variables. Unreadable accents are corrected."""
    if (request.content_length or 0) > _MAX_THEME_BYTES:
        raise TooLarge("The theme is too large (4 KB at most).")
    try:
        return jsonify(_theme_settings(parse_theme(request.get_json(silent=True))))
    except RecursionError:
        raise BadInput("Invalid theme.") from None
    except BadInput as error:
        raise BadInput(f"Invalid theme: {error.message}.") from None


def framed(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Wrap the view of the shell, so that the org's origins may frame its responses.

    Only pages of this server may frame a preview.
    """

    def shell(org: str, dashboard: str) -> ResponseReturnValue:
        if PREVIEW in request.args:
            g.frame_ancestors = [OWN_PAGES] if _exists(org, dashboard) else []
        else:
            _allow_framing(org, dashboard)
        return view(org=org, dashboard=dashboard)

    return shell


@blueprint.after_app_request
def _add_frame_ancestors(response: Response) -> Response:
    """Set who may frame a response below an embedded board's URL, including errors below 500."""
    args = request.view_args or {}
    is_board = is_embed_path(request.path) and "dashboard" in args
    if (
        is_board
        and "frame_ancestors" not in g
        and response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
    ):
        with suppress(SQLAlchemyError):
            _allow_framing(args["org"], args["dashboard"])
    return response


def _allow_framing(org: str, dashboard: str) -> None:
    """Let the org's origins frame this response. If the dashboard does not exist, nobody may."""
    allowed: list[str] = []
    if is_slug(org) and is_slug(dashboard):
        with services().store.read_shared() as session:
            allowed = list(origins_of(session, org))
    g.frame_ancestors = allowed if allowed and _exists(org, dashboard) else []


def _exists(org: str, dashboard: str) -> bool:
    app = services()
    with suppress(NotFound):
        return current_scope().dashboard == dashboard  # a policy has opened it
    try:
        with app.store.read_shared() as session:
            scope = app.scope_of_org(orgs.find_org(session, org))
    except NotFound:
        return False
    with request_session.read(scope) as session:
        return dashboard in {saved.slug for saved in saved_dashboards(session, scope)}


def _theme_settings(theme_: Theme) -> dict[str, Any]:
    return {
        "mode": theme_.mode,
        "background": theme_.background,
        "variables": css_variables(theme_),
        "series": {"drawn": SERIES_COLORS, "own": len(theme_.series_colors)},
    }
