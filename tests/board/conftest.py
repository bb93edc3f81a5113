"""Fixtures for the tests of the board."""

import pytest

from dashapp.domain.access.roles import Role
from tests import factories
from tests.panels import OPERATIONS


@pytest.fixture
def log_in_ada(store, acme):
    """Return a client in which Ada, an owner of Acme, is logged in; `app` are options of the app.

    With a catalog, its widgets replace the panels of the board that have their slugs.
    """
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))

    def log_in(**app):
        if "catalog" in app:
            factories.place(store, acme, OPERATIONS)
        client = factories.app(store, **app).test_client()
        factories.login(client, "ada@example.com")
        return client

    return log_in
