"""Links between this server and providers: to sign in, to come back, and to sign out."""

import secrets
from typing import NamedTuple
from urllib.parse import quote

from flask import request

from dashapp.domain.sign_on.providers import Provider
from dashapp.store.sign_on import providers
from dashapp.web.access.people import Person
from dashapp.web.access.sign_on.entering import METHOD
from dashapp.web.access.sign_on.exchange import logout_url
from dashapp.web.access.sign_on.metadata import known_metadata_of
from dashapp.web.services import Services, services


class Link(NamedTuple):
    """A link of the login page."""

    name: str
    address: str


def own_address(path: str) -> str:
    """Return a path of this server as an address that a provider can send browsers to."""
    base = services().settings.public_url or request.url_root.rstrip("/")
    return f"{base}{path}"


def callback_address() -> str:
    """Return the address to register with a provider. It is the same for all orgs."""
    return own_address("/sso/callback")


def start_path(provider: Provider, target: str | None = None) -> str:
    """Return the path that begins to sign in with a provider."""
    path = f"/sso/{provider.org.slug}/start" if provider.org else "/sso/start"
    query = f"?next={quote(target)}" if target else ""
    return f"{request.script_root}{path}{query}"


def links_to_sign_in(slug: str | None, target: str | None) -> list[Link]:
    """Return the providers that the login page offers: that of an org, and the installation's."""
    with services().store.read_shared() as session:
        offered = [
            providers.provider_of_slug(session, slug) if slug else None,
            providers.provider_of(session, None),
        ]
    return [Link(each.name, start_path(each, target)) for each in offered if each is not None]


def leads_to_providers() -> bool:
    """Return whether the domain of an address can lead to a provider."""
    with services().store.read_shared() as session:
        return providers.has_providers_of_orgs(session)


def their_logout(app: Services, user: Person) -> Link | None:
    """Return where the person can sign out of their provider too, if it has such a page."""
    if user.session.method != METHOD:
        return None
    with app.store.read_shared() as session:
        if user.session.provider is None:
            provider = providers.provider_of(session, None)
        else:
            provider = providers.find_provider(session, user.session.provider)
    metadata = known_metadata_of(app, provider) if provider else None
    if provider is None or metadata is None:
        return None
    state, back = secrets.token_urlsafe(16), own_address("/login")
    address = logout_url(provider, metadata, state=state, back=back)
    return Link(provider.name, address) if address else None
