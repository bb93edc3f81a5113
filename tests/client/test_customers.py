"""The example that connects customers: all of them by two keys, and no trace of the removed ones."""

import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from dashapp.domain.secrets.keys import KeyKind, KeyScope
from dashapp.domain.time.instant import utc_now
from dashapp.store.orgs import orgs
from tests import factories
from tests.store.deletion.rows import everything

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "examples" / "connect" / "customers.py"
SCOPES = (KeyScope.ORGS, KeyScope.KEYS, KeyScope.EMBED)


def run(store, count: int) -> str:
    """Run the example against a server; return what it prints."""
    http = make_server("127.0.0.1", 0, factories.app(store, clock=utc_now), threaded=True)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "clients" / "python"),
        "URL": f"http://127.0.0.1:{http.server_port}",
        "ADMIN_KEY": factories.add_installation_key(store, *SCOPES),
        "INGEST_KEY": factories.add_installation_key(store, KeyScope.EVENTS, kind=KeyKind.INGEST),
    }
    try:
        return subprocess.run(
            [sys.executable, SCRIPT, str(count)],
            env=environment, capture_output=True, text=True, check=True, timeout=120,
        ).stdout  # fmt: skip
    finally:
        http.shutdown()


@pytest.mark.both_databases
def test_customers_are_connected_and_removed_without_a_trace(store):
    printed = run(store, 14)

    assert "accepted=14, duplicates=0, rejected=0" in printed
    with store.read_shared() as session:
        assert [org.slug for org in orgs.list_orgs(session)] == [f"customer-{n}" for n in range(4)]
    removed = re.compile("customer-(?:[4-9]|1[0-3])(?![0-9])", re.IGNORECASE)
    assert [name for name, rows in everything(store).items() if removed.search(rows)] == []
