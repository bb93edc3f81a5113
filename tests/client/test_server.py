"""The Python client against the real server, as people who have its package import it."""

import threading

import pytest
from werkzeug.serving import make_server

from dashapp.client import Client
from dashapp.domain.secrets.keys import KeyKind
from tests import factories


@pytest.mark.both_databases
def test_events_sent_to_a_real_server_are_stored_once(store, acme):
    _, secret = factories.add_key(store, acme, KeyKind.INGEST)
    http = make_server("127.0.0.1", 0, factories.app(store), threaded=True)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    at = factories.NOW
    with Client(f"http://127.0.0.1:{http.server_port}", secret) as dash:
        for number in range(1200):
            dash.send("page.viewed", id=str(number % 1000), user="u", occurred_at=at)
    http.shutdown()

    assert dash.statistics[:4] == (0, 1000, 200, 0)
    assert len(factories.event_types(store, acme)) == 1000
