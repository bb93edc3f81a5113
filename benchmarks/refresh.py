"""The cost of a refresh for orgs with 1,000, 1 million and 10 million events (SQLite)."""

import os
from contextlib import contextmanager
from pathlib import Path

from benchmarks import setting
from dashapp.store.orgs.states import OrgState

MILLION = 1_000_000
MANY = int(os.environ.get("BENCH_EVENTS", str(10 * MILLION)))
DATA = "/api/v1/dashboards/operations/data"


def run(folder: Path) -> None:
    store = setting.open_store(folder)
    sizes = {"1,000": 1_000, f"{MILLION:,}": MILLION, f"{MANY:,}": MANY}
    scopes = {name: setting.new_org(store, f"org-{size}") for name, size in sizes.items()}
    for name, scope in scopes.items():
        rate = setting.fill(store, scope, sizes[name])
        print(
            f"{name:>12} events stored and counted: {rate:,.0f} a second, batches of 5,000",
            flush=True,
        )
    print("\nEight panels: the operations board")
    for name, scope in scopes.items():
        _measure(store, scope, f"{name} events")
    print("\nFour panels")
    for name, scope in scopes.items():
        setting.place(store, scope, setting.FOUR_PANELS)
        _measure(store, scope, f"{name} events")
    print("\nSix panels: with two lists of the most frequent labels")
    for scope in scopes.values():
        setting.place(store, scope, setting.SIX_PANELS)
    medians = {name: _measure(store, scope, f"{name} events") for name, scope in scopes.items()}
    large, small = medians[f"{MANY:,}"], medians[f"{MILLION:,}"]
    print(f"\n90d, {MANY:,} events / {MILLION:,}: {large['90d'] / small['90d']:.2f} (bar: 1.2)")
    print(f"{MANY:,} events, 90d / 24h: {large['90d'] / large['24h']:.2f} (bar: 1.5)")
    with from_events():
        from_raw_events = _measure(
            store, scopes[f"{MANY:,}"], f"{MANY:,} events, without tallies", ("90d",), 1
        )
    print(
        f"90d, from events / from tallies: {from_raw_events['90d'] / large['90d']:,.0f} times (bar: 20)"
    )
    store.close()


def _measure(store, scope, name: str, presets=("24h", "7d", "90d", "12mo"), runs: int = 15):
    client, headers = setting.reader(store, scope)
    medians = {}
    for preset in presets:
        url = f"{DATA}?time_range={preset}"
        figures = setting.cpu_ms(
            lambda client=client, url=url, headers=headers: client.get(url, headers=headers), runs
        )
        medians[preset] = figures[1]
        setting.print_row(f"{name}, {preset}", figures)
    return medians


@contextmanager
def from_events():
    """Read from events as if there were no tallies, with a longer time limit."""
    from dashapp.store import row_security

    find_tally, seconds = OrgState.find_tally, row_security._TIMEOUT_SECONDS  # noqa: SLF001
    OrgState.find_tally, row_security._TIMEOUT_SECONDS = (lambda _state, _tally: None), 600  # noqa: SLF001
    try:
        yield
    finally:
        OrgState.find_tally, row_security._TIMEOUT_SECONDS = find_tally, seconds  # noqa: SLF001
