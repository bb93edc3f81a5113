"""Fixtures for the tests of the API."""

import pytest

from tests import factories
from tests.web.api.panel_files import WIDGETS


@pytest.fixture
def panel_client(store, acme, browser):
    """The browser of Ada, whose dashboard has these widgets."""
    factories.place(store, acme, WIDGETS)
    return browser("ada@example.com")


@pytest.fixture
def read_key(store, acme):
    return factories.add_key(store, acme)


@pytest.fixture
def get(server, read_key):
    """Send a GET request with the read key, or with another secret."""

    def send_get(path, secret=read_key[1], **options):
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        return server.test_client().get(
            path, headers={**headers, **options.pop("headers", {})}, **options
        )

    return send_get
