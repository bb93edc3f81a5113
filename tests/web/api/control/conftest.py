"""A vendor with an installation key that may do everything."""

import pytest

from tests import factories
from tests.embedding import bearer


class Vendor:
    """Sends requests with a key of the installation."""

    def __init__(self, client, secret: str) -> None:
        self.client, self.headers = client, bearer(secret)

    def send(self, method: str, path: str, body=None, **headers):
        every = {**self.headers, **{name.replace("_", "-"): v for name, v in headers.items()}}
        return self.client.open(f"/api/v1/{path}", method=method, json=body, headers=every)

    def get(self, path: str):
        return self.send("GET", path)

    def put(self, path: str, body=None, **headers):
        return self.send("PUT", path, body, **headers)

    def post(self, path: str, body=None):
        return self.send("POST", path, body)

    def delete(self, path: str):
        return self.send("DELETE", path)


@pytest.fixture
def server(store):
    return factories.app(store)


@pytest.fixture
def vendor(store, server):
    return Vendor(server.test_client(), factories.add_installation_key(store))
