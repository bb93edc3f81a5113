"""What a locked filter costs over 90 days, from rows and from sealed days (SQLite)."""

import os
import random
import resource
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from unittest.mock import patch

from benchmarks import setting
from dashapp.domain.access.scope import Scope
from dashapp.domain.events.event import Event
from dashapp.domain.time.instant import to_us
from dashapp.domain.time.presets import Choice
from dashapp.domain.time.time_range import resolve
from dashapp.domain.time.zones import zone_named
from dashapp.queries.reading.together import Asking, answer_together
from dashapp.store.boards.loading import built_in_definitions
from dashapp.store.columns.columns import Columns
from dashapp.store.columns.days import summary, unseal_all
from dashapp.store.columns.sealing import seal_next
from dashapp.store.engine import Store
from dashapp.store.events.ingest import ingest
from dashapp.store.orgs.states import change_state
from dashapp.widgets.catalog import Catalog
from dashapp.widgets.library import Library

FEW = int(os.environ.get("BENCH_FEW", "1000000"))
MANY = int(os.environ.get("BENCH_EVENTS", str(10 * FEW)))
_BATCH = 5_000
_STORES = 200
LOCKED = (("properties.store", ("s7",)),)
_RANGES = ("24h", "7d", "30d", "90d")


def run(folder: Path) -> None:
    store = setting.open_store(folder, "columns")
    costs: dict[int, float] = {}
    for count in dict.fromkeys((FEW, MANY)):
        scope = setting.new_org(store, f"org-{count}")
        print(f"{count:,} events: {fill(store, scope, count):.1f} us of CPU each to ingest")
        viewer = Scope(scope.org, scope.role, filters=LOCKED)
        rows = _from_rows(store, viewer) if count == FEW else None
        _seal(store, scope, None)
        _board(store, viewer, f"{count:,} events, sorted by type")
        _seal(store, scope, "store")
        costs[count] = _board(store, viewer, f"{count:,} events, sorted by type and store")
        if rows is not None:
            print(f"rows / sealed days, 90 days (bar: 20, aim: 60): {rows / costs[count]:.1f}")
        _ingestion(store, scope)
    print(f"{MANY:,} / {FEW:,} events (bar: 10, aim: 3): {costs[MANY] / costs[FEW]:.2f}")
    print(f"memory of this process: {_memory():.0f} MB")
    store.close()


def fill(store: Store, scope: Scope, count: int) -> float:
    """Store the events; return the CPU time of each in microseconds."""
    events = _events(count, scope.org_id)
    before = _cpu()
    while batch := list(islice(events, _BATCH)):
        with store.write(scope) as session:
            ingest(session, scope, batch, received_at=to_us(setting.NOW))
    return (_cpu() - before) / count * 1e6


def _events(count: int, seed: int) -> Iterator[Event]:
    """Yield sample events that belong to stores."""
    rng = random.Random(seed)
    for event in setting.sample_events(count, seed):
        store = f'"store":"s{rng.randrange(_STORES)}"'
        more = event.properties.removeprefix("{")
        properties = f"{{{store}{'' if more == '}' else ','}{more}"
        yield event._replace(properties=properties)


def _seal(store: Store, scope: Scope, sorted_by: str | None) -> None:
    with store.write(scope, has_time_limit=False) as session:
        unseal_all(session, scope)
        change_state(session, scope, locked_field=sorted_by)
    before, count = _cpu(), 0
    while sealed := seal_next(store, scope, to_us(setting.NOW)):
        count += sealed
    rate = count / (_cpu() - before)
    with store.read_primary(scope) as session:
        found = summary(session, scope)
    assert found is not None
    print(f"sealing (bar: 100,000, aim: 180,000): {rate:,.0f} events for each second of CPU")
    print(f"bytes of a sealed event (bar: 25, aim: 12): {found.size / found.events:.1f}")


def _from_rows(store: Store, viewer: Scope) -> float:
    with patch.object(Columns, "of", lambda _session: None):
        return _board(store, viewer, f"{FEW:,} events, from rows", runs=3)


def _board(store: Store, viewer: Scope, title: str, runs: int = 9) -> float:
    """Print the CPU milliseconds of the eight panels in each range; return those of the longest."""
    median = 0.0
    for preset in _RANGES:
        figures = setting.cpu_ms(lambda p=preset: ask(store, viewer, p), runs)
        setting.print_row(f"{title}, {preset}", figures)
        median = figures[1]
    return median


def ask(store: Store, viewer: Scope, preset: str) -> object:
    time_range = resolve(Choice(preset), zone_named("UTC"), now=setting.NOW)
    library = Library(Catalog([]), built_in_definitions())
    panels = [offered.widget for offered in library.offered() if offered.board == "operations"]
    questions = [widget.query.question for widget in panels]
    with store.read_primary(viewer, has_time_limit=False) as session:
        return answer_together(Asking(session, viewer, time_range), questions)


def _ingestion(store: Store, scope: Scope) -> None:
    """Print how much of the rate of ingestion remains when past days are sealed."""
    rates = []
    for number in range(2):
        if number:
            with store.write(scope, has_time_limit=False) as session:
                unseal_all(session, scope)
                change_state(session, scope, sealed_until=None)
        seed, end = scope.org_id + 1_000 * (number + 1), to_us(setting.NOW)
        events = (event._replace(occurred_at=end) for event in _events(20_000, seed))
        before = _cpu()
        while batch := list(islice(events, _BATCH)):
            with store.write(scope) as session:
                ingest(session, scope, batch, received_at=to_us(setting.NOW))
        rates.append(20_000 / (_cpu() - before))
    print(f"ingestion with sealed days / without (bar: 0.9): {rates[0] / rates[1]:.2f}")


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _memory() -> float:
    scale = 1024 if sys.platform == "linux" else 1024**2
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale
