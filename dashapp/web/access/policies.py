"""Who may call what: the policies that views declare, and the only source of a request's Scope."""

from collections.abc import Callable
from typing import cast

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashapp.domain import log_fields
from dashapp.domain.access.dashboard import Opened, set_current_dashboard
from dashapp.domain.access.embed import RefusedToken
from dashapp.domain.access.roles import Role
from dashapp.domain.access.scope import Org, Scope, current_scope, set_current_scope
from dashapp.domain.errors import BadInput, NotFound
from dashapp.domain.language import _
from dashapp.domain.secrets.keys import KeyKind, KeyScope
from dashapp.queries.saved_dashboards import open_dashboard
from dashapp.store.installation.keys import InstallationKey
from dashapp.store.orgs import orgs
from dashapp.store.receiving.rate_limits import Sender
from dashapp.web.access import bearer, request_session, security_log
from dashapp.web.access.actors import recording_use
from dashapp.web.access.bearer import Unauthorized
from dashapp.web.access.embedding import tokens as embed_tokens
from dashapp.web.access.guard import View, allow
from dashapp.web.access.login.required_factor import require_second_factor
from dashapp.web.access.people import membership_in, person
from dashapp.web.access.refusals import (
    ENDED,
    cannot_administer,
    cannot_edit,
    cannot_view,
    no_such_page,
    requested_path,
)
from dashapp.web.access.security_log import Event
from dashapp.web.access.sign_on.closed import way_in
from dashapp.web.services import services


def scope_of_org(org: Org) -> Scope:
    """Return the Scope of a whole org, for what the server writes on its behalf."""
    return Scope(org, Role.OWNER)


def current_sender() -> Sender:
    """Return the key and limits of this request, in a view with the policy `sender`."""
    return cast("Sender", g.sender)


def sending_key_for_all() -> InstallationKey | None:
    """Return the key of the installation that sends in this request, if it is one."""
    return cast("InstallationKey | None", g.get("sending_key_for_all"))


def _anyone() -> None:
    return None


def _board_page() -> ResponseReturnValue | None:
    if person() is None:
        return redirect(url_for("login.form", next=requested_path()), 302)
    elsewhere = way_in((request.view_args or {})["org"])
    if elsewhere is not None:
        return elsewhere
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
        raise cannot_edit()
    return None


def _administrator() -> ResponseReturnValue | None:
    """Let in owners and admins of the org, to its settings."""
    if person() is None:
        return redirect(url_for("login.form", next=requested_path()), 302)
    slug = (request.view_args or {})["org"]
    elsewhere = way_in(slug)
    if elsewhere is not None:
        return elsewhere
    org, role = _membership(slug, needs_dashboards=False)
    if not role.can_administer:
        raise cannot_administer(org)
    set_current_scope(Scope(org, role))
    return None


def _member() -> ResponseReturnValue | None:
    """Let in every member of the org."""
    if person() is None:
        return redirect(url_for("login.form", next=requested_path()), 302)
    set_current_scope(Scope(*_membership((request.view_args or {})["org"], needs_dashboards=False)))
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
        return embed_tokens.open_token(bearer.secret(), is_renewal=is_renewal)
    except RefusedToken:
        raise Unauthorized(ENDED) from None


def _reader() -> None:
    if "." in (bearer.secret() or ""):  # every token has two dots, keys have none
        _token_reader()
        return
    if "Authorization" in request.headers:
        org = bearer.org_key(KeyKind.READ).org  # never falls back to a cookie
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
    if "." in (bearer.secret() or ""):
        embed_tokens.refuse(_opened_token(), f"{request.path} cannot be read with an embed token")
    _reader()


def _sender() -> None:
    key = bearer.sending_key()
    if isinstance(key, InstallationKey):
        g.sending_key_for_all = key
        return
    settings = services().settings
    g.sender = Sender(
        key.id,
        key.events_per_minute or settings.key_events_per_minute,
        key.org_events_per_minute or settings.org_events_per_minute,
    )
    set_current_scope(scope_of_org(key.org))


def of_installation(needed: KeyScope) -> Callable[[View], View]:
    """Return a policy that lets in admin keys of the installation that may do this.

    If the path names an org, its Scope is that org's, and its audit has the use. A key opens no
    board.
    """

    def check() -> None:
        g.installation_key = key = bearer.installation_key(needed)
        log_fields.add(key=key.id)
        slug = (request.view_args or {}).get("org")
        if slug is not None:
            set_current_scope(_org_named(slug))

    return lambda view: allow(check)(recording_use(view))


def _org_named(slug: str) -> Scope | None:
    """Return the Scope of an org, None if there is none: the view decides what that means."""
    with services().store.read_shared() as session:
        try:
            return scope_of_org(orgs.find_org(session, slug))
        except NotFound:
            return None


public = allow(_anyone)
board_page = allow(_board_page)
board_call = allow(_board_call)
reader = allow(_reader)
org_reader = allow(_org_reader)
embedded = allow(_embedded)
renewing = allow(_renewing)
editor = allow(_editor)
administrator = allow(_administrator)
member = allow(_member)
sender = allow(_sender)


def _enter_dashboard(opened: Opened) -> None:
    set_current_scope(opened.scope)
    set_current_dashboard(opened)


def _membership(slug: str, *, needs_dashboards: bool = True) -> tuple[Org, Role]:
    """Return the person's org and role. Another org and none at all look the same."""
    membership = membership_in(slug)
    if membership is None:
        raise no_such_page("not_a_member")
    org, role = membership.org, membership.role
    log_fields.add(org=org.slug)
    require_second_factor(membership)
    if needs_dashboards and not role.can_see_dashboards:
        raise cannot_view(org)
    return org, role


def _open(scope: Scope) -> Opened:
    """Open the Scope's dashboard. Raises NotFound, with the same message in all cases."""
    try:
        with request_session.read(scope) as session:
            return open_dashboard(session, scope)
    except NotFound:
        raise no_such_page("no_such_dashboard") from None


def _org_of_person() -> tuple[Org, Role]:
    if person() is None:
        raise bearer.missing_key(KeyKind.READ)
    slugs = request.args.getlist("org")
    if len(slugs) > 1:
        raise BadInput(_("Duplicate parameter “%(name)s”. Send it once."), name="org")
    if not slugs or not slugs[0]:
        raise BadInput(_("Missing org: add ?org=SLUG to the URL."))
    return _membership(slugs[0])
