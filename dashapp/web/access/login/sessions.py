"""Start a login session: the one way in, whatever a person proved who they are with."""

from typing import Literal, NamedTuple

from flask import Response, make_response, redirect, request, session
from sqlalchemy.orm import Session

from dashapp.domain import log_fields
from dashapp.domain.access.actors import Action, ActorKind
from dashapp.domain.access.scope import Org
from dashapp.domain.errors import BadInput
from dashapp.domain.language import _
from dashapp.domain.secrets.keys import make_session_id
from dashapp.domain.time.instant import SECOND
from dashapp.store.administration.people.people import MOST_ORGS
from dashapp.store.audit.entries import add_entry
from dashapp.store.mail.kinds import MailKind
from dashapp.store.mail.notices import tell_owners
from dashapp.store.people import login_sessions, users
from dashapp.store.people.login_sessions import LoginSession, NewSession
from dashapp.store.people.memberships import SECOND_FACTORS, Visitor, passed_by_owner
from dashapp.store.people.users import User
from dashapp.web.access import security_log
from dashapp.web.access.actors import actor_of, current_actor
from dashapp.web.access.addresses import client_address
from dashapp.web.access.browsers import browser_name
from dashapp.web.access.links import outbox
from dashapp.web.access.login import limits, tracking
from dashapp.web.access.login.landing import landing, org_of_path
from dashapp.web.access.people import Person, session_id, set_cookie
from dashapp.web.access.security_log import Event
from dashapp.web.services import Services

PAGE_EXPIRED = _("This page has expired. Sign in again.")
WRONG_CREDENTIALS = _("Incorrect email or password.")
_DOUBLE_CLICK = 60 * SECOND


class How(NamedTuple):
    """What a person proved who they are with.

    `provider` is the id of an org's own identity provider: the session opens that org only, and
    cannot change how the person signs in. It is None for the installation's provider.
    """

    method: Literal["password", "totp", "recovery_code", "passkey", "sso", "invitation"]
    provider: str | None = None
    is_known_device: bool = False


class NotSignedIn(BadInput):
    """The session cannot be started; `status` is the one to answer with."""

    def __init__(self, text: str, status: int) -> None:
        super().__init__(text)
        self.status = status


def sign_in(app: Services, user: User, how: How, target: str | None) -> Response:
    """Start a session with a new id, drop what the browser had before, and go to the target.

    The caller has checked everything, the second factor too. The target is a path of this server
    (`safe_path`); without one, the person lands on their first board. Raises NotSignedIn if the
    form was used before, or the user was disabled or got a new password meanwhile.
    """
    who = Visitor(user.id, how.provider, how.method)
    target = target or landing(who)
    org = _org_of_login(app, who, target)
    new_id = _open_session(app, user, how, org, target)
    tracking.catch_up_in_request(app, org.id if org else None)
    session.clear()
    _log_success(user, how, org)
    response = make_response(redirect(target, 303))
    set_cookie(response, "session", new_id)
    if how.provider is None:
        device_cookie = limits.device_cookie(app, user)
        set_cookie(response, "device", device_cookie, max_age=limits.DEVICE_MAX_AGE)
    return response


def sign_out(app: Services, user: Person) -> None:
    """End the person's session on every worker at once, and record it where they signed in."""
    now = app.now_us()
    with app.store.write_shared() as transaction:
        has_ended = login_sessions.end_login(transaction, user.session, "logout", at=now)
        org = login_sessions.org_of_session(transaction, user.session) if has_ended else None
        if org is not None:
            scope, actor = app.scope_of_org(org), current_actor()
            app.store.enter_org(transaction, scope)
            add_entry(transaction, scope, actor, Action.SIGNED_OUT, user.email, now=now)
    if has_ended:
        security_log.record(Event.LOGOUT, user=user.id)
    tracking.track_logout(app, user.session, "logout", now)


