"""Who may see what: the default is nobody, and the only maker of a Scope for a request.

Every view says who may call it, by one of the decorators below; a view that says nothing is not
found. A Scope lives as long as its request.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar, cast

from flask import Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashapp.domain.access.embed import RefusedToken
from dashapp.domain.access.roles import Role
from dashapp.domain.access.scope import Org, Scope, current_scope, set_current_scope
from dashapp.domain.errors import BadInput, DashappError, Forbidden, NotFound
from dashapp.domain.language import _
from dashapp.domain.secrets.keys import KeyKind
from dashapp.queries.saved_dashboards import of_dashboard
from dashapp.store.events.rate_limits import Sender
from dashapp.store.orgs import keys
from dashapp.web.access import embed_tokens
from dashapp.web.access.embed_tokens import Opened
from dashapp.web.access.people import memberships, person
from dashapp.web.services import services

_WHO_CAN = _(
    "You are a member of %(org)s, and members do not see its dashboards. Owners, admins, authors "
    "and analytics viewers do. Ask an owner or an admin to change your role."
)
Check = Callable[[], ResponseReturnValue | None]
View = TypeVar("View", bound=Callable[..., Any])
_ATTRIBUTE = "dashapp_access"
ENDED = _("This view has ended.")
NO_SUCH_PAGE = _("There is no such page, or it is not yours to see.")


class Unauthorized(DashappError):
    """Nobody is logged in, or the key does not hold."""

    code = "unauthorized"


def scope_of_org(org: Org) -> Scope:
    """All of an org, for what the server itself writes on its behalf."""
    return Scope(org, Role.OWNER)


def init_app(server: Flask) -> None:
    """Deny by default, before anything else that listens to requests; forget the Scope after."""
    server.before_request(_guard)
    server.teardown_request(_forget)


def _guard() -> ResponseReturnValue | None:
    set_current_scope(None)
    if request.endpoint is None:
        return None  # no such route: Flask answers 404 or 405 by itself
    check: Check | None = getattr(current_app.view_functions[request.endpoint], _ATTRIBUTE, None)
    if check is None:
        raise NotFound(_("There is nothing at this address."))
    return check()


def _forget(_error: BaseException | None) -> None:
    set_current_scope(None)


def _allow(check: Check) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, _ATTRIBUTE, check)
        return view

    return mark


def is_decided(view: Callable[..., Any]) -> bool:
    """Whether a view says who may call it."""
    return hasattr(view, _ATTRIBUTE)


def _anybody() -> None:
    return None


def _board_page() -> ResponseReturnValue | None:
    if person() is None:
        return redirect(url_for("login.form", next=request.full_path.rstrip("?")), 302)
    _board_call()
    return None


def _board_call() -> None:
    if person() is None:
        raise Unauthorized(_("Your session has ended. Sign in again."))
    args = request.view_args or {}
    _enter(_scope_in(args["org"], args["dashboard"]))


def _editor() -> ResponseReturnValue | None:
    """Who may arrange a dashboard that may be arranged."""
    answer = _board_page()
    if answer is not None:
        return answer
    scope = current_scope()
    if not scope.role.can_edit_dashboards:
        raise Forbidden(
            _(
                "You can look at this dashboard, and not change it. Owners, admins and authors can."
                " Ask an owner or an admin to change your role."
            )
        )
    return None


def _embedded() -> None:
    """Whoever brings a token, and nobody by a cookie."""
    _enter_embed(_token())


def _renewing() -> None:
    """The same, also for a page that slept beyond its token's end."""
    _enter_embed(_token(is_renewal=True))


def _enter_embed(found: Opened) -> None:
    args = request.view_args or {}
    embed_tokens.require_org(found, args["org"])
    _enter(embed_tokens.scope_of(found, args["dashboard"]))


def _token(*, is_renewal: bool = False) -> Opened:
    """What is told is always the same; the org's own log has the reason."""
    try:
        return embed_tokens.opened(_bearer(), is_renewal=is_renewal)
    except RefusedToken:
        raise Unauthorized(ENDED) from None


