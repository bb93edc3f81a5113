"""Measures what others wait: the times of usual requests, and the memory of the workers."""

import http.client
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from statistics import median
from threading import Event, Thread
from typing import NamedTuple
from urllib.parse import urlencode

from benchmarks import setting
from benchmarks.abuse.cast import EMAIL, PASSWORD, Cast
from dashapp.domain.time.instant import to_text

WATCHED = ("/livez", "board", "send", "login")
_LIMIT = 30.0  # seconds; no answer counts as this long
_PAUSE = {"/livez": 0.05, "board": 0.05, "send": 0.1, "login": 0.5}
_ids = count(1)


class Times(NamedTuple):
    """The seconds of each request by kind, refused ones by kind, and megabytes at worst."""

    seconds: dict[str, list[float]]
    refused: dict[str, int]
    megabytes: float

    def worst(self, kind: str) -> float:
        return max(self.seconds[kind], default=0.0)

    def median(self, kind: str) -> float:
        return median(self.seconds[kind] or [0.0])


class Rival:
    """Someone who looks at a board, sends events and signs in, as on any day."""

    def __init__(self, port: int, cast: Cast) -> None:
        self._port, self._cast = port, cast

    def work(self, kind: str) -> int:
        """Send one request; return the status, or 0 without a response."""
        try:
            return getattr(self, f"_{kind.strip('/')}")()[0]
        except (OSError, http.client.HTTPException):
            return 0

    def _livez(self):
        return self._ask("GET", "/livez")

    def _board(self):
        path = f"/api/v1/dashboards/operations/data?time_range=7d&as_of={to_text(setting.NOW)}"
        return self._ask("GET", path, Authorization=f"Bearer {self._cast.rival_reads}")

    def _send(self):
        events = [{"id": f"rival-{next(_ids)}", "type": "page.viewed", "user": "u-1"}]
        headers = {"Content-Type": "application/json"}
        bearer = f"Bearer {self._cast.rival_sends}"
        return self._ask(
            "POST", "/api/v1/events", json.dumps(events), Authorization=bearer, **headers
        )

    def _login(self):
        """Open the form and send it: a form can be used once."""
        _status, headers, page = self._ask("GET", "/login")
        token = re.search(rb'name="csrf_token" value="([^"]+)"', page)
        if token is None:
            return 0, headers, page
        cookie = headers["Set-Cookie"].split(";")[0]
        form = {"email": EMAIL, "password": PASSWORD, "csrf_token": token[1].decode()}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
        return self._ask("POST", "/login", urlencode(form), **headers)

    def _ask(self, method: str, path: str, body: str | None = None, **headers: str):
        with closing(
            http.client.HTTPConnection("127.0.0.1", self._port, timeout=_LIMIT)
        ) as connection:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, response.headers, response.read()


@contextmanager
def watching(rival: Rival, workers: list[int]) -> "Iterator[Measured]":
    """Measure during the block."""
    times = {kind: [] for kind in WATCHED}
    refused = dict.fromkeys(WATCHED, 0)
    memory = [megabytes(workers)]
    stopped = Event()

    def repeat(kind: str) -> None:
        while not stopped.wait(_PAUSE[kind]):
            started = time.perf_counter()
            status = rival.work(kind)
            times[kind].append(time.perf_counter() - started if status else _LIMIT)
            refused[kind] += status not in {200, 303}

    def weigh() -> None:
        while not stopped.wait(0.5):
            memory[0] = max(memory[0], megabytes(workers))

    works: list[Callable[[], None]] = [weigh]
    works += [lambda kind=kind: repeat(kind) for kind in WATCHED]
    threads = [Thread(target=work, daemon=True) for work in works]
    [thread.start() for thread in threads]
    measured = Measured(Times(times, refused, 0.0))
    try:
        yield measured
    finally:
        stopped.set()
        [thread.join(2 * _LIMIT) for thread in threads]
        measured.times = Times(times, refused, memory[0])


class Measured:
    """The times of a block, complete after it."""

    def __init__(self, times: Times) -> None:
        self.times = times


def megabytes(workers: list[int]) -> float:
    """Return the memory of the workers; what they share is divided among them (PSS)."""
    kilobytes = 0
    for worker in workers:
        try:
            rollup = Path(f"/proc/{worker}/smaps_rollup").read_text()
        except OSError:
            continue
        kilobytes += int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[1])
    return kilobytes / 1024
