"""Ada owns Acme, Rita owns Rival, Bea is in both, Max is a mere member of Acme."""

import pytest

from dashapp.domain.roles import Role
from tests import factories


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
    """A new browser, logged in as somebody or nobody."""

    def open_browser(email=None):
        client = server.test_client()
        if email:
            assert factories.login(client, email).status_code == 303
        return client

    return open_browser
