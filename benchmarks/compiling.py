"""What PostgreSQL's compiler (JIT) does to the time of a board, with and without a filter."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from unittest.mock import patch

from benchmarks import columns, setting
from benchmarks.databases import databases
from dashapp.domain.access.scope import Scope
from dashapp.store import postgresql
from dashapp.store.columns.columns import Columns
from dashapp.store.engine import Store

FEW, MANY = 300, int(os.environ.get("BENCH_COMPILED", "300000"))
_RANGES = ("7d", "90d")
_RUNS = 7


def run(folder: Path) -> None:
    with databases(folder) as (_sqlite, *others):
        for database in others:
            with database.store() as store:
                scopes = {count: _filled(store, count) for count in (FEW, MANY)}
                database.vacuum(store)
                for count, scope in scopes.items():
                    _compare(store, scope, count)


def _filled(store: Store, count: int) -> Scope:
    scope = setting.new_org(store, f"org-{count}")
    columns.fill(store, scope, count)
    return scope


def _compare(store: Store, scope: Scope, count: int) -> None:
    """Print the times of a board from rows; sealed days would hide what the database does."""
    viewers = {
        "all": scope,
        "filtered": Scope(scope.org, scope.role, filters=columns.LOCKED),
    }
    for preset in _RANGES:
        for name, viewer in viewers.items():
            times = {}
            for compiler in ("on", "off"):
                with _compiler(compiler), patch.object(Columns, "of", lambda _session: None):
                    times[compiler] = _milliseconds(store, viewer, preset)
            title = f"{count:,} events, {preset}, {name}"
            print(
                f"{title:34} compiled {times['on']:7.0f} ms   as dashapp {times['off']:7.0f} ms   "
                f"ratio {times['on'] / times['off']:5.1f}"
            )


@contextmanager
def _compiler(state: str) -> Iterator[None]:
    limits = postgresql.LIMITS.replace("jit = off", f"jit = {state}")
    with patch.object(postgresql, "LIMITS", limits):
        yield


def _milliseconds(store: Store, viewer: Scope, preset: str) -> float:
    times = []
    for _ in range(_RUNS):
        started = time.perf_counter()
        columns.ask(store, viewer, preset)
        times.append(1_000 * (time.perf_counter() - started))
    return median(times[1:])
