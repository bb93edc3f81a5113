"""A world for each page: a folder with files, a database with orgs, and a server if it is needed."""

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from dashapp.app import create_app
from dashapp.settings import Settings
from dashapp.store.engine import Store
from tests import postgresql
from tests.docs import command_server
from tests.docs.pages import CLIENT, ROOT
from tests.docs.shell import SERVE
from tests.factories import SECRET

EVENT = {"id": "e1", "type": "order.paid", "occurred_at": "2026-11-20T09:00:00Z", "user": "u-17"}
TRACK = {"messageId": "m1", "event": "Order Completed", "userId": "u-1", "timestamp": "2026-11-20T09:00:00Z"}  # fmt: skip
MIXPANEL = {"event": "Signed Up", "properties": {"time": 1795165200, "distinct_id": "u-1", "$insert_id": "i1"}}  # fmt: skip
GITHUB = {"id": "1", "type": "PushEvent", "actor": {"login": "ada"}, "created_at": "2026-11-20T10:00:15Z"}  # fmt: skip
SIGNER = """#!/bin/bash
printed=$(dashapp key add --org acme --kind embed)
export id=$(head -1 <<<"$printed" | cut -c 5-) secret=$(tail -1 <<<"$printed")
run-python <<'END'
import os, time, jwt
now = int(time.time())
claims = {"aud": "dashapp-embed", "dashboard": "operations", "iat": now, "exp": now + 300,
          "jti": "1", "sub": "ada"}
print(jwt.encode(claims, os.environ["secret"], algorithm="HS256", headers={"kid": os.environ["id"]}))
END
"""


@pytest.fixture(scope="session")
def programs(tmp_path_factory) -> Iterator[Path]:
    """A folder with `dashapp`, `run-python`, and a `make` that only prints what it would run."""
    folder = tmp_path_factory.mktemp("bin")
    address = str(folder / "s")
    command_server.write_clients(folder, address, ("dashapp", "run-python"))
    make = folder / "make"
    make.write_text(f'#!/bin/sh\nexec {shutil.which("make")} -n -C {ROOT} "$@" >/dev/null\n')
    make.chmod(0o755)
    (folder / ".curlrc").write_text("fail-with-body\nsilent\nshow-error\n")
    process = subprocess.Popen(
        [sys.executable, "-m", command_server.__name__, address],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{CLIENT}"},  # the packages of this folder
        start_new_session=True,
    )
    while not Path(address).exists():
        assert process.poll() is None
        time.sleep(0.02)
    yield folder
    os.killpg(process.pid, signal.SIGKILL)  # and whatever a page left behind
    process.wait()


@pytest.fixture(scope="session")
def database(tmp_path_factory, sqlite_template, programs) -> Path:
    """A database with the orgs acme and rival, a week of events, and the project shop."""
    path = tmp_path_factory.mktemp("world") / "world.db"
    shutil.copy(sqlite_template, path)
    for words in (
        ["org", "add", "acme", "--name", "Acme"],
        ["org", "add", "rival", "--name", "Rival"],
        ["seed-tracking-events", "--org-slug", "acme"],
        ["import", "-", "--org", "acme", "--set", "project=shop"],
    ):
        env = {"DASHAPP_DATABASE_URL": f"sqlite:///{path}"}
        subprocess.run(
            [programs / "dashapp", *words], env=env, input=json.dumps(EVENT | {"id": "e0"}),
            text=True, check=True, capture_output=True,
        )  # fmt: skip
    return path


@pytest.fixture
def environment(tmp_path, programs) -> dict[str, str]:
    """Variables of a reader's shell."""
    return {
        "PATH": f"{programs}:{os.environ['PATH']}:{postgresql.programs()}",
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "CURL_HOME": str(programs),
        "PYTHONPATH": str(ROOT),
        "PORT": str(postgresql.free_port()),
    }


@pytest.fixture
def world(tmp_path, environment, database) -> Callable[[str], dict[str, str]]:
    """Prepare the folder, and a server if the page needs one; the variables of the shell."""
    with ExitStack() as stack:

        def prepare(text: str, *, is_fresh: bool = False) -> dict[str, str]:
            _write_files(tmp_path)
            if not is_fresh:
                shutil.copy(database, tmp_path / "world.db")
                environment["DASHAPP_DATABASE_URL"] = f"sqlite:///{tmp_path}/world.db"
                environment["DASHAPP_SECRET_KEY"] = SECRET
            if ":8050" in text and not SERVE.search(text):
                stack.enter_context(_served(environment))
            if "PASSWORD@db.example.com" in text:
                environment.update(stack.enter_context(_postgresql()))
            return environment

        yield prepare


def _write_files(folder: Path) -> None:
    """The files that the pages import, and the program that signs tokens."""
    csv = "created,customer,total\n2026-11-20T09:00:00Z,u-17,25\n2026-11-20T09:30:00Z,u-18,19\n"
    (folder / "orders.csv").write_text(csv)
    (folder / "events.ndjson.gz").write_bytes(gzip.compress(json.dumps(EVENT).encode()))
    (folder / "track.ndjson").write_text(json.dumps(TRACK))
    (folder / "mixpanel.ndjson").write_text(json.dumps(MIXPANEL))
    (folder / "2026-11-20-10.json.gz").write_bytes(gzip.compress(json.dumps(GITHUB).encode()))
    (folder / "sign-token").write_text(SIGNER)
    (folder / "sign-token").chmod(0o755)


@contextmanager
def _served(environment: dict[str, str]) -> Iterator[None]:
    """The real application on the page's port, in a thread."""
    settings = Settings(SECRET, environment["DASHAPP_DATABASE_URL"])
    store = Store(settings.database_url)
    app = create_app(settings, store=store)
    server = make_server("127.0.0.1", int(environment["PORT"]), app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        store.close()


@contextmanager
def _postgresql() -> Iterator[dict[str, str]]:
    """A cluster of its own, whose user dashapp_owner may create tables and no roles."""
    if postgresql.programs() is None:
        pytest.skip("PostgreSQL is not installed")
    with postgresql.cluster() as url:
        for statement in ("CREATE ROLE dashapp_owner LOGIN", "CREATE DATABASE dashapp OWNER dashapp_owner"):  # fmt: skip
            subprocess.run(["psql", "-q", f"{url}/postgres", "-c", statement], check=True)
        owner = url.replace("postgres@", "dashapp_owner@")
        yield {"ADMINISTRATOR": f"{url}/dashapp", "POSTGRESQL": f"{owner}/dashapp"}
