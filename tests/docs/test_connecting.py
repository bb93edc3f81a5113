"""The Node example of docs/connect-customers.md adds an org on a real server."""

import os
import shutil
import subprocess
import threading

import pytest
from werkzeug.serving import make_server

from dashapp.store.orgs.orgs import list_orgs
from tests import factories
from tests.docs.pages import ROOT, blocks_of


@pytest.fixture
def address(store):
    server = make_server("127.0.0.1", 0, factories.app(store), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"localhost:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_node_example_adds_an_org_with_a_key(store, address):
    node = shutil.which("node")
    if node is None:
        assert not os.environ.get("CI"), "CI needs Node"
        pytest.skip("Node is not installed")
    blocks = blocks_of((ROOT / "docs/connect-customers.md").read_text())
    code = next(block.text for block in blocks if block.language == "js")
    env = {**os.environ, "ADMIN_KEY": factories.add_installation_key(store)}
    for expected in ("dash_ingest_", "undefined"):  # the second time, the key exists
        done = subprocess.run(
            [node, "-e", code.replace("localhost:8050", address.replace("localhost", "127.0.0.1"))],
            capture_output=True, text=True, check=True, env=env,
        )  # fmt: skip
        assert done.stdout.startswith(expected)
    with store.read_shared() as session:
        assert [org.slug for org in list_orgs(session)] == ["contoso"]
