"""Fixtures for the tests of the board."""

import pytest

from dashapp.domain.access.roles import Role
from tests import factories


@pytest.fixture
def log_in_ada(store, acme):
    """Return a client in which Ada, an owner of Acme, is logged in; `app` are options of the app."""
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))

    def log_in(**app):
        client = factories.app(store, **app).test_client()
        factories.login(client, "ada@example.com")
        return client

    return log_in
