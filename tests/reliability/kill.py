"""kill -9 under load: every acknowledged event is stored once, and every tally is exact.

    python -m tests.reliability.kill --database postgresql --cycles 1000

Each cycle waits for a minimum of acknowledged events. It then kills a worker, the master, the whole
process group or PostgreSQL itself without warning, and starts it again. Writers repeat a batch until
it is acknowledged, and sometimes send one that was acknowledged long ago.
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
from dashapp.domain.metrics.conditions import Condition
from dashapp.domain.metrics.tallies import Counted, Tally
from dashapp.domain.secrets.keys import KeyKind
from dashapp.store import migrate
from dashapp.store.engine import Store
from dashapp.store.orgs import keys
from dashapp.store.orgs.states import org_state
from dashapp.store.tallies import maintenance, updates
from tests.factories import SECRET, scope
from tests.postgresql import Cluster, free_port

MIN_EVENTS = 100  # acknowledged in every cycle, or the run does not count
WRITERS, BATCH = 4, 20
TARGETS = {
    "sqlite": ("worker", "master", "group"),
    "postgresql": ("worker", "master", "group", "database"),
}


TOTAL = "properties.total"
MEASURED = [  # besides the tallies that every org keeps
    Tally(counted=Counted.NUMBERS, of=TOTAL),
    Tally(by="properties.term", counted=Counted.NUMBERS, of=TOTAL),
    Tally(types=("page.*",), counted=Counted.SPREAD, of=TOTAL),
    Tally(counted=Counted.VALUES, of=TOTAL, where=(Condition(TOTAL, (), 0),)),
]


class Result(NamedTuple):
    """The outcome of a run. It is exact if nothing was lost or counted twice and no tally differs."""

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
        errors = self.lost + self.twice + self.unknown + self.differences
        return errors == 0 and self.least_in_a_cycle >= MIN_EVENTS


class Server:
    """`dashapp serve` in its own process group."""

    def __init__(self, url: str, folder: Path, **environment: str) -> None:
        self.port = free_port()
        self._log = (folder / "server.log").open("ab")
        self._env = {
            **os.environ,
            "DASHAPP_DATABASE_URL": url,
            "DASHAPP_SECRET_KEY": SECRET,
            "DASHAPP_LOG_LEVEL": "error",
            **environment,
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
                closing(
                    http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
                ) as connection,
            ):
                connection.request("GET", "/readyz")
                if connection.getresponse().status == 200:
                    return True
            time.sleep(0.05)
        return False

    def workers(self) -> list[int]:
        """Return the ids of the master's child processes, without the resource tracker."""
        process_ids = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                parent = stat.read_text().rsplit(")", 1)[1].split()[1]
                is_tracker = b"resource_tracker" in (stat.parent / "cmdline").read_bytes()
                if int(parent) == self.process.pid and not is_tracker:
                    process_ids.append(int(stat.parent.name))
        return process_ids

    def kill_worker(self, rng: random.Random) -> None:
        with suppress(ProcessLookupError):
            os.kill(rng.choice(self.workers()), signal.SIGKILL)

    def kill_master(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        time.sleep(0.05)  # its orphans keep running for a moment
        self.kill_group()

    def kill_group(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Let it answer what it has begun, and end."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()

    def close(self) -> None:
        if self.process:
            self.kill_group()
        self._log.close()


class Writer(threading.Thread):
    """Sends batches until it is stopped. Records the ids that it tried and that were acknowledged.

    An event that is sent and acknowledged again is still one event.
    """

    def __init__(self, name: str, port: int, key: str, seed: int) -> None:
        super().__init__(daemon=True)
        self.prefix, self.port, self.key = name, port, key
        self.rng = random.Random(seed)
        self.acknowledged: set[str] = set()
        self.tried: list[str] = []
        self.is_stopped = False

    def run(self) -> None:
        acknowledged_batches: list[list[dict]] = []
        while not self.is_stopped:
            if acknowledged_batches and self.rng.random() < 0.1:
                batch = self.rng.choice(acknowledged_batches)
            else:
                batch = self._batch()
                self.tried += [event["id"] for event in batch]
            if self._send(batch):
                self.acknowledged.update(event["id"] for event in batch)
                if self.rng.random() < 0.1:
                    acknowledged_batches.append(batch)

    def _batch(self) -> list[dict]:
        number = len(self.tried)
        now = time.time()
        return [
            {
                "id": f"{self.prefix}-{number + n}",
                "type": ("page.viewed", "finding.recorded", "conversation.search_term")[n % 3],
                "user": f"u{self.rng.randrange(50)}",
                "project": ("default", "shop")[n % 2],
                "occurred_at": time.strftime(
                    "%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - self.rng.randrange(5 * 86_400))
                ),
                "properties": {
                    "severity": "ERROR",
                    "term": ("rice", "Rice")[n % 2],
                    "total": self.rng.randrange(-10_000, 10_000) / 100 if n % 5 else "none",
                },
            }
            for n in range(BATCH)
        ]

    def _send(self, batch: list[dict]) -> bool:
        """Send a batch until it is acknowledged or the writer is stopped; return whether it was."""
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        while not self.is_stopped:
            with (
                suppress(OSError, http.client.HTTPException, ValueError),
                closing(
                    http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                ) as connection,
            ):
                connection.request("POST", "/api/v1/events", json.dumps(batch), headers)
                response = connection.getresponse()
                body = json.loads(response.read())
                if response.status == 200:
                    assert body["accepted"] + body["duplicates"] == len(batch)
                    return True
            time.sleep(0.02)
        return False


def run(database: str, cycles: int, seed: int = 1, report_progress=lambda _text: None) -> Result:
    folder = Path(tempfile.mkdtemp(prefix="dashapp-kill-"))
    cluster = Cluster("-c max_connections=60") if database == "postgresql" else None
    server = None
    try:
        if cluster:
            cluster.init()
            cluster.start()
        url = f"{cluster.url}/postgres" if cluster else f"sqlite:///{folder}/dashapp.db"
        migrate.upgrade(url)
        server = Server(url, folder)
        return _run_cycles(
            database, cycles, url, server, cluster, random.Random(seed), report_progress
        )
    finally:
        if server:
            server.close()
        if cluster:
            cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _run_cycles(database, cycles, url, server, cluster, rng, report_progress) -> Result:
    started = time.monotonic()
    store = Store(url)
    owner = scope(add_org(store, scope, "acme", timezone="Europe/Berlin", now=1))
    with store.write(owner) as session:
        updates.declare(session, owner, MEASURED)
    with store.write_shared() as session:
        _, key = keys.insert_key(session, owner, KeyKind.INGEST, now=1)
    store.close()
    server.start()
    writers = [Writer(f"w{n}", server.port, key, n) for n in range(WRITERS)]
    [writer.start() for writer in writers]
    kills = dict.fromkeys(TARGETS[database], 0)
    fewest = sys.maxsize
    for cycle in range(cycles):
        fewest = min(fewest, _wait_for_events(writers))
        target = TARGETS[database][cycle % len(TARGETS[database])]
        time.sleep(rng.random() * 0.2)
        _kill(target, server, cluster, rng)
        kills[target] += 1
        if (cycle + 1) % 20 == 0:
            report_progress(f"{cycle + 1} cycles, {_acknowledged(writers):,} acknowledged")
    _wait_for_events(writers)
    for writer in writers:
        writer.is_stopped = True
    [writer.join() for writer in writers]
    server.kill_group()
    return _result(database, cycles, kills, url, owner, writers, fewest, time.monotonic() - started)


def _acknowledged(writers) -> int:
    """Return how many events were acknowledged. No two writers send the same ids."""
    return sum(len(writer.acknowledged) for writer in writers)


def _wait_for_events(writers) -> int:
    """Wait until enough new events are acknowledged in this cycle; return their number."""
    before = _acknowledged(writers)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        count = _acknowledged(writers) - before
        if count >= MIN_EVENTS:
            return count
        time.sleep(0.01)
    return _acknowledged(writers) - before


def _kill(target, server, cluster, rng) -> None:
    if target == "worker":
        server.kill_worker(rng)
        return  # the master starts another
    if target == "database":
        cluster.kill()
        cluster.start()
        return
    (server.kill_master if target == "master" else server.kill_group)()
    server.start()


def _result(database, cycles, kills, url, owner, writers, fewest, seconds) -> Result:
    store = Store(url)
    with store.read_primary(owner, has_time_limit=False) as session:
        stored = session.execute(text("SELECT id FROM events")).scalars().all()
        tallied = session.execute(
            text("SELECT sum(n) FROM tally WHERE tally = 1 AND grain = 0 AND project = ''")
        ).scalar()
        kept = {kept.tally for kept in org_state(session, owner).tallies}
        totals = _sums(session)
    differences = list(maintenance.differences(store, owner))
    differences += [f"{len(MEASURED)} tallies are not kept"] if not kept >= {*MEASURED} else []
    differences += [f"{totals[0]} stored, {totals[1]} counted"] if totals[0] != totals[1] else []
    store.close()
    acknowledged = set().union(*(writer.acknowledged for writer in writers))
    tried = {event_id for writer in writers for event_id in writer.tried}
    return Result(
        database=database,
        cycles=cycles,
        kills=kills,
        acknowledged=len(acknowledged),
        stored=len(stored),
        lost=len(acknowledged - set(stored)),
        twice=int(tallied) - len(set(stored)),
        unknown=len(set(stored) - tried),
        differences=len(differences),
        least_in_a_cycle=fewest,
        seconds=round(seconds, 1),
    )


def _sums(session) -> tuple[int, int]:
    """Return the stored sum of all events' totals in millionths, and the one counted in Python."""
    sql = (
        "SELECT sum(whole), sum(part) FROM measured WHERE grain = 0 AND project = '' AND tally = "
        "(SELECT tally FROM tally_states WHERE definition = :definition)"
    )
    whole, part = session.execute(text(sql), {"definition": MEASURED[0].definition}).one()
    totals = (
        json.loads(properties)["total"]
        for properties in session.execute(
            text("SELECT CAST(properties AS TEXT) FROM events")
        ).scalars()
    )
    counted = sum(round(total * 1_000_000) for total in totals if total != "none")
    return int(whole) * 10**12 + int(part), counted


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=sorted(TARGETS), default="sqlite")
    parser.add_argument("--cycles", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    result = run(args.database, args.cycles, args.seed, report_progress=_print)
    _print(json.dumps(result._asdict()))
    return 0 if result.is_exact else 1


if __name__ == "__main__":
    sys.exit(main())
