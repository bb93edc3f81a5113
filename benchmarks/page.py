"""The board in a real browser, compared with a stock Dash page: `make bench-page`.

Measures bytes and requests, the time until all charts are drawn, the time until another range is
shown, what fifty refreshes leave in memory, and how long each interaction of a walk takes. Both pages have eight panels, run on Granian with
one worker and are measured in turns. BENCH_RUNS sets the number of runs.
"""

import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser

from benchmarks import page_table, setting, visits
from benchmarks.page_table import Measured
from benchmarks.serving import running
from benchmarks.visits import RANGE, RUNS, Figures, Site
from benchmarks.walk import measure_walk
from dashapp.domain.access.roles import Role
from dashapp.domain.secrets.passwords import hash_password
from dashapp.domain.time.instant import utc_now
from dashapp.store.people import users

EVENTS = 100_000
_EMAIL, _PASSWORD = "ada@example.com", "correct horse battery"
_SECRET = "benchmarks-use-this-and-nobody-else-does-1a2b3c"
_SERVE = ("dashapp", "serve", "--workers", "1")
_STOCK = (
    "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--workers", "1",
    "--blocking-threads", "4", "--backlog", "512", "--no-access-log", "--log-level", "warning",
    "--factory", "benchmarks.stock_page:create",
)  # fmt: skip


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers stop too
    with (
        tempfile.TemporaryDirectory(prefix="dashapp-bench-") as folder,
        _board(Path(folder)) as board,
        running(_STOCK, {"STOCK_DATABASE": f"{folder}/bench.db"}, path="/") as stock,
        visits.chromium() as browser,
    ):
        url = f"{board}/app/acme/operations?time_range={RANGE}"
        state = visits.sign_in(browser, url, _EMAIL, _PASSWORD)
        sites = (visits.inspect(browser, url, state), visits.inspect(browser, stock))
        board_figures, stock_figures = measure(browser, sites)
        walks = [measure_walk(browser, sites[0]) for _ in range(RUNS)]
    page_table.print_tables(board_figures, stock_figures, _medians(walks))


@contextmanager
def _board(folder: Path) -> Iterator[str]:
    """Yield the URL of a server with Acme's events and a user, Ada, who can see them."""
    store = setting.open_store(folder)
    scope = setting.new_org(store, "acme")
    setting.fill(store, scope, EVENTS, utc_now())
    with store.write_shared() as session:
        user = users.insert_user(session, _EMAIL, hash_password(_PASSWORD), now=1)
        users.set_membership(session, scope, user, Role.OWNER, now=1)
    url = store.url.render_as_string(hide_password=False)
    store.close()
    env = {
        "DASHAPP_DATABASE_URL": url,
        "DASHAPP_SECRET_KEY": _SECRET,
        "DASHAPP_LOG_LEVEL": "error",
    }
    with running(_SERVE, env) as server_url:
        yield server_url


def measure(browser: Browser, sites: tuple[Site, Site]) -> list[Measured]:
    """Measure both sites in turns, so that a noisy minute affects both."""
    figures_by_site: list[list[list[Figures]]] = [[[] for _ in range(7)] for _ in sites]
    for _ in range(RUNS):
        for site, kinds in zip(sites, figures_by_site, strict=True):
            loads = [
                *visits.measure_loads(browser, site, is_slow=False),
                *visits.measure_loads(browser, site, is_slow=True),
            ]
            for kind, load in zip(kinds, loads, strict=False):
                kind.append(load)
            kinds[-1] += visits.measure_changes(browser, site)
    memory = [visits.measure_memory(browser, site) for site in sites]
    return [
        Measured(*(_medians(figures) for figures in kinds), memory_figures)
        for kinds, memory_figures in zip(figures_by_site, memory, strict=True)
    ]


def _medians(runs: list[Figures]) -> Figures:
    return {name: median(figures[name] for figures in runs) for name in runs[0]}


if __name__ == "__main__":
    main()
