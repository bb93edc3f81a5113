"""Temporary PostgreSQL clusters end with the process that started them, even if it is killed."""

import subprocess
import sys
import time
from pathlib import Path

START = """
import time
from tests.postgresql import Cluster
cluster = Cluster()
cluster.init()
cluster.start()
print(cluster.folder, flush=True)
time.sleep(60)
"""


def test_a_cluster_ends_when_its_process_is_killed():
    process = subprocess.Popen([sys.executable, "-c", START], stdout=subprocess.PIPE, text=True)
    folder = Path(process.stdout.readline().strip())
    was_running = (folder / "data" / "postmaster.pid").exists()
    process.kill()
    process.communicate()

    deadline = time.monotonic() + 20
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert was_running
    assert not folder.exists()
