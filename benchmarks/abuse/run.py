"""The scenarios, one after the other, and the table of what others waited."""

import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from threading import Event, Thread

from benchmarks import setting
from benchmarks.abuse import attacks
from benchmarks.abuse.attacks import Target, attacked
from benchmarks.abuse.cast import BULK_USER, Cast, make_cast
from benchmarks.abuse.watch import WATCHED, Rival, Times, megabytes, watching
from benchmarks.serving import serving
from dashapp.domain.time.instant import to_us
from dashapp.store import migrate
from dashapp.store.columns.sealing import seal_next
from dashapp.store.engine import Store
from dashapp.store.orgs.states import lock
from tests import postgresql

_SECONDS = 15.0  # of each scenario
_MOST_SECONDS = 120.0  # that a command is watched; then it is stopped
_MOST_LIVEZ, _MOST_BOARD, _MOST_WRITE = 1.0, 2.0, 0.3  # the last two: more than usual
_NETWORK = (
    ("64 bodies trickle in", attacks.slow_body, 64),
    ("2,000 silent connections", attacks.silence, 2_000),
    ("200 headers come slowly", attacks.slow_headers, 200),
    ("200 clients never read 5 answers", attacks.never_reading, 200),
    ("16 gzip bombs at once", attacks.bomb, 16),
    ("16 questions of 12 months at once", attacks.long_question, 16),
    ("a label with many spellings, 16 at once", attacks.many_spellings, 16),
)


def attack_all(folder: Path, database: str, *, size: float, only: str = "") -> None:
    """Run the scenarios and print a row for each."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    cluster = postgresql.cluster() if database == "postgresql" else nullcontext(None)
    with cluster as server:
        store = setting.open_store(folder, "abuse")
        if server is not None:
            store.close()
            migrate.upgrade(f"{server}/postgres")
            store = Store(f"{server}/postgres")
        cast = make_cast(store, size)
        while seal_next(store, cast.busy, to_us(setting.NOW)):
            pass
        with serving(cast.url, log=folder / "server.log") as (port, workers):
            table = Table(Rival(port, cast), workers)
            for name, scenario, is_write in _scenarios(cast, Target(port, cast, _bundle(port))):
                if re.search(only, name):
                    table.measure(f"{name} ({database})", scenario, is_write=is_write)
        store.close()


Scenario = Callable[[], AbstractContextManager[object]]


def _scenarios(cast: Cast, target: Target) -> Iterator[tuple[str, Scenario, bool]]:
    """Yield the name of each scenario, what happens meanwhile, and whether writes are judged."""
    for name, attack, clients in _NETWORK:
        yield name, lambda attack=attack, n=clients: attacked(target, attack, n), False
    if not cast.store.is_sqlite:
        yield (
            "another org is locked, and 8 of its senders wait",
            lambda: _locked(cast, target),
            True,
        )
    erase = ("erase", "--org", "crowd", "--user", BULK_USER)
    yield "a user with 30% of the events is erased", lambda: _command(cast, *erase), True
    prune = ("prune", "--org", "crowd", "--before", "2026-10-25")
    yield "64 of the remaining 90 days are pruned", lambda: _command(cast, *prune), True


@contextmanager
def _locked(cast: Cast, target: Target) -> Iterator[None]:
    with (
        cast.store.write(cast.busy, has_time_limit=False) as session,
        attacked(target, attacks.locked_sends, 8),
    ):
        lock(session, cast.busy)
        yield


@contextmanager
def _command(cast: Cast, *arguments: str) -> Iterator[Event]:
    """Run a command of dashapp; the block may wait until it ends."""
    environment = {**os.environ, "DASHAPP_DATABASE_URL": cast.url}
    process = subprocess.Popen(
        [sys.executable, "-m", "dashapp", *arguments], env=environment, stdout=subprocess.DEVNULL
    )
    ended = Event()

    def wait() -> None:
        process.wait()
        ended.set()

    Thread(target=wait, daemon=True).start()
    try:
        yield ended
    finally:
        process.terminate()


def _bundle(port: int) -> str:
    """Return the path of the largest file that anybody can ask for."""
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/embed/busy/operations")
    page = connection.getresponse().read().decode()
    connection.close()
    paths = re.findall(r'(?:src|href)="(/_dash/[^"]+\.js)"', page)
    return next((path for path in paths if "/bundle-" in path), paths[0])


class Table:
    """Prints a row for each scenario, and compares it with usual times."""

    def __init__(self, rival: Rival, workers: list[int]) -> None:
        self._rival, self._workers = rival, workers
        names = [f"{kind}, median / worst (s)" for kind in WATCHED]
        self._print("", *names, "memory (MB)", "refused", "result")
        self._print(*["---"] * (len(names) + 4))
        [
            rival.work(kind) for kind in (*WATCHED, *WATCHED) for _ in range(10)
        ]  # loads what it needs
        self._usual = self._row("usual", nullcontext, is_write=False, usual=None)

    def measure(self, name: str, scenario: Scenario, *, is_write: bool) -> None:
        self._row(name, scenario, is_write=is_write, usual=self._usual)
        time.sleep(3)  # the rest of the attack ends

    def _row(self, name: str, scenario: Scenario, *, is_write: bool, usual: Times | None) -> Times:
        before, started = megabytes(self._workers), time.monotonic()
        with scenario() as ended:
            time.sleep(1)
            with watching(self._rival, self._workers) as measured:
                if isinstance(ended, Event):
                    ended.wait(_MOST_SECONDS)
                else:
                    time.sleep(_SECONDS)
            if isinstance(ended, Event):
                name += f", {'done' if ended.is_set() else 'not done'} after {time.monotonic() - started:.0f} s"
        times = measured.times
        cells = [f"{times.median(kind):.2f} / {times.worst(kind):.2f}" for kind in WATCHED]
        refused = sum(times.refused.values())
        verdict = _verdict(times, usual, is_write=is_write)
        self._print(name, *cells, f"{before:.0f} → {times.megabytes:.0f}", str(refused), verdict)
        return times

    def _print(self, *cells: str) -> None:
        sys.stdout.write(f"| {' | '.join(cells)} |\n")
        sys.stdout.flush()


def _verdict(times: Times, usual: Times | None, *, is_write: bool) -> str:
    if usual is None:
        return ""
    over = ["/livez"] if times.worst("/livez") > _MOST_LIVEZ else []
    over += ["board"] if times.worst("board") > usual.worst("board") + _MOST_BOARD else []
    if is_write:
        over += [
            kind
            for kind in ("send", "login")
            if times.worst(kind) > usual.worst(kind) + _MOST_WRITE
        ]
    return f"over: {', '.join(over)}" if over else "PASS"
