"""An answer that fails half-way does not look complete to its reader."""

import http.client
from contextlib import closing

import pytest
from sqlalchemy import update

from dashapp.serving.aborting import abort
from dashapp.store.tables import events
from tests import factories
from tests.embedding import bearer
from tests.reliability.kill import Server

_BEYOND_TIMES = 2**62  # microseconds


@pytest.fixture
def port(store, acme, tmp_path):
    for number, day in ((1, "2026-01-01"), (2, "2026-01-05")):
        sent = factories.event(id=f"e{number}", occurred_at=f"{day}T00:00:00Z")
        factories.send(store, acme, [sent])
    server = Server(store.url.render_as_string(hide_password=False), tmp_path)
    server.start()
    yield server.port
    server.close()


def export(store, port, file_format):
    secret = factories.add_installation_key(store)
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        path = f"/api/v1/orgs/acme/export?format={file_format}"
        connection.request("GET", path, headers=bearer(secret))
        answer = connection.getresponse()
        return answer.status, answer.read()


def test_the_connection_of_an_export_that_fails_is_aborted(store, acme, port):
    status, body = export(store, port, "csv")
    assert (status, body.count(b"\n")) == (200, 3)

    with store.write(acme) as session:
        is_last = (events.c.org_id == acme.org_id) & (events.c.id == "e2")
        session.execute(update(events).where(is_last).values(occurred_at=_BEYOND_TIMES))
    for file_format in ("csv", "ndjson"):
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            export(store, port, file_format)
    assert export(store, port, "parquet")[0] == 200  # such a file can have this time


def test_other_connections_stay(port):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.connect()
        abort("127.0.0.1:1")
        connection.request("GET", "/livez")
        assert connection.getresponse().status == 200
