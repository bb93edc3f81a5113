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
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect, ValidationError, validate_csrf

from dashapp.domain.errors import BadInput, NotFound, TooMany
from dashapp.domain.language import _, say
from dashapp.domain.secrets import passwords
from dashapp.domain.time.instant import SECOND
from dashapp.store.people import login_sessions, users
from dashapp.store.people.login_sessions import LoginSession
from dashapp.store.people.users import User
from dashapp.web.access import login_limits, tracking
from dashapp.web.access.csrf import require_token
from dashapp.web.access.people import cookie_name, drop_cookie, person, session_id, set_cookie
from dashapp.web.access.policies import public
from dashapp.web.http.safe_redirects import own_path
from dashapp.web.pages.landing import landing, org_of_path
from dashapp.web.services import Services, services

blueprint = Blueprint("login", __name__)
_FORM_MAX_AGE = 12 * 3600
_SAME_CLICK = 60 * SECOND
_STALE = _("This page has expired. Sign in again.")
_WRONG = _("Incorrect email or password.")


def init_app(server: Flask) -> None:
    https = bool(services_of(server).settings.is_https)
    server.config.update(
        SESSION_COOKIE_NAME="__Host-dashapp-form" if https else "dashapp-form",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_CHECK_DEFAULT=False,  # each form asks; everything else takes JSON or only reads
        WTF_CSRF_TIME_LIMIT=_FORM_MAX_AGE,
        WTF_CSRF_SSL_STRICT=False,  # `headers.refuse_other_sites` looks at where a post is from
    )
    CSRFProtect(server)
    server.register_blueprint(blueprint)


def services_of(server: Flask) -> Services:
    with server.app_context():
        return services()


class Form(NamedTuple):
    """What was sent to the login page. Untrusted."""

    email: str
    password: str
    next: str | None


@blueprint.get("/login")
@public
def form() -> ResponseReturnValue:
    if person() is not None:
        return redirect(own_path(request.args.get("next")) or landing(), 302)
    return _page()


@blueprint.post("/login")
@public
def log_in() -> ResponseReturnValue:
    sent = Form(
        email=request.form.get("email", ""),
        password=request.form.get("password", ""),
        next=own_path(request.form.get("next") or request.args.get("next")),
    )
    if not _is_fresh():
        if person() is not None:
            return redirect(sent.next or landing(), 303)  # the second of two clicks
        return _page(say(_STALE), sent, 400)
    return _check(services(), sent)


@blueprint.post("/logout")
@public
def log_out() -> ResponseReturnValue:
    who = person()
    if who is not None:
        require_token()
        here = services()
        tracking.end(here, who.session, "logout", at=here.now_us())
    response = make_response(redirect(url_for("login.form"), 303))
    session.clear()
    drop_cookie(response, "session")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _is_fresh() -> bool:
    """Whether the form was made here, for this browser, and not too long ago."""
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    return True


def _form_id() -> str:
    """What names the form that was sent: its token, new after each login."""
    return str(session["csrf_token"])


def _check(here: Services, sent: Form) -> ResponseReturnValue:
    try:
        passwords.check_length(sent.password)
        email = users.normal_email(sent.email)
    except BadInput as error:
        return _page(say(error.text, **error.values), sent, 422)
    device = request.cookies.get(cookie_name("device"))
    attempt = login_limits.attempt_of(here, email, request.remote_addr or "", device)
    try:
        login_limits.check(here, attempt)
    except TooMany as error:
        page = _page(say(error.text, **error.values), sent, 429)
        page.headers["Retry-After"] = str(error.retry_after)
        return page
    user = _verified(here, email, sent.password)
    if user is None:
        return _page(say(_WRONG), sent, 401)
    login_limits.forget(here, attempt)
    return _welcome(here, user, sent)


def _verified(here: Services, email: str, password: str) -> User | None:
    """The person if the password fits; the same work is done for somebody who does not exist."""
    with here.store.read_shared() as transaction:
        try:
            user = users.find_user(transaction, email)
        except NotFound:
            user = None
    matches = passwords.verify(user.password_hash if user else None, password)
    if user is None or user.is_disabled or not matches:
        return None
    if passwords.needs_rehash(user.password_hash):
        return _rehashed(here, user, passwords.hash_password(password))
    return user


def _rehashed(here: Services, user: User, password_hash: str) -> User:
    """The same password under today's parameters, unless it was changed in between."""
    with here.store.write_shared() as transaction:
        if users.is_unchanged(transaction, user):
            users.set_password(transaction, user.id, password_hash)
            return user._replace(password_hash=password_hash)
    return user


def _welcome(here: Services, user: User, sent: Form) -> ResponseReturnValue:
    """A new session under a new id; what the browser had before login is dropped."""
    with here.store.read_shared() as transaction:
        before = login_sessions.sessions_of_form(transaction, _form_id(), user.id)
        found = users.memberships_of(transaction, user.id)
    if before and _is_used_up(here, before[0]):
        session.clear()
        return _page(say(_STALE), sent, 400)
    target = sent.next or landing(found)
    org_id = before[0].org_id if before else org_of_path(found, target)
    new_id = _open_session(here, user, org_id, target)
    if new_id is None:
        return _page(say(_WRONG), sent, 401)
    tracking.catch_up(here)
    session.clear()
    response = make_response(redirect(target, 303))
    set_cookie(response, "session", new_id)
    known = login_limits.device_cookie(here, user.email)
    set_cookie(response, "device", known, max_age=login_limits.DEVICE_MAX_AGE)
    return response


def _is_used_up(here: Services, first: LoginSession) -> bool:
    """A form opens a session once; the same click may arrive twice, within a minute."""
    return first.ended_at is not None or here.now_us() - first.created_at > _SAME_CLICK


def _open_session(here: Services, user: User, org_id: int | None, target: str) -> str | None:
    """The id of a new session; the one that the browser had before is ended.

    None where the password was changed or the person disabled since it was compared.
    """
    path, now = target.partition("?")[0], here.now_us()
    with here.store.write_shared() as transaction:
        if not users.is_unchanged(transaction, user):
            return None
        new_id = login_sessions.insert_session(
            transaction, user.id, org_id, form=_form_id(), path=path, now=now
        )
        created = login_sessions.find_session(transaction, new_id)
        old_id = session_id()
        old = login_sessions.find_session(transaction, old_id) if old_id else None
    assert created is not None
    tracking.track_login(here, created.session)
    if old is not None and old.session.ended_at is None:
        tracking.end(here, old.session, "replaced", at=now)
    return new_id


def _page(message: str | None = None, sent: Form | None = None, status: int = 200) -> Response:
    return make_response(
        render_template(
            "login.html",
            message=message,
            email=sent.email[:320] if sent else "",
            next=sent.next if sent else own_path(request.args.get("next")),
        ),
        status,
    )
