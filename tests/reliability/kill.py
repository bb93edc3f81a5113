"""kill -9 under writers: every acknowledged event is there, once, and every tally is exact.

    python -m tests.reliability.kill --database postgresql --cycles 1000

Each cycle waits for a floor of acknowledged events, then kills a worker, the master, the whole
group or PostgreSQL itself, without warning, and starts it again. Writers send the same batch again
until it is acknowledged, and now and then one that was acknowledged long ago.
"""

import argparse
import http.client
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import text

from dashapp.dashboards.provision import add_org
from dashapp.domain.secrets.keys import KeyKind
from dashapp.store import migrate
from dashapp.store.engine import Store
from dashapp.store.orgs import keys
from dashapp.store.tallies import maintenance
from tests.factories import SECRET, scope
from tests.postgresql import Cluster, free_port

FLOOR = 100  # acknowledged events in every cycle, or the run is void
WRITERS, BATCH = 4, 20
TARGETS = {
    "sqlite": ("worker", "master", "group"),
    "postgresql": ("worker", "master", "group", "database"),
}


class Result(NamedTuple):
    """What a run found. Exact means: none lost, none twice, no tally that differs."""

    database: str
    cycles: int
    kills: dict[str, int]
    acknowledged: int
    stored: int
    lost: int
    twice: int
    unknown: int
    differences: int
    least_in_a_cycle: int
    seconds: float

    @property
    def is_exact(self) -> bool:
        wrong = self.lost + self.twice + self.unknown + self.differences
        return wrong == 0 and self.least_in_a_cycle >= FLOOR


class Serving:
    """`dashapp serve` in a process group of its own."""

    def __init__(self, url: str, folder: Path) -> None:
        self.port = free_port()
        self._log = (folder / "server.log").open("ab")
        self._env = {
            **os.environ,
            "DASHAPP_DATABASE_URL": url,
            "DASHAPP_SECRET_KEY": SECRET,
            "DASHAPP_LOG_LEVEL": "error",
        }
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "dashapp", "serve", "--port", str(self.port)]
        for _ in range(30):
            self.process = subprocess.Popen(
                command, env=self._env, stdout=self._log, stderr=self._log, start_new_session=True
            )
            if self._is_ready():
                return
            self.kill_group()
        raise RuntimeError("the server does not start")

    def _is_ready(self) -> bool:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.process.poll() is None:
            with (
                suppress(OSError, http.client.HTTPException),
                closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)) as ask,
            ):
                ask.request("GET", "/readyz")
                if ask.getresponse().status == 200:
                    return True
            time.sleep(0.05)
        return False

    def workers(self) -> list[int]:
        """The master's children, but for the one that watches over shared memory."""
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                parent = stat.read_text().rsplit(")", 1)[1].split()[1]
                is_tracker = b"resource_tracker" in (stat.parent / "cmdline").read_bytes()
                if int(parent) == self.process.pid and not is_tracker:
                    found.append(int(stat.parent.name))
        return found

    def kill_worker(self, dice: random.Random) -> None:
        with suppress(ProcessLookupError):
            os.kill(dice.choice(self.workers()), signal.SIGKILL)

    def kill_master(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        time.sleep(0.05)  # its orphans go on for a moment
        self.kill_group()

    def kill_group(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def close(self) -> None:
        if self.process:
            self.kill_group()
        self._log.close()


class Writer(threading.Thread):
    """Sends batches until it is told to stop; knows what was acknowledged and what was tried."""

    def __init__(self, name: str, port: int, key: str, seed: int) -> None:
        super().__init__(daemon=True)
        self.prefix, self.port, self.key = name, port, key
        self.dice = random.Random(seed)
        self.acknowledged: list[str] = []
        self.tried: list[str] = []
        self.is_stopped = False

    def run(self) -> None:
        old: list[list[dict]] = []
        while not self.is_stopped:
            if old and self.dice.random() < 0.1:
                batch = self.dice.choice(old)
            else:
                batch = self._batch()
                self.tried += [event["id"] for event in batch]
            if self._send(batch):
                self.acknowledged += [event["id"] for event in batch]
                if self.dice.random() < 0.1:
                    old.append(batch)

    def _batch(self) -> list[dict]:
        number = len(self.tried)
        now = time.time()
        return [
            {
                "id": f"{self.prefix}-{number + n}",
                "type": ("page.viewed", "finding.recorded", "conversation.search_term")[n % 3],
                "user": f"u{self.dice.randrange(50)}",
                "project": ("default", "shop")[n % 2],
                "occurred_at": time.strftime(
                    "%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - self.dice.randrange(5 * 86_400))
                ),
                "properties": {"severity": "ERROR", "term": ("rice", "Rice")[n % 2]},
            }
            for n in range(BATCH)
        ]

    def _send(self, batch: list[dict]) -> bool:
        """Whether it was acknowledged before the run was stopped."""
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        while not self.is_stopped:
            with (
                suppress(OSError, http.client.HTTPException, ValueError),
                closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)) as ask,
            ):
                ask.request("POST", "/api/v1/events", json.dumps(batch), headers)
                answer = ask.getresponse()
                body = json.loads(answer.read())
                if answer.status == 200:
                    assert body["accepted"] + body["duplicates"] == len(batch)
                    return True
            time.sleep(0.02)
        return False


