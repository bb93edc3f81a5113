"""`kill -9` in the middle of an undo: what is left is exact, and the next undo goes on."""

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


def import_of(store, owner):
    with store.reading(owner) as session:
        count = session.execute(text("SELECT count(*) FROM events")).scalar()
        return list_imports(session, owner)[0], count


def dashapp(url, *words):
    env = {**os.environ, "DASHAPP_DATABASE_URL": url}
    return subprocess.Popen([sys.executable, "-m", "dashapp", *words], env=env)


def test_an_undo_that_was_killed_goes_on(store, acme, database_url, tmp_path):
    file = tmp_path / "x.csv"
    lines = (f"e{n},page.viewed,2026-11-{n % 9 + 1:02d}T00:00:00Z,u{n % 50}" for n in range(EVENTS))
    file.write_text("id,type,occurred_at,user\n" + "\n".join(lines))
    factories.send(store, acme, [factories.event(id="sent")])
    assert dashapp(database_url, "import", str(file), "--org", "acme").wait(60) == 0
    number = import_of(store, acme)[0].id

    process = dashapp(database_url, "import", "undo", number)
    deadline = time.monotonic() + 60
    while import_of(store, acme)[0].undone == 0 and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait(10)

    half, left = import_of(store, acme)
    assert half.undone_at is None
    assert half.undone + left == EVENTS + 1
    assert list(maintenance.differences(store, acme)) == []
    assert dashapp(database_url, "import", "undo", number).wait(60) == 0
    assert (import_of(store, acme)[0].undone, import_of(store, acme)[1]) == (EVENTS, 1)
    assert list(maintenance.differences(store, acme)) == []
