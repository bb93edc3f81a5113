"""Sign in through an identity provider. A link begins it: browsers do not let a form lead there."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashapp.domain.errors import BadInput, Conflict, excerpt
from dashapp.domain.language import _, say
from dashapp.domain.secrets.keys import make_session_id
from dashapp.domain.sign_on.claims import RefusedSignOn, Said
from dashapp.domain.sign_on.decision import Account, Refusal
from dashapp.domain.sign_on.providers import Provider
from dashapp.store.people import users
from dashapp.store.sign_on import providers, sign_ons
from dashapp.store.sign_on.domains import org_of_address
from dashapp.store.sign_on.sign_ons import Secrets, SignOn
from dashapp.web.access import security_log
from dashapp.web.access.csrf import require_token
from dashapp.web.access.login.sessions import NotSignedIn
from dashapp.web.access.people import drop_cookie, person, set_cookie
from dashapp.web.access.policies import public
from dashapp.web.access.security_log import Event
from dashapp.web.access.sign_on import flow
from dashapp.web.access.sign_on.entering import Entering, MustProve, NotLetIn, connect, enter
from dashapp.web.access.sign_on.fetching import NoAnswer
from dashapp.web.access.sign_on.links import start_path
from dashapp.web.http.safe_redirects import safe_path
from dashapp.web.services import services

blueprint = Blueprint("sign_on", __name__)
_EXPIRED = _("This sign-in has expired, was used, or was started in another browser. Start again.")
UNREACHABLE = _("%(name)s does not answer as it should. Try again in a moment.")
_UNVERIFIED = _("The answer of %(name)s could not be verified (%(reason)s). Start again.")
_DECLINED = _("%(name)s did not sign you in (%(reason)s).")
_NOT_INVITED = _(
    "%(name)s knows you, but you have no access here. Ask the person who manages your organization "
    "to invite you."
)
_REFUSALS = {
    Refusal.NO_EMAIL: _(
        "%(name)s does not send your email address. Its administrator can make it send the "
        "claim “email”."
    ),
    Refusal.UNPROVEN_EMAIL: _(
        "%(name)s does not confirm your email address. Its administrator can make it send the "
        "claim “email_verified”."
    ),
}


@blueprint.get("/sso/callback")
@public
def callback() -> ResponseReturnValue:
    """Take the provider's answer. It counts once, in the browser that began the sign-on."""
    app = services()
    keys = flow.secrets_of_browser(request.args.get("state", ""))
    waiting = provider = None
    if keys is not None:
        with app.store.write_shared() as session:
            waiting = sign_ons.consume(session, keys, flow.SIGN_IN, now=app.now_us())
            provider = providers.find_provider(session, waiting.provider) if waiting else None
    if waiting is None or provider is None:
        return refuse(None, "state", 400, _EXPIRED)
    if "error" in request.args:
        reason = excerpt(request.args["error"])
        return refuse(provider, "declined", 403, _DECLINED, shown=reason)
    try:
        said = flow.said_in_answer(app, provider, waiting)
    except RefusedSignOn as error:
        return refuse(provider, error.reason, 400, _UNVERIFIED, detail=error.detail)
    except NoAnswer as error:
        return refuse(provider, "no_answer", 503, UNREACHABLE, detail=str(error))
    return _enter(Entering(app, provider, said, waiting.next))


@blueprint.get("/sso/link/<state>")
@public
def link(state: str) -> ResponseReturnValue:
    """Ask for a proof that the account with the address is the person's: they sign in to it."""
    waiting = _waiting_link(state)
    if waiting is None:
        return refuse(None, "state", 400, _EXPIRED)
    return _link_page(state, *waiting)


@blueprint.post("/sso/link/<state>")
@public
def connect_account(state: str) -> ResponseReturnValue:
    """Link the account in which the person has signed in since."""
    require_token()
    app, known = services(), _waiting_link(state)
    if known is None:
        return refuse(None, "state", 400, _EXPIRED)
    provider, waiting = known
    if not _has_proved(waiting):
        return _link_page(state, provider, waiting)
    keys = flow.secrets_of_browser(state)
    assert keys is not None
    with app.store.write_shared() as session:
        used = sign_ons.consume(session, keys, flow.LINK, now=app.now_us())
    if used is None or used.user_id is None:
        return refuse(None, "state", 400, _EXPIRED)
    entering = Entering(app, provider, Said(*used.subject), used.next)
    try:
        connect(entering, used.user_id)
    except Conflict:
        return refuse(provider, "linked", 409, _EXPIRED)
    return _enter(entering)


