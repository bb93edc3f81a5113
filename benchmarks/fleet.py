"""Ten thousand orgs: seconds to add them, and for upkeep that has nothing or little to do."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks import setting
from benchmarks.databases import Databases, databases
from dashapp.cli.context import operator_scope
from dashapp.cli.needs import needs_for_upkeep
from dashapp.dashboards.adding import add_orgs, first_rows
from dashapp.dashboards.provision import add_org
from dashapp.domain.access.scope import Scope
from dashapp.domain.events.event import Event
from dashapp.domain.time.instant import to_us, utc_now
from dashapp.store.boards.loading import definitions_of
from dashapp.store.engine import Store
from dashapp.store.events import ingest as ingestion
from dashapp.store.orgs.new_orgs import NewOrg
from dashapp.store.orgs.orgs import list_orgs, set_org
from dashapp.store.upkeep import run_due, run_upkeep
from dashapp.web.access.policies import scope_of_org

ORGS = int(os.environ.get("BENCH_ORGS", "10000"))
FEW = max(10, ORGS // 100)
_AGAIN = timedelta(minutes=20)


def run(folder: Path) -> None:
    with databases(folder) as kinds:
        for kind in kinds:
            _measure(kind)
            _measure_memory(kind, folder)
            _measure_ingestion(kind)


def _measure(kind: Databases) -> None:
    with kind.store() as store:
        one_by_one = _seconds(lambda: _add_one_by_one(store)) / FEW * ORGS
        asking = _asking_each_org(store) / FEW * ORGS
        together = _seconds(lambda: _add_together(store))
        print(
            f"{kind.name}: {ORGS:,} orgs added in {together:.1f} s; one by one {one_by_one:.0f} s ({one_by_one / together:.0f} times as long)"
        )
        idle = _seconds(lambda: _pass(store))
        print(
            f"{kind.name}: an hourly pass with nothing to do: {idle:.2f} s; asking each org {asking:.0f} s ({asking / idle:.0f} times as long)"
        )
        minute = _seconds(lambda: run_due(store, operator_scope, utc_now()))
        print(f"{kind.name}: a pass each minute with nothing to do: {minute:.3f} s")
        _make_work(store, 10)
        busy = _seconds(lambda: run_due(store, operator_scope, utc_now() + _AGAIN))
        print(f"{kind.name}: a pass each minute with expired events in 10 orgs: {busy:.2f} s")


def _add_one_by_one(store: Store) -> None:
    definitions = definitions_of(store)
    for number in range(FEW):
        add_org(
            store, operator_scope, f"few-{number}", now=to_us(utc_now()), definitions=definitions
        )


def _add_together(store: Store) -> None:
    new_orgs = (NewOrg(f"org-{number}", f"Org {number}") for number in range(ORGS - FEW))
    first = first_rows(definitions_of(store), None, now=to_us(utc_now()))
    added = sum(len(step.orgs) for step in add_orgs(store, operator_scope, new_orgs, first))
    assert added == ORGS - FEW


def _asking_each_org(store: Store) -> float:
    """Return the seconds of a pass that asks every org, as all did before they were due or not."""
    needs = needs_for_upkeep(store)
    return _seconds(
        lambda: run_upkeep(store, operator_scope, needs, utc_now(), is_quiet=True, is_for_all=True)
    )


def _pass(store: Store) -> None:
    run_upkeep(store, operator_scope, needs_for_upkeep(store), utc_now(), is_quiet=True)


def _make_work(store: Store, count: int) -> None:
    """Send events of the last 90 days to some orgs, which then keep 80 days."""
    with store.read_shared() as session:
        scopes = [scope_of_org(org) for org in list_orgs(session)[:count]]
    for scope in scopes:
        _store(store, scope, [*setting.sample_events(200, scope.org_id, utc_now())])
        with store.write_shared() as session:
            set_org(session, scope, keep_days=80)


def _seconds(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


def _measure_memory(kind: Databases, folder: Path) -> None:
    """Print the memory of the commands, for few orgs and for many."""
    peaks = []
    for count in (FEW, ORGS):
        file = folder / "orgs.csv"
        file.write_text("slug\n" + "".join(f"org-{number}\n" for number in range(count)))
        with kind.store() as store:
            url = store.url.render_as_string(hide_password=False)
            commands = (("org", "add", "--from", str(file)), ("upkeep",), ("upkeep", "--all"))
            peaks.append([_peak_megabytes(url, *command) for command in commands])
    for name, few, many in zip(("org add --from", "upkeep", "upkeep --all"), *peaks, strict=True):
        print(
            f"{kind.name}: memory of {name}: {few:.0f} MB for {FEW:,} orgs, {many:.0f} MB for {ORGS:,}"
        )


def _peak_megabytes(url: str, *command: str) -> float:
    process = subprocess.Popen(
        [sys.executable, "-m", "dashapp", *command],
        env={**os.environ, "DASHAPP_DATABASE_URL": url},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    return usage.ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)


def _measure_ingestion(kind: Databases) -> None:
    """Print what it costs senders of past events that they make their org due."""
    seconds: dict[bool, list[float]] = {True: [], False: []}
    with kind.store() as store:
        scope = setting.new_org(store, "acme")
        with_due = ingestion.wake
        for number in range(400):
            is_kept = number % 2 == 0
            ingestion.wake = with_due if is_kept else (lambda *_args: None)
            batch = [*setting.sample_events(20, 1_000 + number, utc_now())]
            seconds[is_kept].append(_seconds(lambda b=batch: _store(store, scope, b)))
        ingestion.wake = with_due
    ratio = median(seconds[True]) / median(seconds[False])
    print(
        f"{kind.name}: a batch of 20 past events: {ratio:.2f} times as long as without recording what is due"
    )


def _store(store: Store, scope: Scope, batch: list[Event]) -> None:
    with store.write(scope) as session:
        ingestion.ingest(session, scope, batch, received_at=to_us(utc_now()))
