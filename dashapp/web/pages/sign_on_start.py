"""Begin to sign in with a provider. A link does it: browsers do not let a form lead there."""

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from dashapp.domain.errors import NotFound
from dashapp.domain.language import _
from dashapp.domain.sign_on.providers import Provider
from dashapp.store.sign_on import providers
from dashapp.web.access.csrf import require_token
from dashapp.web.access.people import Person, person, set_cookie
from dashapp.web.access.policies import public
from dashapp.web.access.sign_on import flow
from dashapp.web.access.sign_on.fetching import NoAnswer
from dashapp.web.http.headers import is_from_own_page
from dashapp.web.http.safe_redirects import safe_path
from dashapp.web.pages.sign_on import UNREACHABLE, refuse
from dashapp.web.services import services

blueprint = Blueprint("sign_on_start", __name__)
_NO_PROVIDER = _("There is no single sign-on at this address. Sign in with your password.")


@blueprint.get("/sso/start", defaults={"org": None})
@blueprint.get("/sso/<org>/start")
@public
def start(org: str | None) -> ResponseReturnValue:
    """Send the browser to the provider of an org, or of the installation.

    Anyone can make a link to this address. It must not replace the session of a person who is
    signed in, unless they agree: they would work in another person's account.
    """
    provider, user = _provider_at(org), person()
    if user is not None and not is_from_own_page():
        return _ask(provider, user)
    return _begin(provider)


@blueprint.post("/sso/start", defaults={"org": None})
@blueprint.post("/sso/<org>/start")
@public
def agree(org: str | None) -> ResponseReturnValue:
    """Go on, as a person who is signed in has agreed."""
    require_token()
    return _begin(_provider_at(org), has_form=True)


def _provider_at(slug: str | None) -> Provider:
    with services().store.read_shared() as session:
        provider = (
            providers.provider_of(session, None)
            if slug is None
            else providers.provider_of_slug(session, slug)
        )
    if provider is None:
        raise NotFound(_NO_PROVIDER)
    return provider


def _begin(provider: Provider, *, has_form: bool = False) -> Response:
    """Redirect to the provider. After a form, a page does it: its redirect would be blocked."""
    try:
        begun = flow.begin(services(), provider, safe_path(request.values.get("next")))
    except NoAnswer as error:
        return refuse(provider, "no_answer", 503, UNREACHABLE, detail=str(error))
    if has_form:
        page = render_template("sign_on/leave.html", name=provider.name, address=begun.address)
        response = make_response(page)
    else:
        response = make_response(redirect(begun.address, 302))
    set_cookie(response, flow.COOKIE, begun.cookie, max_age=flow.COOKIE_SECONDS)
    return response


def _ask(provider: Provider, user: Person) -> Response:
    page = render_template(
        "sign_on/replace.html",
        name=provider.name,
        issuer=provider.issuer,
        email=user.email,
        next=safe_path(request.args.get("next")),
    )
    return make_response(page)
