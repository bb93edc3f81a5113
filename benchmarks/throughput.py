"""Throughput over HTTP, client and server on the same cores: refreshes, events, delay."""

import http.client
import json
import multiprocessing
import os
import random
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles

from benchmarks import setting
from benchmarks.serving import serving
from dashapp.domain.secrets.keys import KeyKind
from dashapp.domain.time.instant import to_text
from dashapp.store import migrate
from dashapp.store.engine import Store
from dashapp.store.orgs import keys
from dashapp.store.tallies import maintenance
from tests import postgresql

ORGS, EVENTS, CLIENTS = 200, 1_000_000, 8
AS_OF = to_text(setting.NOW)


def run(folder: Path) -> None:
    print("Refreshes: eight panels, 7 days, 8 clients, 2 workers, 1 million events of 200 orgs")
    _measure_refreshes(folder)
    print("\nEvents: batches of 1,000, 2 clients, 2 workers, tallies and bitmaps kept")
    _measure_ingest(f"sqlite:///{folder / 'events.db'}", "SQLite")
    if postgresql.programs() is None:
        print("PostgreSQL is not installed")
        return
    cluster = postgresql.Cluster("-c shared_buffers=256MB -c max_wal_size=4GB")
    cluster.init()
    cluster.start()
    try:
        _measure_ingest(f"{cluster.url}/postgres", "PostgreSQL")
    finally:
        cluster.stop()


