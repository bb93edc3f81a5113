"""The background process of a server: it runs as long as the server does, whatever happens to it."""

import logging
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from dashapp.cli.serving import child_process
from dashapp.cli.serving.child_process import running


def children() -> set[int]:
    """Return the ids of this process's children that run dashapp."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
            command = stat.with_name("cmdline").read_bytes()
        except OSError:
            continue
        if int(fields[1]) == os.getpid() and fields[0] != "Z" and b"--until-input-ends" in command:
            found.add(int(stat.parent.name))
    return found


def wait_for(condition) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def _quick(monkeypatch, database_url, store):
    monkeypatch.setenv("DASHAPP_DATABASE_URL", database_url)
    monkeypatch.setattr(child_process, "_FIRST_PAUSE", 0.01)
    monkeypatch.setattr(child_process, "_MAX_PAUSE", 0.05)


@pytest.mark.usefixtures("_quick")
def test_a_killed_process_starts_again_and_leaves_no_zombie(caplog):
    with running("upkeep", "--until-input-ends"), caplog.at_level(logging.ERROR):
        for _ in range(2):
            wait_for(lambda: len(children()) == 1)
            (killed,) = children()
            os.kill(killed, signal.SIGKILL)
            wait_for(lambda killed=killed: children() - {killed})
            assert not Path(f"/proc/{killed}").exists()
    assert children() == set()
    (record, *_others) = caplog.records
    assert (record.message, record.command, record.status) == ("process ended", "upkeep", -9)


@pytest.mark.usefixtures("_quick")
def test_a_process_that_keeps_ending_starts_again_later_each_time(monkeypatch):
    pauses = []
    monkeypatch.setattr(child_process, "_MAX_PAUSE", 0.08)
    monkeypatch.setattr(child_process._Child, "_pause", lambda _, seconds: pauses.append(seconds))
    start = subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda _command, **options: start(["false"], **options)
    )

    with running("upkeep"):
        wait_for(lambda: len(pauses) >= 5)

    assert pauses[:5] == [0.02, 0.04, 0.08, 0.08, 0.08]