def form_id() -> str:
    """Return what identifies the submitted form: its token, which changes after each login."""
    return str(session.get("csrf_token") or make_session_id())


def _org_of_login(app: Services, who: Visitor, target: str) -> Org | None:
    """Return the org where the login counts: that of the first session, after a double click."""
    with app.store.read_shared() as transaction:
        earlier = login_sessions.sessions_of_form(transaction, form_id(), who.user)
        org = login_sessions.org_of_session(transaction, earlier[0]) if earlier else None
    if earlier and _is_form_used(app, earlier[0]):
        security_log.record(Event.LOGIN_REFUSED, "form_used", user=who.user)
        session.clear()
        raise NotSignedIn(PAGE_EXPIRED, 400)
    return org if earlier else org_of_path(who, target)


def _is_form_used(app: Services, first: LoginSession) -> bool:
    """Return whether the form can start no more sessions: only a double click may start two."""
    return first.ended_at is not None or app.now_us() - first.created_at > _DOUBLE_CLICK


def _open_session(app: Services, user: User, how: How, org: Org | None, target: str) -> str:
    """Start a session, record it in the org's audit, and end the browser's earlier session.

    Returns its id. Raises NotSignedIn if the user was disabled or got a new password meanwhile.
    """
    now, scope = app.now_us(), app.scope_of_org(org) if org else None
    new = _new_session(user, how, org, target)
    with app.store.write_shared() as transaction:
        if not users.is_unchanged(transaction, user):
            security_log.record(Event.LOGIN_FAILED, "changed", user=user.id, account=user.email)
            raise NotSignedIn(WRONG_CREDENTIALS, 401)
        new_id = login_sessions.insert_session(transaction, new, now=now)
        created = login_sessions.find_session(transaction, new_id)
        old_id = session_id()
        old = login_sessions.find_session(transaction, old_id) if old_id else None
        if scope:  # its lock is not needed: nobody waits to sign in
            app.store.enter_org(transaction, scope)
            actor = actor_of(ActorKind.MEMBER, str(user.id), user.email)
            after = {"method": how.method}
            add_entry(transaction, scope, actor, Action.SIGNED_IN, user.email, after=after, now=now)
        _report_passed(app, transaction, user, how, now=now)
    assert created is not None
    tracking.track_login(app, created.session)
    if old is not None and old.session.ended_at is None:
        tracking.end(app, old.session, "replaced", at=now)
    return new_id


def _report_passed(app: Services, transaction: Session, user: User, how: How, *, now: int) -> None:
    """Record and mail that an owner goes around the provider that is the only way in."""
    if how.method not in SECOND_FACTORS:
        return
    actor = actor_of(ActorKind.MEMBER, str(user.id), user.email)
    who = Visitor(user.id, how.provider, how.method)
    for passed in passed_by_owner(transaction, who, most=MOST_ORGS):
        scope = app.scope_of_org(passed.org)
        app.store.enter_org(transaction, scope)
        after = {"method": how.method, "provider": passed.provider}
        add_entry(transaction, scope, actor, Action.BREAK_GLASS, user.email, after=after, now=now)
        params = {"owner": user.email, "provider": passed.provider}
        tell_owners(transaction, outbox(), MailKind.BREAK_GLASS, scope, params, now=now)


def _new_session(user: User, how: How, org: Org | None, target: str) -> NewSession:
    return NewSession(
        user.id,
        org.id if org else None,
        form_id(),
        target.partition("?")[0],
        how.method,
        how.provider,
        client_address(request.remote_addr),
        browser_name(request.headers.get("User-Agent")),
    )


def _log_success(user: User, how: How, org: Org | None) -> None:
    """Log the login, and add the person to the request's own line."""
    device = "known" if how.is_known_device else "new"
    log_fields.add(user=user.id, org=org.slug if org else None)
    security_log.record(Event.LOGIN_SUCCEEDED, account=user.email, device=device, method=how.method)
