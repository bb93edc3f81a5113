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

from dashapp.domain.errors import BadInput
from dashapp.domain.language import say
from dashapp.domain.secrets import passwords
from dashapp.store.people import users
from dashapp.web.access import security_log
from dashapp.web.access.csrf import problem_of_token, require_token
from dashapp.web.access.links import outbox
from dashapp.web.access.login.credentials import Credentials, verify
from dashapp.web.access.login.landing import landing
from dashapp.web.access.login.limits import Locked
from dashapp.web.access.login.passkeys import why_unavailable
from dashapp.web.access.login.second_factor import continue_sign_in
from dashapp.web.access.login.sessions import (
    PAGE_EXPIRED,
    WRONG_CREDENTIALS,
    How,
    NotSignedIn,
    sign_out,
)
from dashapp.web.access.people import Person, cookie_name, drop_cookie, person
from dashapp.web.access.policies import public
from dashapp.web.access.security_log import Event
from dashapp.web.access.sign_on.links import leads_to_providers, links_to_sign_in, their_logout
from dashapp.web.http.safe_redirects import safe_path
from dashapp.web.services import Services, services

blueprint = Blueprint("login", __name__)
_FORM_MAX_AGE = 12 * 3600


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
    server.jinja_env.globals["sends_mails"] = lambda: outbox() is not None
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
        return redirect(safe_path(request.args.get("next")) or landing(user.visitor), 302)
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
            return redirect(submitted.next or landing(user.visitor), 303)  # second of two clicks
        security_log.record(Event.CSRF_REFUSED, problem)
        return _page(say(PAGE_EXPIRED), submitted, 400)
    return _authenticate(services(), submitted)


@blueprint.post("/logout")
@public
def log_out() -> ResponseReturnValue:
    user = person()
    if user is not None:
        require_token()
        sign_out(services(), user)
    response = _after_logout(user)
    session.clear()
    drop_cookie(response, "session")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _after_logout(user: Person | None) -> Response:
    """Return the login page, or the way to sign out of the person's identity provider, too.

    That is a link: browsers do not let a form lead to another site.
    """
    theirs = their_logout(services(), user) if user else None
    if theirs is None:
        return make_response(redirect(url_for("login.form"), 303))
    return make_response(render_template("sign_on/signed_out.html", theirs=theirs))


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
        return _page(say(WRONG_CREDENTIALS), submitted, 401)
    try:
        how = How("password", is_known_device=verified.is_known_device)
        return continue_sign_in(app, verified.user, how, submitted.next)
    except NotSignedIn as error:
        return _page(say(error.text), submitted, error.status)


def _page(
    message: str | None = None, submitted: LoginForm | None = None, status: int = 200
) -> Response:
    target = submitted.next if submitted else safe_path(request.args.get("next"))
    return make_response(
        render_template(
            "login.html",
            message=message,
            email=submitted.email[:320] if submitted else "",
            next=target,
            sign_on_links=links_to_sign_in(request.args.get("org"), target),
            offers_sso=leads_to_providers(),
            has_passkeys=why_unavailable() is None,
        ),
        status,
    )
