"""The board in a real browser, beside a stock Dash page: `make bench-page`. Nothing is judged.

Bytes and requests, the time until all charts are drawn, the time until another range is shown, and
what fifty refreshes leave behind. Both pages have eight panels, both are served by
Granian with one worker, and both are measured in turns. BENCH_RUNS says how often.
"""

import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

from playwright.sync_api import Browser

from benchmarks import setting, visits
from benchmarks.serving import running
from benchmarks.visits import CHANGES, RANGE, REFRESHES, RUNS, Figures, Site
from dashapp.domain.instant import utc_now
from dashapp.domain.passwords import hash_password
from dashapp.domain.roles import Role
from dashapp.store import users

EVENTS = 100_000
_EMAIL, _PASSWORD = "ada@example.com", "correct horse battery"
_SECRET = "benchmarks-use-this-and-nobody-else-does-1a2b3c"
_SERVE = ("dashapp", "serve", "--workers", "1")
_STOCK = (
    "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--workers", "1",
    "--blocking-threads", "4", "--backlog", "512", "--no-access-log", "--log-level", "warning",
    "--factory", "benchmarks.stock_page:create",
)  # fmt: skip
_ABOUT = """\
100,000 events and panels of 90 days: four scalars, three charts of days, one list. Chromium, headless,
1280x900, shares this machine's cores with the servers. The medians of {runs} runs and {changes} changes.
Cold: a new profile. Warm: the second load in the same tab. Slow: 20 Mbit/s down and 20 Mbit/s up, each for itself;
the 40 ms are added once a request, before its answer, and not to the connection's handshake.
Stock: a plain Dash page, a callback a panel, go.Figure; the same panels, the list a chart of bars,
scalars in plain HTML; it asks no database.
"""
_ELSEWHERE = (
    "For orientation, measured elsewhere: Superset embedded: 2.9 MB, 68 requests, 3.1 s cold, "
    "1.2-1.4 s per range change; Vizro: 11.1 MB, 2.8 s, 0.7-1.0 s."
)


class Measured(NamedTuple):
    """Medians of one site."""

    cold: Figures
    warm: Figures
    new_tab: Figures
    slow_cold: Figures
    slow_warm: Figures
    slow_new_tab: Figures
    change: Figures
    left: Figures


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers end too
    with (
        tempfile.TemporaryDirectory(prefix="dashapp-bench-") as folder,
        _board(Path(folder)) as board,
        running(_STOCK, path="/") as stock,
        visits.chromium() as browser,
    ):
        url = f"{board}/app/acme/operations?time_range={RANGE}"
        state = visits.signed_in(browser, url, _EMAIL, _PASSWORD)
        sites = (visits.look(browser, url, state), visits.look(browser, stock))
        ours, theirs = measure(browser, sites)
    print(_ABOUT.format(runs=RUNS, changes=RUNS * CHANGES))
    tell(ours, theirs)


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


def tell(ours: Measured, theirs: Measured) -> None:
    def row(
        name: str, of: Callable[[Measured], float], unit: str, bar: str = "", aim: str = ""
    ) -> None:
        cells = [_number(of(measured), unit) for measured in (ours, theirs)]
        _line(name, *cells, bar, aim)

    _line("figure", "this", "stock", "bar", "aim")
    row("bytes on the wire, cold", lambda m: m.cold["bytes"], "KB", "700 KB", "550 KB")
    row("bytes on the wire, warm", lambda m: m.warm["bytes"], "KB")
    row("requests, cold", lambda m: m.cold["requests"], "", "20", "6")
    row("requests, warm", lambda m: m.warm["requests"], "")
    row("all charts drawn, cold", lambda m: m.cold["drawn"], "ms", "1,500 ms", "900 ms")
    row("all charts drawn, warm", lambda m: m.warm["drawn"], "ms", "600 ms", "350 ms")
    row("all charts drawn, warm, new tab", lambda m: m.new_tab["drawn"], "ms")
    row("all charts drawn, cold, slow", lambda m: m.slow_cold["drawn"], "ms")
    row("all charts drawn, warm, slow", lambda m: m.slow_warm["drawn"], "ms")
    row("all charts drawn, new tab, slow", lambda m: m.slow_new_tab["drawn"], "ms")
    row("range change, two frames later", lambda m: m.change["shown"], "ms", "200 ms", "100 ms")
    row("range change, last change of a chart", lambda m: m.change["mutated"], "ms")
    row("requests for data, a range change", lambda m: m.change["asked"], "", "1", "1")
    row("first contentful paint, cold", lambda m: m.cold["painted"], "ms")
    row("first contentful paint, warm", lambda m: m.warm["painted"], "ms")
    row("layout shift (CLS), cold", lambda m: m.cold["shifted"], "CLS")
    _line()
    _ratios(ours, theirs)
    _line()
    _line(f"after {REFRESHES} refreshes", "this", "stock")
    _line("chart nodes that are the same", *(_same(m.left) for m in (ours, theirs)))
    row("JS heap before", lambda m: m.left["heap before"], "KB")
    row("JS heap after", lambda m: m.left["heap"], "KB")
    row("DOM nodes before", lambda m: m.left["nodes before"], "")
    row("DOM nodes after", lambda m: m.left["nodes"], "")
    _line()
    _line("where a load's time goes", "this", "stock")
    for name, of in (("cold", lambda m: m.cold), ("warm", lambda m: m.warm)):
        row(f"main thread: all tasks, {name}", lambda m, of=of: of(m)["TaskDuration"], "ms")
        row(f"main thread: script, {name}", lambda m, of=of: of(m)["ScriptDuration"], "ms")
        row(
            f"main thread: style and layout, {name}",
            lambda m, of=of: of(m)["LayoutDuration"] + of(m)["RecalcStyleDuration"],
            "ms",
        )
        row(f"waiting: the document, {name}", lambda m, of=of: of(m)["document"], "ms")
        row(f"waiting: _dash-layout, {name}", lambda m, of=of: of(m)["layout"], "ms")
        row(f"waiting: the first update, {name}", lambda m, of=of: of(m)["update"], "ms")
    print(f"\n{_ELSEWHERE}")


def _ratios(ours: Measured, theirs: Measured) -> None:
    _line("stock / this", "", "", "bar", "aim")
    for name, kind, figure, bar, aim in (
        ("times faster cold", "cold", "drawn", "2", "5"),
        ("times faster warm", "warm", "drawn", "", ""),
        ("times faster warm, new tab", "new_tab", "drawn", "", ""),
        ("times faster cold, slow", "slow_cold", "drawn", "2", "5"),
        ("times faster warm, slow", "slow_warm", "drawn", "", ""),
        ("times faster on a range change", "change", "shown", "2", "3"),
        ("times fewer bytes, cold", "cold", "bytes", "", ""),
    ):
        ratio = getattr(theirs, kind)[figure] / getattr(ours, kind)[figure]
        _line(name, f"{ratio:.1f}", "", bar, aim)


def _same(left: Figures) -> str:
    return f"{left['same']:.0f} of {left['all']:.0f}"


def _number(value: float, unit: str) -> str:
    if unit == "KB":
        return f"{value / 1000:,.0f} KB"
    if unit == "CLS":
        return f"{value:.4f}"
    return f"{value:,.0f} {unit}".rstrip()


def _line(name: str = "", *cells: str) -> None:
    print(f"{name:40}{''.join(f'{cell:>13}' for cell in cells)}".rstrip(), flush=True)


if __name__ == "__main__":
    main()
