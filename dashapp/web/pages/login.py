"""Log in and out."""

from typing import NamedTuple

from flask import (
    Blueprint,
    Flask,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.sessions import SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect

from dashapp.domain import log_fields
from dashapp.domain.errors import BadInput
from dashapp.domain.language import _, say
from dashapp.domain.secrets import passwords
from dashapp.domain.time.instant import SECOND
from dashapp.store.people import login_sessions, users
from dashapp.store.people.login_sessions import LoginSession
from dashapp.store.people.users import User
from dashapp.web.access import security_log
from dashapp.web.access.csrf import problem_of_token, require_token
from dashapp.web.access.login import limits, tracking
from dashapp.web.access.login.credentials import Credentials, Verified, verify
from dashapp.web.access.login.limits import Locked
from dashapp.web.access.people import cookie_name, drop_cookie, person, session_id, set_cookie
from dashapp.web.access.policies import public
from dashapp.web.access.security_log import Event
from dashapp.web.http.safe_redirects import safe_path
from dashapp.web.pages.landing import landing, org_of_path
from dashapp.web.services import Services, services

blueprint = Blueprint("login", __name__)
_FORM_MAX_AGE = 12 * 3600
_DOUBLE_CLICK = 60 * SECOND
_PAGE_EXPIRED = _("This page has expired. Sign in again.")
_WRONG_CREDENTIALS = _("Incorrect email or password.")


def init_app(server: Flask) -> None:
    https = bool(services_of(server).settings.is_https)
    server.config.update(
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        # Each form checks its token. Other endpoints take JSON or only read.
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=_FORM_MAX_AGE,
        WTF_CSRF_SSL_STRICT=False,  # http/headers.py refuses requests from other sites
    )
    server.session_interface = _FormSession()
    CSRFProtect(server)
    server.register_blueprint(blueprint)


class _FormSession(SecureCookieSessionInterface):
    """Flask's session, which holds only the CSRF token of forms."""

    def get_cookie_name(self, app: Flask) -> str:  # noqa: ARG002 - Flask's interface
        return cookie_name("form")


def services_of(server: Flask) -> Services:
    with server.app_context():
        return services()


class LoginForm(NamedTuple):
    """The submitted login form. Untrusted."""

    email: str
    password: str
    next: str | None


@blueprint.get("/login")
@public
def form() -> ResponseReturnValue:
    user = person()
    if user is not None:
        return redirect(safe_path(request.args.get("next")) or landing(user.id), 302)
    return _page()


@blueprint.post("/login")
@public
def log_in() -> ResponseReturnValue:
    submitted = LoginForm(
        email=request.form.get("email", ""),
        password=request.form.get("password", ""),
        next=safe_path(request.form.get("next") or request.args.get("next")),
    )
    problem = problem_of_token(_FORM_MAX_AGE)
    if problem is not None:
        user = person()
        if user is not None:
            return redirect(submitted.next or landing(user.id), 303)  # the second of two clicks
        security_log.record(Event.CSRF_REFUSED, problem)
        return _page(say(_PAGE_EXPIRED), submitted, 400)
    return _authenticate(services(), submitted)


@blueprint.post("/logout")
@public
def log_out() -> ResponseReturnValue:
    user = person()
    if user is not None:
        require_token()
        app = services()
        tracking.end(app, user.session, "logout", at=app.now_us())
    response = make_response(redirect(url_for("login.form"), 303))
    session.clear()
    drop_cookie(response, "session")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _form_id() -> str:
    """Return what identifies the submitted form: its token, which changes after each login."""
    return str(session["csrf_token"])


def _authenticate(app: Services, submitted: LoginForm) -> ResponseReturnValue:
    try:
        passwords.check_length(submitted.password)
        email = users.normal_email(submitted.email)
    except BadInput as error:
        security_log.record(Event.LOGIN_REFUSED, "malformed")
        return _page(say(error.text, **error.values), submitted, 422)
    device = request.cookies.get(cookie_name("device"))
    given = Credentials(email, submitted.password, request.remote_addr or "", device)
    try:
        verified = verify(app, given)
    except Locked as error:
        page = _page(say(error.text, **error.values), submitted, 429)
        page.headers["Retry-After"] = str(error.retry_after)
        return page
    if verified is None:
        return _page(say(_WRONG_CREDENTIALS), submitted, 401)
    return _finish_login(app, verified, submitted)


def _finish_login(app: Services, verified: Verified, submitted: LoginForm) -> ResponseReturnValue:
    """Start a session with a new id, and drop what the browser had before the login."""
    user = verified.user
    with app.store.read_shared() as transaction:
        earlier = login_sessions.sessions_of_form(transaction, _form_id(), user.id)
        org = login_sessions.org_of_session(transaction, earlier[0]) if earlier else None
    if earlier and _is_form_used(app, earlier[0]):
        security_log.record(Event.LOGIN_REFUSED, "form_used", user=user.id, account=user.email)
        session.clear()
        return _page(say(_PAGE_EXPIRED), submitted, 400)
    target = submitted.next or landing(user.id)
    if not earlier:
        org = org_of_path(user.id, target)
    org_id = org.id if org else None
    new_id = _open_session(app, user, org_id, target)
    if new_id is None:
        security_log.record(Event.LOGIN_FAILED, "changed", user=user.id, account=user.email)
        return _page(say(_WRONG_CREDENTIALS), submitted, 401)
    tracking.catch_up_in_request(app, org_id)
    session.clear()
    _log_success(verified, org.slug if org else None)
    response = make_response(redirect(target, 303))
    set_cookie(response, "session", new_id)
    device_cookie = limits.device_cookie(app, user)
    set_cookie(response, "device", device_cookie, max_age=limits.DEVICE_MAX_AGE)
    return response


def _log_success(verified: Verified, org: str | None) -> None:
    """Log the login, and add the person to the request's own line."""
    user, device = verified.user, "known" if verified.is_known_device else "new"
    log_fields.add(user=user.id, org=org)
    security_log.record(Event.LOGIN_SUCCEEDED, account=user.email, device=device)


def _is_form_used(app: Services, first: LoginSession) -> bool:
    """Return whether the form can start no more sessions: only a double click may start two."""
    return first.ended_at is not None or app.now_us() - first.created_at > _DOUBLE_CLICK


def _open_session(app: Services, user: User, org_id: int | None, target: str) -> str | None:
    """Start a session, end the browser's earlier one, and return the id of the new one.

    Returns None if the user was disabled or their password changed after it was checked.
    """
    path, now = target.partition("?")[0], app.now_us()
    with app.store.write_shared() as transaction:
        if not users.is_unchanged(transaction, user):
            return None
        new_id = login_sessions.insert_session(
            transaction, user.id, org_id, form=_form_id(), path=path, now=now
        )
        created = login_sessions.find_session(transaction, new_id)
        old_id = session_id()
        old = login_sessions.find_session(transaction, old_id) if old_id else None
    assert created is not None
    tracking.track_login(app, created.session)
    if old is not None and old.session.ended_at is None:
        tracking.end(app, old.session, "replaced", at=now)
    return new_id


def _page(
    message: str | None = None, submitted: LoginForm | None = None, status: int = 200
) -> Response:
    return make_response(
        render_template(
            "login.html",
            message=message,
            email=submitted.email[:320] if submitted else "",
            next=submitted.next if submitted else safe_path(request.args.get("next")),
        ),
        status,
    )
