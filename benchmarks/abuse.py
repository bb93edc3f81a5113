"""What another org's board takes while one viewer asks long questions (SQLite, 2 workers)."""

import http.client
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from itertools import count
from pathlib import Path
from statistics import median
from threading import Event as Signal
from threading import Thread

from benchmarks import setting
from benchmarks.serving import serving
from dashapp.domain.access.scope import Scope
from dashapp.domain.events.event import Event
from dashapp.domain.secrets.keys import KeyKind
from dashapp.domain.time.instant import to_text, to_us
from dashapp.store.columns.sealing import seal_next
from dashapp.store.engine import Store
from dashapp.store.events.ingest import ingest
from dashapp.store.orgs import keys

EVENTS = 300_000
SPELLINGS = 200_000
_AT_ONCE = 16
_SECONDS = 10.0
_PANELS = (
    "total-validations", "total-errors", "success-rate", "total-warnings", "events-time-series",
    "users-time-series", "runs-by-outcome", "warnings-by-code", "conversations.search_term",
)  # fmt: skip
_WORD = "validationdependencies"


def run(folder: Path) -> None:
    store = setting.open_store(folder, "abuse")
    rival, busy = (setting.new_org(store, slug) for slug in ("rival", "busy"))
    setting.fill(store, rival, 20_000)
    setting.fill(store, busy, EVENTS)
    _add_spellings(store, busy)
    setting.place(store, busy, _PANELS)
    secrets = [_read_key(store, scope) for scope in (rival, busy)]
    for state in ("from rows", "from sealed days"):
        if state == "from sealed days":
            while seal_next(store, busy, to_us(setting.NOW)):
                pass
        with serving(store.url.render_as_string()) as (port, _workers):
            _print(f"usual, {state}", _times(port, secrets[0]))
            for asked, what in (
                ("channel%3Aweb", "16 questions of 12 months"),
                (f"properties.term%3A{_WORD}", "a label with 200,000 spellings"),
            ):
                _print(f"{what}, {state}", *_attacked(port, secrets, asked))
    store.close()


def _add_spellings(store: Store, scope: Scope) -> None:
    events = _spellings(scope.org_id)
    while batch := [event for event, _n in zip(events, range(5_000), strict=False)]:
        with store.write(scope) as session:
            ingest(session, scope, batch, received_at=to_us(setting.NOW))


def _spellings(seed: int) -> Iterator[Event]:
    """Yield searches for one term that is written in many ways."""
    rng = random.Random(seed)
    for event in setting.sample_events(SPELLINGS, seed + 1_000):
        term = "".join(rng.choice((letter, letter.upper())) for letter in _WORD)
        yield event._replace(type="conversation.search_term", properties=f'{{"term":"{term}"}}')


def _read_key(store: Store, scope: Scope) -> str:
    with store.write_shared() as session:
        return keys.insert_key(session, scope, KeyKind.READ, now=1)[1]


def _attacked(port: int, secrets: list[str], asked: str) -> tuple[list[float], Counter[int]]:
    """Return how long the rival's board takes meanwhile, and the status of the long questions."""
    rival, busy = secrets
    statuses: Counter[int] = Counter()
    numbers, stopped = count(), Signal()

    def ask() -> None:
        while not stopped.is_set():
            as_of = to_text(setting.NOW - timedelta(seconds=next(numbers)))  # all are different
            path = f"operations/data?time_range=12mo&filter={asked}&as_of={as_of}"
            statuses[_get(port, path, busy)] += 1

    threads = [Thread(target=ask, daemon=True) for _ in range(_AT_ONCE)]
    [thread.start() for thread in threads]
    time.sleep(1)
    times = _times(port, rival)
    stopped.set()
    [thread.join(60) for thread in threads]
    return times, statuses


def _times(port: int, secret: str) -> list[float]:
    """Return the seconds of each of the boards that are requested for some seconds."""
    times = []
    deadline = time.monotonic() + _SECONDS
    while not times or time.monotonic() < deadline:
        started = time.perf_counter()
        path = f"operations/data?time_range=7d&as_of={to_text(setting.NOW)}"
        assert _get(port, path, secret) == 200
        times.append(time.perf_counter() - started)
        time.sleep(0.05)
    return times


def _get(port: int, path: str, secret: str) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        headers = {"Authorization": f"Bearer {secret}"}
        connection.request("GET", f"/api/v1/dashboards/{path}", headers=headers)
        response = connection.getresponse()
        response.read()
        return response.status


def _print(name: str, times: list[float], statuses: Counter[int] | None = None) -> None:
    answers = ", ".join(f"{n} x {status}" for status, n in sorted((statuses or {}).items()))
    print(
        f"{name:62} median {median(times):6.3f} s, worst {max(times):6.3f} s   {answers}",
        flush=True,
    )