def run(database: str, cycles: int, seed: int = 1, tell=lambda _text: None) -> Result:
    folder = Path(tempfile.mkdtemp(prefix="dashapp-kill-"))
    cluster = Cluster("-c max_connections=60") if database == "postgresql" else None
    serving = None
    try:
        if cluster:
            cluster.init()
            cluster.start()
        url = f"{cluster.url}/postgres" if cluster else f"sqlite:///{folder}/dashapp.db"
        migrate.upgrade(url)
        serving = Serving(url, folder)
        return _cycles(database, cycles, url, serving, cluster, random.Random(seed), tell)
    finally:
        if serving:
            serving.close()
        if cluster:
            cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _cycles(database, cycles, url, serving, cluster, dice, tell) -> Result:
    started = time.monotonic()
    store = Store(url)
    owner = scope(add_org(store, scope, "acme", timezone="Europe/Berlin", now=1))
    with store.changing() as session:
        _, key = keys.insert_key(session, owner.org_id, KeyKind.INGEST, now=1)
    store.close()
    serving.start()
    writers = [Writer(f"w{n}", serving.port, key, n) for n in range(WRITERS)]
    [writer.start() for writer in writers]
    kills = dict.fromkeys(TARGETS[database], 0)
    least = sys.maxsize
    for cycle in range(cycles):
        least = min(least, _wait_for_floor(writers))
        target = TARGETS[database][cycle % len(TARGETS[database])]
        time.sleep(dice.random() * 0.2)
        _kill(target, serving, cluster, dice)
        kills[target] += 1
        if (cycle + 1) % 20 == 0:
            tell(f"{cycle + 1} cycles, {sum(len(w.acknowledged) for w in writers):,} acknowledged")
    _wait_for_floor(writers)
    for writer in writers:
        writer.is_stopped = True
    [writer.join() for writer in writers]
    serving.kill_group()
    return _result(database, cycles, kills, url, owner, writers, least, time.monotonic() - started)


def _wait_for_floor(writers) -> int:
    """Until enough was acknowledged in this cycle; how much that is."""
    before = sum(len(writer.acknowledged) for writer in writers)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = sum(len(writer.acknowledged) for writer in writers) - before
        if found >= FLOOR:
            return found
        time.sleep(0.01)
    return sum(len(writer.acknowledged) for writer in writers) - before


def _kill(target, serving, cluster, dice) -> None:
    if target == "worker":
        serving.kill_worker(dice)
        return  # the master starts another
    if target == "database":
        cluster.kill()
        cluster.start()
        return
    (serving.kill_master if target == "master" else serving.kill_group)()
    serving.start()


def _result(database, cycles, kills, url, owner, writers, least, seconds) -> Result:
    store = Store(url)
    with store.surveying(owner) as session:
        stored = session.execute(text("SELECT id FROM events")).scalars().all()
        tallied = session.execute(
            text("SELECT sum(n) FROM tally WHERE tally = 1 AND grain = 0 AND project = ''")
        ).scalar()
    wrong = list(maintenance.differences(store, owner))
    store.close()
    acknowledged = {name for writer in writers for name in writer.acknowledged}
    tried = {name for writer in writers for name in writer.tried}
    return Result(
        database=database,
        cycles=cycles,
        kills=kills,
        acknowledged=len(acknowledged),
        stored=len(stored),
        lost=len(acknowledged - set(stored)),
        twice=int(tallied) - len(set(stored)),
        unknown=len(set(stored) - tried),
        differences=len(wrong),
        least_in_a_cycle=least,
        seconds=round(seconds, 1),
    )


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=sorted(TARGETS), default="sqlite")
    parser.add_argument("--cycles", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    found = run(asked.database, asked.cycles, asked.seed, tell=_print)
    _print(json.dumps(found._asdict()))
    return 0 if found.is_exact else 1


if __name__ == "__main__":
    sys.exit(main())
