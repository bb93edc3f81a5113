"""One key sends for all orgs of a real server: with the Python client, and the example in Node."""

import os
import shutil
import subprocess
import threading
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from dashapp.client import Client
from dashapp.domain.secrets.keys import KeyKind, KeyScope
from dashapp.store.installation.keys import insert_installation_key
from tests import factories

EXAMPLE = Path(__file__).parents[2] / "examples" / "send_for_orgs.mjs"


@pytest.fixture
def secret(store):
    with store.write_shared() as session:
        return insert_installation_key(
            session, KeyKind.INGEST, "product", [KeyScope.EVENTS], now=1
        )[1]


@pytest.fixture
def url(store, acme, rival):
    http = make_server("127.0.0.1", 0, factories.app(store), threaded=True)
    threading.Thread(target=http.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{http.server_port}"
    http.shutdown()


def test_the_client_sends_for_all_orgs(store, acme, rival, secret, url):
    rejected = []
    with Client(
        url, secret, on_rejected=lambda _, verdict: rejected.append(verdict["code"])
    ) as dash:
        for org in ("acme", "rival", "acme", "nobody"):
            dash.send("page.viewed", org=org, occurred_at=factories.NOW)

    assert dash.statistics == (0, 3, 0, 1, 0)
    assert rejected == ["unknown_org"]
    assert len(factories.event_types(store, acme)) == 2
    assert len(factories.event_types(store, rival)) == 1


def test_the_example_in_node_sends_for_all_orgs(store, acme, rival, secret, url):
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed")
    environment = {**os.environ, "DASHAPP_URL": url, "DASHAPP_KEY": secret}
    run = subprocess.run(
        [node, EXAMPLE], env=environment, capture_output=True, text=True, timeout=60, check=False
    )

    assert (run.stdout, run.stderr) == ("2 accepted, 0 duplicates\n", "")
    assert factories.event_types(store, acme) == ["order.paid"]
    assert factories.event_types(store, rival) == ["order.paid"]
