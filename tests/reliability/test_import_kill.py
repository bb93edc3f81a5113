"""`kill -9` in the middle of an undo: numbers stay exact, and the next undo continues."""

import os
import signal
import subprocess
import sys
import time

from sqlalchemy import text

from dashapp.store.imports.import_log import list_imports
from dashapp.store.tallies import maintenance
from tests import factories

EVENTS = 12_000


def only_import(store, owner):
    """Return the org's only import, and the number of stored events."""
    with store.read(owner) as session:
        count = session.execute(text("SELECT count(*) FROM events")).scalar()
        return list_imports(session, owner)[0], count


def run_dashapp(url, *args):
    env = {**os.environ, "DASHAPP_DATABASE_URL": url}
    return subprocess.Popen([sys.executable, "-m", "dashapp", *args], env=env)


def test_a_killed_undo_continues(store, acme, database_url, tmp_path):
    file = tmp_path / "x.csv"
    lines = (f"e{n},page.viewed,2026-11-{n % 9 + 1:02d}T00:00:00Z,u{n % 50}" for n in range(EVENTS))
    file.write_text("id,type,occurred_at,user\n" + "\n".join(lines))
    factories.send(store, acme, [factories.event(id="sent")])
    assert run_dashapp(database_url, "import", str(file), "--org", "acme").wait(60) == 0
    import_id = only_import(store, acme)[0].id

    process = run_dashapp(database_url, "import", "undo", import_id)
    deadline = time.monotonic() + 60
    while only_import(store, acme)[0].undone == 0 and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait(10)

    partly_undone, remaining = only_import(store, acme)
    assert partly_undone.undone_at is None
    assert partly_undone.undone + remaining == EVENTS + 1
    assert list(maintenance.differences(store, acme)) == []
    assert run_dashapp(database_url, "import", "undo", import_id).wait(60) == 0
    assert (only_import(store, acme)[0].undone, only_import(store, acme)[1]) == (EVENTS, 1)
    assert list(maintenance.differences(store, acme)) == []
