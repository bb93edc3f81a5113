"""Who may call what: the policies that views declare, and the only source of a request's Scope."""

from typing import cast

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashapp.domain import log_fields
from dashapp.domain.access.dashboard import Opened, set_current_dashboard
from dashapp.domain.access.embed import RefusedToken
from dashapp.domain.access.roles import Role
from dashapp.domain.access.scope import Org, Scope, current_scope, set_current_scope
from dashapp.domain.errors import BadInput, DashappError, Forbidden, NotFound
from dashapp.domain.language import _
from dashapp.domain.secrets.keys import KeyKind
from dashapp.queries.saved_dashboards import open_dashboard
from dashapp.store.events.rate_limits import Sender
from dashapp.store.orgs import keys
from dashapp.web.access import embed_tokens, request_session, security_log
from dashapp.web.access.guard import allow
from dashapp.web.access.people import memberships, person
from dashapp.web.access.security_log import Event
from dashapp.web.services import services

_MEMBERS_CANNOT_VIEW = _(
    "Your role in %(org)s is member, which cannot view dashboards. Owners, admins, authors, and "
    "analytics viewers can. Ask an owner or an admin to change your role."
)
ENDED = _("This view has expired.")
NO_SUCH_PAGE = _("This page doesn't exist, or you don't have access to it.")


class Unauthorized(DashappError):
    """The request has no valid login session, key or token."""

    code = "unauthorized"


def scope_of_org(org: Org) -> Scope:
    """Return the Scope of a whole org, for what the server writes on its behalf."""
    return Scope(org, Role.OWNER)


def current_sender() -> Sender:
    """Return the key and limits of this request, in a view with the policy `sender`."""
    return cast("Sender", g.sender)


def requested_path() -> str:
    """Return the path and query of this request, as browsers know them."""
    return str(request.script_root + request.full_path).rstrip("?")


def _anyone() -> None:
    return None


def _board_page() -> ResponseReturnValue | None:
    if person() is None:
        return redirect(url_for("login.form", next=requested_path()), 302)
    _board_call()
    return None


def _board_call() -> None:
    if person() is None:
        raise Unauthorized(_("Your session has expired. Sign in again."))
    args = request.view_args or {}
    org, role = _membership(args["org"])
    _enter_dashboard(_open(Scope(org, role, dashboard=args["dashboard"])))


def _editor() -> ResponseReturnValue | None:
    """Let in users who may edit the dashboard's layout."""
    response = _board_page()
    if response is not None:
        return response
    request_session.close()  # the view writes, and must not read an old snapshot afterwards
    if not current_scope().role.can_edit_dashboards:
        security_log.record(Event.ACCESS_REFUSED, "role")
        raise Forbidden(
            _(
                "You can view this dashboard but not change it. Owners, admins, and authors can. "
                "Ask an owner or an admin to change your role."
            )
        )
    return None


def _embedded() -> None:
    """Let in a valid token. Cookies do not count."""
    _enter_embed(_opened_token())


def _renewing() -> None:
    """Let in an expired page token too: it may have expired while the computer slept."""
    _enter_embed(_opened_token(is_renewal=True))


def _enter_embed(token: embed_tokens.OpenedToken) -> None:
    args = request.view_args or {}
    embed_tokens.require_org(token, args["org"])
    _enter_dashboard(embed_tokens.open_dashboard_of(token, args["dashboard"]))


def _opened_token(*, is_renewal: bool = False) -> embed_tokens.OpenedToken:
    """Return the request's token. The viewer is never told why it was refused."""
    try:
        return embed_tokens.open_token(_bearer(), is_renewal=is_renewal)
    except RefusedToken:
        raise Unauthorized(ENDED) from None


def _bearer() -> str | None:
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


def _reader() -> None:
    if "." in (_bearer() or ""):  # every token has two dots, keys have none
        _token_reader()
        return
    if "Authorization" in request.headers:
        org = _key(KeyKind.READ).org  # never falls back to a cookie
        if request.args.get("org", org.slug) != org.slug:
            security_log.record(Event.ACCESS_REFUSED, "other_org")
            raise NotFound(_("Org not found."))
        role = Role.ANALYTICS_VIEWER
    else:
        org, role = _org_of_person()
    dashboard = (request.view_args or {}).get("dashboard")
    scope = Scope(org, role, dashboard=dashboard)
    if dashboard:
        _enter_dashboard(_open(scope).for_programs())
    else:
        set_current_scope(scope)


