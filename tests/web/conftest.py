"""Ada owns Acme, Rita owns Rival, Bea is in both, Max is a plain member of Acme, Nina has no org."""

import json

import pytest

from dashapp.domain.access.roles import Role
from dashapp.domain.secrets.keys import KeyKind
from tests import factories
from tests.embedding import Signer
from tests.log_lines import LogLines
from tests.web.api.sending import URL


@pytest.fixture
def clock():
    return factories.Clock()


@pytest.fixture
def server(store, acme, rival, clock):
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
    factories.add_user(store, "rita@example.com", (rival, Role.OWNER))
    factories.add_user(store, "bea@example.com", (acme, Role.AUTHOR), (rival, Role.ADMIN))
    factories.add_user(store, "max@example.com", (acme, Role.MEMBER))
    factories.add_user(store, "nina@example.com")
    return factories.app(store, clock)


@pytest.fixture
def browser(server):
    """Return a new browser; with an email, the user is logged in."""

    def open_browser(email=None):
        client = server.test_client()
        if email:
            assert factories.login(client, email).status_code == 303
        return client

    return open_browser


@pytest.fixture
def log():
    with LogLines() as lines:
        yield lines


@pytest.fixture
def key(store, acme):
    return factories.add_key(store, acme, KeyKind.INGEST)


@pytest.fixture
def post(server, key):
    def send(body, content_type="application/json", secret=key[1], **headers):
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        all_headers = {name.replace("_", "-"): value for name, value in headers.items()}
        all_headers["Authorization"] = f"Bearer {secret}"
        return server.test_client().post(
            URL, data=body, content_type=content_type, headers=all_headers
        )

    return send


@pytest.fixture
def signer(store, acme):
    return Signer(store, acme)


@pytest.fixture
def client(server):
    return server.test_client()
