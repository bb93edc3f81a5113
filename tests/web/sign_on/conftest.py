"""An identity provider, and browsers that sign in with it. Databases: SQLite and PostgreSQL."""

from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
import requests

from dashapp.domain.access.roles import Role
from dashapp.domain.secrets.sealing import Secrets
from dashapp.store.administration.change import changing
from dashapp.store.administration.people.providers import Site, Wish, set_domains, set_provider
from tests import factories
from tests.web.sign_on.provider import ADA, CLIENT_ID, CLIENT_SECRET, running_provider

SITE = Site(Secrets(factories.SECRET), allows_private=True)


@pytest.fixture
def clock():
    return factories.Clock()


@pytest.fixture(scope="session")
def _provider_server():
    with running_provider(factories.Clock()) as provider:
        yield provider


@pytest.fixture
def provider(_provider_server, clock):
    """A provider at which Ada is signed in."""
    shared = _provider_server
    shared.clock, shared.fault, shared.asks, shared.person = clock, None, False, dict(ADA)
    shared.extra_metadata = {}
    shared.client.methods = ("client_secret_basic", "client_secret_post")
    shared.requests.clear()
    shared.codes.clear()
    return shared


@pytest.fixture
def wish(provider):
    """What Acme's owner enters."""
    return Wish("Acme SSO", provider.issuer, CLIENT_ID, CLIENT_SECRET)


def set_up(store, owner, wish, domains=()):
    """Set up the provider of an org, and its mail domains."""
    with changing(store, owner, factories.OPERATOR, now=1) as change:
        provider = set_provider(change, wish, SITE)
        set_domains(change, domains)
    return provider


@pytest.fixture
def server(store, clock):
    return factories.app(store, clock, allows_private_providers=True)


class Browser:
    """A browser that signs in with the provider."""

    def __init__(self, client) -> None:
        self.client = client

    def answer(self, path="/sso/acme/start") -> str:
        """Begin, go to the provider, and return the address that it sends the browser back to."""
        begun = self.client.get(path, headers={"Sec-Fetch-Site": "same-origin"})
        assert begun.status_code == 302, begun.text
        return self.at_provider(begun.location)

    @staticmethod
    def at_provider(address: str) -> str:
        answer = requests.get(address, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def come_back(self, address: str):
        parts = urlsplit(address)
        return self.client.get(f"{parts.path}?{parts.query}")

    def sign_on(self, path="/sso/acme/start"):
        """Go through all of it; return the last response."""
        return self.come_back(self.answer(path))

    @property
    def is_signed_in(self) -> bool:
        return self.client.get("/").location != "/login"


@pytest.fixture
def browser(server):
    return Browser(server.test_client())


@pytest.fixture
def other_browser(server):
    return Browser(server.test_client())


@pytest.fixture
def people(store, acme, rival):
    """Owners of Acme and Rival who have passwords."""
    return SimpleNamespace(
        ada=factories.add_user(store, "ada@acme.example", (acme, Role.OWNER)),
        bea=factories.add_user(store, "bea@rival.example", (rival, Role.OWNER)),
    )


def link_account(browser, path="/sso/acme/start", password=factories.PASSWORD):
    """Sign on, prove the account with its password, and connect it; return the last response."""
    link = browser.sign_on(path).location
    page = browser.client.get(link).text
    form = {name: factories.hidden_value(page, name) for name in ("csrf_token", "next", "email")}
    browser.client.post("/login", data={**form, "password": password})
    token = factories.hidden_value(browser.client.get(link).text, "csrf_token")
    return browser.client.post(link, data={"csrf_token": token})
