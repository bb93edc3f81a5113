"""A thousand customers by the API: seconds to connect them, to send for all, and to remove ten."""

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.databases import databases
from benchmarks.serving import serving
from dashapp.domain.secrets.keys import KeyKind, KeyScope
from dashapp.domain.time.instant import to_us, utc_now
from dashapp.store.engine import Store
from dashapp.store.installation.keys import insert_installation_key

CUSTOMERS = os.environ.get("BENCH_CUSTOMERS", "1000")
_ROOT = Path(__file__).resolve().parents[1]
_SCRIPT = _ROOT / "examples" / "connect" / "customers.py"
_SCOPES = (KeyScope.ORGS, KeyScope.KEYS, KeyScope.EMBED)


def run(folder: Path) -> None:
    with databases(folder) as kinds:
        for kind in kinds:
            with kind.store() as store:
                print(f"{kind.name}:", flush=True)
                _connect(store)


def _connect(store: Store) -> None:
    keys = {
        "ADMIN_KEY": _key(store, KeyKind.ADMIN, _SCOPES),
        "INGEST_KEY": _key(store, KeyKind.INGEST, (KeyScope.EVENTS,)),
    }
    client = {"PYTHONPATH": str(_ROOT / "clients" / "python")}
    with serving(store.url.render_as_string(hide_password=False)) as (port, _workers):
        env = {**os.environ, **client, **keys, "URL": f"http://127.0.0.1:{port}"}
        subprocess.run([sys.executable, _SCRIPT, CUSTOMERS], env=env, check=True)


def _key(store: Store, kind: KeyKind, scopes: tuple[KeyScope, ...]) -> str:
    with store.write_shared() as session:
        now = to_us(utc_now())
        return insert_installation_key(session, kind, f"bench-{kind}", scopes, now=now)[1]