def _bearer() -> str | None:
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


def _token_reader() -> None:
    """The API with an embed token: the one dashboard that it is for."""
    found = _token()
    if "org" in request.args:
        embed_tokens.require_org(found, request.args["org"])
    dashboard = (request.view_args or {}).get("dashboard", found.grant.dashboard)
    _enter(embed_tokens.scope_of(found, dashboard))


def _reader() -> None:
    if "." in (_bearer() or ""):  # no key has a dot, every token has two
        _token_reader()
        return
    if "Authorization" in request.headers:
        org = _key(KeyKind.READ).org  # never falls back to a cookie
        if request.args.get("org", org.slug) != org.slug:
            raise NotFound(_("There is no such org."))
        role = Role.ANALYTICS_VIEWER
    else:
        org, role = _org_of_person()
    dashboard = (request.view_args or {}).get("dashboard")
    scope = Scope(org, role, dashboard=dashboard)
    if dashboard:  # what a board opens with is for people: programs get what is documented
        scope = replace(_existing(scope), opens_with=None)
    _enter(scope)


def _sender() -> None:
    key = _key(KeyKind.INGEST)
    settings = services().settings
    g.sender = Sender(
        key.id,
        key.events_per_minute or settings.key_events_per_minute,
        key.org_events_per_minute or settings.org_events_per_minute,
    )
    _enter(scope_of_org(key.org))


def current_sender() -> Sender:
    """Whose key this request carries, where `sender` let it pass."""
    return cast("Sender", g.sender)


public = _allow(_anybody)
board_page = _allow(_board_page)
board_call = _allow(_board_call)
reader = _allow(_reader)
embedded = _allow(_embedded)
renewing = _allow(_renewing)
editor = _allow(_editor)
sender = _allow(_sender)


def _enter(scope: Scope) -> None:
    set_current_scope(scope)


def _scope_in(org_slug: str, dashboard: str) -> Scope:
    """What the person may see there. Another's org and one that does not exist look the same."""
    org, role = _membership(org_slug)
    return _existing(Scope(org, role, dashboard=dashboard))


def _membership(org_slug: str) -> tuple[Org, Role]:
    found = memberships().get(org_slug)
    if found is None:
        raise NotFound(NO_SUCH_PAGE)
    org, role = found
    if not role.can_see_dashboards:
        raise Forbidden(_WHO_CAN, org=org.name)
    return org, role


def _existing(scope: Scope) -> Scope:
    """The Scope of its dashboard. Raises NotFound, in the same words for whatever is not there."""
    try:
        with services().store.reading(scope) as session:
            return of_dashboard(session, scope)
    except NotFound:
        raise NotFound(NO_SUCH_PAGE) from None


def _key(kind: KeyKind) -> keys.Key:
    secret = _bearer()
    if secret is None:
        raise Unauthorized(
            _("Send a key like this: Authorization: Bearer dash_%(kind)s_…"), kind=kind
        )
    here = services()
    with here.store.shared() as session:
        key = keys.find_key(session, secret)
    if key is None:
        raise Unauthorized(_("This key does not hold: it was mistyped or revoked."))
    if key.kind is not kind:
        raise Forbidden(
            _("This is a key to %(has)s; this needs a key to %(needed)s."),
            has=key.kind,
            needed=kind,
        )
    if keys.is_use_to_be_noted(key, now=here.now_us()):
        with here.store.noting() as session:
            keys.note_use(session, key.id, now=here.now_us())
    return key


def _org_of_person() -> tuple[Org, Role]:
    if person() is None:
        raise Unauthorized(
            _("Send a key like this: Authorization: Bearer dash_%(kind)s_…"), kind="read"
        )
    slug = request.args.get("org")
    if not slug:
        raise BadInput(_("Name the org: add ?org=SLUG to the address."))
    return _membership(slug)
