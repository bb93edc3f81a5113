"""By HTTP, client and server on the same cores: refreshes and events a second, and how soon."""

import http.client
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles

from benchmarks import setting
from benchmarks.serving import free_port, wait_for
from dashapp.domain.secrets.keys import KeyKind
from dashapp.domain.time.instant import to_text
from dashapp.store import migrate
from dashapp.store.engine import Store
from dashapp.store.orgs import keys
from dashapp.store.tallies import maintenance
from tests import postgresql

ORGS, EVENTS, CLIENTS = 200, 1_000_000, 8
AS_OF = to_text(setting.NOW)
_SECRET = "benchmarks-use-this-and-nobody-else-does-1a2b3c"


def run(folder: Path) -> None:
    print("Refreshes: eight panels, 7 days, 8 clients, 2 workers, 1 million events of 200 orgs")
    _refreshes(folder)
    print("\nEvents: batches of 1,000, 2 clients, 2 workers, tallies and bitmaps kept")
    _events(f"sqlite:///{folder / 'events.db'}", "SQLite")
    if postgresql.programs() is None:
        print("PostgreSQL is not installed")
        return
    cluster = postgresql.Cluster("-c shared_buffers=256MB -c max_wal_size=4GB")
    cluster.init()
    cluster.start()
    try:
        _events(f"{cluster.url}/postgres", "PostgreSQL")
    finally:
        cluster.stop()


@contextmanager
def _server(url: str, workers: int = 2) -> Iterator[tuple[int, list[int]]]:
    """The port of a server, and the process ids of its workers."""
    port = free_port()
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers",
        str(workers), "--blocking-threads", "4", "--no-access-log", "--log-level", "warning", "dashapp.wsgi:app",
    ]  # fmt: skip
    env = {**os.environ, "DASHAPP_DATABASE_URL": url, "DASHAPP_SECRET_KEY": _SECRET, "DASHAPP_LOG_LEVEL": "error"}  # fmt: skip
    process = subprocess.Popen(command, env=env, start_new_session=True)
    try:
        wait_for(port)
        yield port, _children(process.pid)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def _children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(stat.read_text().rsplit(")", 1)[1].split()[1]) == pid:
                found.append(int(stat.parent.name))
        except OSError:
            continue
    return found


