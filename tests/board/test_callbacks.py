"""The board's refresh, by posting what Dash's renderer posts."""

import pytest

from dashapp.domain.roles import Role
from tests import factories
from tests.factories import event, refresh, send


@pytest.fixture
def client(store, acme):
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
    client = factories.app(store).test_client()
    factories.login(client, "ada@example.com")
    return client


def test_one_request_fills_every_panel(client, store, acme):
    send(store, acme, [event("validation_run.created", user="u1", channel="api")])

    answer = refresh(client).json["response"]

    assert {name: part["data-state"] for name, part in answer.items() if '"panel"' in name} == {
        '{"slug":"total-validations","type":"panel"}': "ready",
        '{"slug":"total-errors","type":"panel"}': "ready",
        '{"slug":"events-time-series","type":"panel"}': "empty",
        '{"slug":"users-time-series","type":"panel"}': "empty",
    }
