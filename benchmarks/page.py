"""The board in a real browser, beside a stock Dash page: `make bench-page`. Nothing is judged.

Bytes and requests, the time until all charts are drawn, the time until another range is shown, and
what fifty refreshes leave behind. Both pages have eight panels and a Granian with one worker, and
are measured in turns. BENCH_RUNS says how often.
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
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers end too
    with (
        tempfile.TemporaryDirectory(prefix="dashapp-bench-") as folder,
        _board(Path(folder)) as board,
        running(_STOCK, {"STOCK_DATABASE": f"{folder}/bench.db"}, path="/") as stock,
        visits.chromium() as browser,
    ):
        url = f"{board}/app/acme/operations?time_range={RANGE}"
        state = visits.signed_in(browser, url, _EMAIL, _PASSWORD)
        sites = (visits.look(browser, url, state), visits.look(browser, stock))
        ours, theirs = measure(browser, sites)
    page_table.tell(ours, theirs)


@contextmanager
def _board(folder: Path) -> Iterator[str]:
    """The address of a server with Acme's events, and Ada who may see them."""
    store = setting.open_store(folder)
    owner = setting.org(store, "acme")
    setting.fill(store, owner, EVENTS, utc_now())
    with store.changing() as session:
        user = users.insert_user(session, _EMAIL, hash_password(_PASSWORD), now=1)
        users.set_membership(session, user, owner.org_id, Role.OWNER, now=1)
    url = store.url.render_as_string(hide_password=False)
    store.close()
    env = {
        "DASHAPP_DATABASE_URL": url,
        "DASHAPP_SECRET_KEY": _SECRET,
        "DASHAPP_LOG_LEVEL": "error",
    }
    with running(_SERVE, env) as address:
        yield address


def measure(browser: Browser, sites: tuple[Site, Site]) -> list[Measured]:
    """Both sites in turns, so that a noisy minute meets both."""
    found: list[list[list[Figures]]] = [[[] for _ in range(7)] for _ in sites]
    for _ in range(RUNS):
        for site, kinds in zip(sites, found, strict=True):
            loads = [
                *visits.loads(browser, site, is_slow=False),
                *visits.loads(browser, site, is_slow=True),
            ]
            for kind, load in zip(kinds, loads, strict=False):
                kind.append(load)
            kinds[-1] += visits.changes(browser, site)
    left = [visits.steadiness(browser, site) for site in sites]
    return [
        Measured(*(_medians(figures) for figures in kinds), last)
        for kinds, last in zip(found, left, strict=True)
    ]


def _medians(found: list[Figures]) -> Figures:
    return {name: median(figures[name] for figures in found) for name in found[0]}


if __name__ == "__main__":
    main()