def _cpu(pids: list[int]) -> float:
    """Seconds of processor time."""
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def _refreshes(folder: Path) -> None:
    store = setting.open_store(folder, "orgs")
    dice = random.Random(1)
    secrets = []
    weights = [1 / rank for rank in range(1, ORGS + 1)]
    for number, weight in enumerate(weights):
        owner = setting.org(store, f"org-{number}")
        setting.fill(store, owner, round(EVENTS * weight / sum(weights)))
        with store.changing() as session:
            secrets.append(keys.insert_key(session, owner.org_id, KeyKind.READ, now=1)[1])
    url = store.url.render_as_string()
    store.close()
    dice.shuffle(secrets)
    with _server(url) as (port, workers):
        _ask(port, secrets[:40], 2)  # warm
        before, started = _cpu(workers), time.perf_counter()
        with multiprocessing.Pool(2) as pool:
            parts = [(port, secrets[n::2], CLIENTS // 2, 10.0) for n in range(2)]
            counts = pool.starmap(_clients, parts)
        seconds, done = time.perf_counter() - started, sum(counts)
        cpu = (_cpu(workers) - before) / done * 1000
        print(f"{done / 10:,.0f} complete refreshes a second (bar: 250), {cpu:.2f} ms CPU each ({seconds:.0f} s)")  # fmt: skip


def _clients(port: int, secrets: list[str], threads: int, seconds: float) -> int:
    from threading import Thread

    counts: list[int] = []
    made = [
        Thread(target=lambda n=n: counts.append(_ask(port, secrets[n:], seconds)))
        for n in range(threads)
    ]
    [thread.start() for thread in made]
    [thread.join() for thread in made]
    return sum(counts)


def _ask(port: int, secrets: list[str], seconds: float) -> int:
    """Ask for one board after the other; how many came back whole."""
    done, deadline = 0, time.monotonic() + seconds
    path = f"/api/v1/dashboards/operations/data?time_range=7d&as_of={AS_OF}"
    with closing(http.client.HTTPConnection("127.0.0.1", port)) as ask:
        while time.monotonic() < deadline:
            secret = secrets[done % len(secrets)]
            ask.request("GET", path, headers={"Authorization": f"Bearer {secret}"})
            answer = ask.getresponse()
            body = answer.read()
            assert answer.status == 200, body
            assert body.count(b'"status":"ok"') + body.count(b'"status":"empty"') == 8
            done += 1
    return done


def _events(url: str, name: str) -> None:
    migrate.upgrade(url)
    store = Store(url)
    owners = [setting.org(store, f"org-{n}") for n in range(2)]
    secrets = []
    for owner in owners:
        with store.changing() as session:
            secrets.append(
                [keys.insert_key(session, owner.org_id, kind, now=1)[1] for kind in (KeyKind.INGEST, KeyKind.READ)]
            )  # fmt: skip
    with _server(url) as (port, workers):
        bodies = [_bodies(n, 40) for n in range(2)]
        before, started = _cpu(workers), time.perf_counter()
        with multiprocessing.Pool(2) as pool:
            sent = sum(pool.starmap(_send, [(port, secrets[n][0], bodies[n]) for n in range(2)]))
        seconds = time.perf_counter() - started
        cpu = (_cpu(workers) - before) / sent * 1e6
        print(f"{name}: {sent / seconds:,.0f} events a second, {cpu:.0f} us CPU of the server each")
        _history(port, secrets, name, sent / seconds)
        _freshness(port, *secrets[0], name)
    for owner in owners:
        maintenance.finish_counting(store, owner)
    wrong = [one for owner in owners for one in maintenance.differences(store, owner)]
    print(f"{name}: {len(wrong)} tallies differ from a recount")
    store.close()


def _history(port: int, secrets: list[list[str]], name: str, near: float) -> None:
    """Compare batches spread over nine months with batches of the last minutes."""
    bodies = [_bodies(n, 40, days=270) for n in (10, 11)]
    started = time.perf_counter()
    with multiprocessing.Pool(2) as pool:
        sent = sum(pool.starmap(_send, [(port, secrets[n][0], bodies[n]) for n in range(2)]))
    rate = sent / (time.perf_counter() - started)
    print(f"{name}: {rate:,.0f} events a second over nine months (bar: 15,000), {rate / near:.2f} of those near now")  # fmt: skip


def _bodies(seed: int, count: int, days: int = 0) -> list[bytes]:
    """Batches of a thousand, of the last minutes; with `days`, each spread over so many."""
    events = setting.made_up(count * 1_000, seed)
    now = datetime.now(UTC) - timedelta(minutes=10)
    apart = timedelta(days=days) / 1_000
    listed = [
        {
            "id": event.id,
            "type": event.type,
            "occurred_at": to_text(now + timedelta(milliseconds=n) - apart * (n % 1_000)),
            "user": event.user,
            "channel": event.channel,
            "properties": json.loads(event.properties),
        }
        for n, event in enumerate(events)
    ]
    return [json.dumps(listed[low : low + 1_000]).encode() for low in range(0, len(listed), 1_000)]


def _send(port: int, secret: str, bodies: list[bytes]) -> int:
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    sent = 0
    with closing(http.client.HTTPConnection("127.0.0.1", port)) as ask:
        for body in bodies:
            ask.request("POST", "/api/v1/events", body, headers)
            answer = ask.getresponse()
            found = json.loads(answer.read())
            assert (answer.status, found["accepted"]) == (200, 1_000), found
            sent += 1_000
    return sent


def _freshness(port: int, ingest: str, read: str, name: str) -> None:
    """From the acknowledgement of an event until it stands in the JSON answer."""
    found = []
    for number in range(200):
        body = json.dumps([{"id": f"fresh-{number}", "type": "validation_run.created"}]).encode()
        with closing(http.client.HTTPConnection("127.0.0.1", port)) as ask:
            before = _runs(ask, read)
            ask.request("POST", "/api/v1/events", body, {"Authorization": f"Bearer {ingest}", "Content-Type": "application/json"})  # fmt: skip
            ask.getresponse().read()
            acknowledged = time.perf_counter()
            while _runs(ask, read) == before:
                pass
            found.append(time.perf_counter() - acknowledged)
    p99 = quantiles(found, n=100)[98]
    print(f"{name}: acknowledged to visible, p99: {p99 * 1000:.0f} ms (bar: 2,000)")


def _runs(ask: http.client.HTTPConnection, secret: str) -> int:
    ask.request("GET", "/api/v1/dashboards/operations/data?time_range=1h", headers={"Authorization": f"Bearer {secret}"})  # fmt: skip
    panels = json.loads(ask.getresponse().read())["panels"]
    return panels[0]["rows"][0]["value"]