def cpu_seconds(pids: list[int]) -> float:
    """Return the CPU time of the processes, in seconds."""
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def _measure_refreshes(folder: Path) -> None:
    store = setting.open_store(folder, "orgs")
    rng = random.Random(1)
    secrets = []
    weights = [1 / rank for rank in range(1, ORGS + 1)]
    for number, weight in enumerate(weights):
        scope = setting.new_org(store, f"org-{number}")
        setting.fill(store, scope, round(EVENTS * weight / sum(weights)))
        with store.write_shared() as session:
            secrets.append(keys.insert_key(session, scope, KeyKind.READ, now=1)[1])
    url = store.url.render_as_string()
    store.close()
    rng.shuffle(secrets)
    with serving(url) as (port, workers):
        request_boards(port, secrets[:40], 2)  # warm up
        before, started = cpu_seconds(workers), time.perf_counter()
        with multiprocessing.Pool(2) as pool:
            parts = [(port, secrets[n::2], CLIENTS // 2, 10.0) for n in range(2)]
            counts = pool.starmap(_run_clients, parts)
        seconds, count = time.perf_counter() - started, sum(counts)
        cpu = (cpu_seconds(workers) - before) / count * 1000
        print(f"{count / 10:,.0f} complete refreshes a second (bar: 250), {cpu:.2f} ms CPU each ({seconds:.0f} s)")  # fmt: skip


def _run_clients(port: int, secrets: list[str], threads: int, seconds: float) -> int:
    from threading import Thread

    counts: list[int] = []
    clients = [
        Thread(target=lambda n=n: counts.append(request_boards(port, secrets[n:], seconds)))
        for n in range(threads)
    ]
    [thread.start() for thread in clients]
    [thread.join() for thread in clients]
    return sum(counts)


def request_boards(port: int, secrets: list[str], seconds: float) -> int:
    """Request one board after another; return how many responses were complete."""
    count, deadline = 0, time.monotonic() + seconds
    path = f"/api/v1/dashboards/operations/data?time_range=7d&as_of={AS_OF}"
    with closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
        while time.monotonic() < deadline:
            secret = secrets[count % len(secrets)]
            connection.request("GET", path, headers={"Authorization": f"Bearer {secret}"})
            response = connection.getresponse()
            body = response.read()
            assert response.status == 200, body
            assert body.count(b'"status":"ok"') + body.count(b'"status":"empty"') == 8
            count += 1
    return count


def _measure_ingest(url: str, name: str) -> None:
    migrate.upgrade(url)
    store = Store(url)
    scopes = [setting.new_org(store, f"org-{n}") for n in range(2)]
    secrets = []
    for scope in scopes:
        with store.write_shared() as session:
            secrets.append(
                [keys.insert_key(session, scope, kind, now=1)[1] for kind in (KeyKind.INGEST, KeyKind.READ)]
            )  # fmt: skip
    with serving(url) as (port, workers):
        bodies = [request_bodies(n, 40) for n in range(2)]
        before, started = cpu_seconds(workers), time.perf_counter()
        with multiprocessing.Pool(2) as pool:
            sent = sum(pool.starmap(send, [(port, secrets[n][0], bodies[n]) for n in range(2)]))
        seconds = time.perf_counter() - started
        cpu = (cpu_seconds(workers) - before) / sent * 1e6
        print(f"{name}: {sent / seconds:,.0f} events a second, {cpu:.0f} us CPU of the server each")
        _measure_past_events(port, secrets, name, sent / seconds)
        _measure_delay(port, *secrets[0], name)
    for scope in scopes:
        maintenance.finish_counting(store, scope)
    differences = [
        difference for scope in scopes for difference in maintenance.differences(store, scope)
    ]
    print(f"{name}: {len(differences)} tallies differ from a recount")
    store.close()


def _measure_past_events(
    port: int, secrets: list[list[str]], name: str, recent_rate: float
) -> None:
    """Measure batches spread over nine months, compared with batches of recent events."""
    bodies = [request_bodies(n, 40, days=270) for n in (10, 11)]
    started = time.perf_counter()
    with multiprocessing.Pool(2) as pool:
        sent = sum(pool.starmap(send, [(port, secrets[n][0], bodies[n]) for n in range(2)]))
    rate = sent / (time.perf_counter() - started)
    print(f"{name}: {rate:,.0f} events a second over nine months (bar: 15,000), {rate / recent_rate:.2f} of the rate for recent events")  # fmt: skip


def request_bodies(seed: int, count: int, days: int = 0) -> list[bytes]:
    """Return batches of 1,000 events of the last minutes, or each spread over the last `days`."""
    events = setting.sample_events(count * 1_000, seed)
    latest = datetime.now(UTC) - timedelta(minutes=10)
    step = timedelta(days=days) / 1_000
    payloads = [
        {
            "id": event.id,
            "type": event.type,
            "occurred_at": to_text(latest + timedelta(milliseconds=n) - step * (n % 1_000)),
            "user": event.user,
            "channel": event.channel,
            "properties": json.loads(event.properties),
        }
        for n, event in enumerate(events)
    ]
    return [
        json.dumps(payloads[first : first + 1_000]).encode()
        for first in range(0, len(payloads), 1_000)
    ]


def send(port: int, secret: str, bodies: list[bytes]) -> int:
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    sent = 0
    with closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
        for body in bodies:
            connection.request("POST", "/api/v1/events", body, headers)
            response = connection.getresponse()
            receipt = json.loads(response.read())
            assert (response.status, receipt["rejected"]) == (200, []), receipt
            sent += receipt["accepted"]
    return sent


def _measure_delay(port: int, ingest: str, read: str, name: str) -> None:
    """Measure the delay from the acknowledgment of an event until the JSON API counts it."""
    delays = []
    for number in range(200):
        body = json.dumps([{"id": f"fresh-{number}", "type": "validation_run.created"}]).encode()
        with closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
            before = _run_count(connection, read)
            connection.request("POST", "/api/v1/events", body, {"Authorization": f"Bearer {ingest}", "Content-Type": "application/json"})  # fmt: skip
            connection.getresponse().read()
            acknowledged = time.perf_counter()
            while _run_count(connection, read) == before:
                pass
            delays.append(time.perf_counter() - acknowledged)
    p99 = quantiles(delays, n=100)[98]
    print(f"{name}: acknowledged to visible, p99: {p99 * 1000:.0f} ms (bar: 2,000)")


def _run_count(connection: http.client.HTTPConnection, secret: str) -> int:
    connection.request("GET", "/api/v1/dashboards/operations/data?time_range=1h", headers={"Authorization": f"Bearer {secret}"})  # fmt: skip
    panels = json.loads(connection.getresponse().read())["panels"]
    return panels[0]["rows"][0]["value"]