@blueprint.get("/sso")
@public
def choose() -> ResponseReturnValue:
    """Ask for an address: its domain says which provider to sign in with."""
    return _choose_page()


@blueprint.post("/sso")
@public
def find() -> ResponseReturnValue:
    """Lead to the provider of the address's domain. Whether there is an account does not matter."""
    require_token()
    email = request.form.get("email", "")
    try:
        users.normal_email(email)
    except BadInput as error:
        return _choose_page(email, say(error.text, **error.values))
    with services().store.read_shared() as session:
        org = org_of_address(session, email)
        provider = providers.provider_of_slug(session, org.slug) if org else None
    if provider is None or provider.org is None:
        return _choose_page(
            email,
            say("No organization signs in with addresses like this one. Use your password."),
        )
    target = safe_path(request.form.get("next"))
    return redirect(url_for("login.form", org=provider.org.slug, next=target), 303)


def _enter(entering: Entering) -> Response:
    """Let them in, or say what they can do."""
    provider = entering.provider
    try:
        response = enter(entering)
    except NotLetIn as error:
        text = _REFUSALS.get(error.refusal, _NOT_INVITED)
        return refuse(provider, error.refusal.value, 403, text)
    except MustProve as error:
        return _ask_for_proof(entering, error.account)
    except NotSignedIn as error:
        return refuse(provider, "changed", error.status, error.text)
    drop_cookie(response, flow.COOKIE)
    return response


def _ask_for_proof(entering: Entering, account: Account) -> Response:
    """Keep what the provider said, for ten minutes and for this browser, and ask for the proof."""
    app, said = entering.app, entering.said
    browser = flow.browser_secret()
    assert browser is not None  # the callback has checked it
    keys = Secrets(make_session_id(), browser)
    waiting = SignOn(
        entering.provider.id, "", "", entering.target, list(said), account.user_id, app.now_us()
    )
    with app.store.write_shared() as session:
        sign_ons.begin(session, keys, waiting)
    response: Response = make_response(redirect(url_for("sign_on.link", state=keys.state), 303))
    set_cookie(response, flow.COOKIE, browser, max_age=flow.COOKIE_SECONDS)
    return response


def _waiting_link(state: str) -> tuple[Provider, SignOn] | None:
    app, keys = services(), flow.secrets_of_browser(state)
    if keys is None:
        return None
    with app.store.read_shared() as session:
        waiting = sign_ons.find(session, keys, now=app.now_us())
        provider = providers.find_provider(session, waiting.provider) if waiting else None
    return None if waiting is None or provider is None else (provider, waiting)


def _has_proved(waiting: SignOn) -> bool:
    """Return whether the person has signed in to the account since, and not through a provider."""
    user = person()
    if user is None or user.id != waiting.user_id or user.session.method == "sso":
        return False
    return user.session.created_at >= waiting.created_at


def _link_page(state: str, provider: Provider, waiting: SignOn) -> Response:
    with services().store.read_shared() as session:
        email = users.email_of(session, waiting.user_id or 0)
        has_password = bool(email) and bool(users.find_user(session, email or "").password_hash)
    page = render_template(
        "sign_on/link.html",
        provider=provider,
        email=email or "",
        has_password=has_password,
        has_proved=_has_proved(waiting),
        path=url_for("sign_on.link", state=state),
    )
    return make_response(page)


def _choose_page(email: str = "", problem: str | None = None) -> Response:
    page = render_template(
        "sign_on/choose.html",
        email=email[:320],
        problem=problem,
        next=safe_path(request.values.get("next")),
    )
    return make_response(page, 200 if problem is None else 422)


def refuse(
    provider: Provider | None,
    reason: str,
    status: int,
    text: str,
    *,
    shown: str | None = None,
    detail: str = "",
) -> Response:
    """Show why the sign-on ended, and log it."""
    fields = {"provider": provider.id, "detail": detail[:200]} if provider else {}
    security_log.record(Event.SIGN_ON_REFUSED, reason, **fields)
    values = {"name": provider.name, "reason": shown or reason} if provider else {}
    page = render_template(
        "sign_on/refused.html",
        message=say(text, **values),
        again=start_path(provider) if provider and status != 403 else None,  # noqa: PLR2004
        name=provider.name if provider else "",
    )
    response: Response = make_response(page, status)
    return response
