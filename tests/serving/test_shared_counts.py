"""All workers of a server are counted together, whichever answers, and whatever happens to one."""

import http.client
import os
import signal
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from dashapp.web.monitoring import places
from tests.reliability.kill import Server
from tests.web.monitoring.test_scraping import samples

COUNT = (
    "from dashapp.web.monitoring.places import share_counts; share_counts();"
    "from dashapp.web.monitoring.counters import counters;"
    "counters().count_request('GET', '/login', 200, 0.1);"
    "counters().set_requests(running=1, waiting=3);"
    "print('counted', flush=True); input()"
)


def get(port: int, path: str) -> str:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", path)
        return connection.getresponse().read().decode()


def logins(port: int) -> float:
    lines = [
        line
        for line in get(port, "/metrics").splitlines()
        if line.startswith("dashapp_http_requests_total") and 'route="/login"' in line
    ]
    assert len(lines) <= 1, lines  # one series for all workers
    return float(lines[0].rpartition(" ")[2]) if lines else 0.0


def command(process: int) -> bytes:
    """Return its command line. A process may end while this looks: then it is empty."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{process}/cmdline").read_bytes()
    return b""


def web_workers(server: Server) -> list[int]:
    return [
        process
        for process in server.workers()
        if (line := command(process)) and b"upkeep" not in line
    ]


def test_a_killed_worker_neither_doubles_nor_loses_counts(store, tmp_path):
    server = Server(store.url.render_as_string(hide_password=False), tmp_path)
    with closing(server):
        server.start()
        for _ in range(20):
            get(server.port, "/login")
        assert logins(server.port) == 20

        time.sleep(6)  # a worker that ends younger than that counts as one that cannot start
        first = web_workers(server)
        os.kill(first[0], signal.SIGKILL)
        while len(set(web_workers(server)) - {first[0]}) < 2:
            time.sleep(0.05)
        assert logins(server.port) == 20
        for _ in range(20):
            get(server.port, "/login")

        assert logins(server.port) == 40
        assert samples(get(server.port, "/metrics"))["dashapp_build_info"] == 1


@pytest.fixture
def counting(tmp_path):
    """Return a function that starts a process that counts once, and waits."""
    started = []

    def start() -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-c", COUNT],
            env={**os.environ, places.FOLDER: str(tmp_path)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        started.append(process)
        assert process.stdout.readline() == "counted\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def totals(folder: Path) -> tuple[float, float]:
    from prometheus_client import CollectorRegistry
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(folder))
    labels = {"method": "GET", "route": "/login", "status": "200"}
    return (
        registry.get_sample_value("dashapp_http_requests_total", labels),
        registry.get_sample_value("dashapp_http_requests_waiting"),
    )


def test_a_process_takes_over_the_place_of_a_killed_one(counting, tmp_path):
    first, _second = counting(), counting()
    assert totals(tmp_path) == (2, 6)

    first.kill()
    first.wait()
    counting()

    assert totals(tmp_path) == (3, 6)
    assert sorted(path.name for path in tmp_path.glob("*.lock")) == ["place-0.lock", "place-1.lock"]
    assert len(list(tmp_path.glob("counter_*.db"))) == 2