def _token_reader() -> None:
    """Let an embed token read the API of its own dashboard."""
    token = _opened_token()
    if "org" in request.args:
        embed_tokens.require_org(token, request.args["org"])
    dashboard = (request.view_args or {}).get("dashboard", token.grant.dashboard)
    _enter_dashboard(embed_tokens.open_dashboard_of(token, dashboard))


def _org_reader() -> None:
    """Let in read keys and login sessions, but no embed tokens: they are for one dashboard."""
    if "." in (_bearer() or ""):
        embed_tokens.refuse(_opened_token(), f"{request.path} cannot be read with an embed token")
    _reader()


def _sender() -> None:
    key = _key(KeyKind.INGEST)
    settings = services().settings
    g.sender = Sender(
        key.id,
        key.events_per_minute or settings.key_events_per_minute,
        key.org_events_per_minute or settings.org_events_per_minute,
    )
    set_current_scope(scope_of_org(key.org))


public = allow(_anyone)
board_page = allow(_board_page)
board_call = allow(_board_call)
reader = allow(_reader)
org_reader = allow(_org_reader)
embedded = allow(_embedded)
renewing = allow(_renewing)
editor = allow(_editor)
sender = allow(_sender)


def _enter_dashboard(opened: Opened) -> None:
    set_current_scope(opened.scope)
    set_current_dashboard(opened)


def no_such_page(reason: str) -> NotFound:
    """Return the error for a page that a person may not know about, and log why."""
    security_log.record(Event.ACCESS_REFUSED, reason)
    return NotFound(NO_SUCH_PAGE)


def _membership(slug: str) -> tuple[Org, Role]:
    """Return the person's org and role. Another org and none at all look the same."""
    membership = memberships().get(slug)
    if membership is None:
        raise no_such_page("not_a_member")
    org, role = membership
    log_fields.add(org=org.slug)
    if not role.can_see_dashboards:
        security_log.record(Event.ACCESS_REFUSED, "role")
        raise Forbidden(_MEMBERS_CANNOT_VIEW, org=org.name)
    return org, role


def _open(scope: Scope) -> Opened:
    """Open the Scope's dashboard. Raises NotFound, with the same message in all cases."""
    try:
        with request_session.read(scope) as session:
            return open_dashboard(session, scope)
    except NotFound:
        raise no_such_page("no_such_dashboard") from None


def _key(kind: KeyKind) -> keys.Key:
    secret = _bearer()
    if secret is None:
        raise _missing_key(kind)
    store, now = services().store, services().now_us()
    with store.read_shared() as session:
        key = keys.find_key(session, secret)
        refused = keys.why_refused(session, secret) if key is None else None
    known = key or (refused.key if refused else None)
    if known is not None:
        log_fields.add(org=known.org.slug, key=known.id)
    if key is None:
        security_log.record(Event.KEY_REFUSED, refused.reason if refused else None)
        raise Unauthorized(
            _(
                "Invalid key: it was mistyped or has been revoked. Create one with "
                "“dashapp key add”."
            )
        )
    if key.kind is not kind:
        security_log.record(Event.KEY_REFUSED, "wrong_kind")
        raise Forbidden(
            _("This endpoint needs a key of kind %(needed)s; this key is of kind %(has)s."),
            has=key.kind,
            needed=kind,
        )
    if keys.should_record_use(key, now=now):
        with store.try_write_shared() as session:
            keys.record_use(session, key, now=now)
    return key


def _missing_key(kind: KeyKind) -> Unauthorized:
    if log_fields.reason() is None:  # else, the login session was refused
        security_log.record(Event.KEY_REFUSED, "missing")
    return Unauthorized(
        _("Missing API key. Send it as Authorization: Bearer dash_%(kind)s_…"), kind=kind
    )


def _org_of_person() -> tuple[Org, Role]:
    if person() is None:
        raise _missing_key(KeyKind.READ)
    slug = request.args.get("org")
    if not slug:
        raise BadInput(_("Missing org: add ?org=SLUG to the URL."))
    return _membership(slug)
