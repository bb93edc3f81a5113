"""Measures a page in a browser: loads, range changes, and memory after many refreshes."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

from tests.browser.conftest import FLAGS

RANGE, OTHER_RANGE = "90d", "30d"
CHANGES = 10
REFRESHES = 50
RUNS = int(os.environ.get("BENCH_RUNS", "5"))
_VIEW = {"width": 1280, "height": 900}
_PROBE = Path(__file__).with_name("probe.js")
_SLOW = {
    "offline": False,
    "latency": 40,
    "downloadThroughput": 20_000_000 / 8,
    "uploadThroughput": 20_000_000 / 8,
}
_AFTER_MS = 300  # for what a page still loads after its charts are drawn
Figures = dict[str, float]


class Site(NamedTuple):
    """A page to visit: its URL, what it will show, and the cookies of a signed-in user."""

    url: str
    panels: int
    charts: int
    state: Any


@contextmanager
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS, headless=True)
        yield browser
        browser.close()


class Visit:
    """A page in its own tab, with its network traffic."""

    def __init__(self, page: Page, *, is_slow: bool = False) -> None:
        self.page = page
        self.cdp: CDPSession = page.context.new_cdp_session(page)
        self.requests: dict[str, str] = {}
        self.bytes = 0.0
        for name, listener in (
            ("requestWillBeSent", self._on_request),
            ("requestServedFromCache", self._on_cached),
            ("responseReceived", self._on_response),
            ("loadingFinished", self._on_finished),
        ):
            self.cdp.on(f"Network.{name}", listener)
        self.cdp.send("Network.enable")
        self.cdp.send("Performance.enable")
        if is_slow:
            self.cdp.send("Network.emulateNetworkConditions", _SLOW)

    def load(self, url: str) -> Figures:
        """Load the page; return milliseconds since navigation began, bytes and requests."""
        self.requests, self.bytes = {}, 0.0
        self.page.goto(url, wait_until="commit")
        drawn = self.page.evaluate("probe.drawn")
        work = self.metrics()
        self.page.wait_for_timeout(_AFTER_MS)
        return {
            "drawn": drawn,
            "bytes": self.bytes,
            "requests": float(len(self.requests)),
            **{name: work[name] * 1000 for name in work if name.endswith("Duration")},
            **self.page.evaluate("probe.load()"),
        }

    def change(self, number: int) -> Figures:
        """Change the range; return milliseconds until it is shown, and requests for data."""
        before = self._data_requests()
        preset = RANGE if number % 2 else OTHER_RANGE
        times = self.page.evaluate(f"probe.change('{preset}')")
        return {**times, "data_requests": self._data_requests() - before}

    def metrics(self) -> Figures:
        metrics = self.cdp.send("Performance.getMetrics")["metrics"]
        return {metric["name"]: metric["value"] for metric in metrics}

    def memory(self) -> Figures:
        """Return the heap and DOM nodes that remain after garbage collection."""
        self.cdp.send("HeapProfiler.collectGarbage")
        metrics = self.metrics()
        return {"heap": metrics["JSHeapUsedSize"], "nodes": metrics["Nodes"]}

    def _data_requests(self) -> int:
        return sum("/_dash-update-component" in url for url in self.requests.values())

    def _on_request(self, event: dict[str, Any]) -> None:
        url = event["request"]["url"]
        if url.startswith("http"):  # not data: URLs, which are part of the page
            self.requests[f"{event['requestId']} {url}"] = url

    def _on_cached(self, event: dict[str, Any]) -> None:
        self._forget(event["requestId"])

    def _on_response(self, event: dict[str, Any]) -> None:
        if event["response"].get("fromDiskCache"):
            self._forget(event["requestId"])

    def _forget(self, request: str) -> None:
        for name in [name for name in self.requests if name.startswith(f"{request} ")]:
            del self.requests[name]

    def _on_finished(self, event: dict[str, Any]) -> None:
        self.bytes += event["encodedDataLength"]


def measure_loads(
    browser: Browser, site: Site, *, is_slow: bool
) -> tuple[Figures, Figures, Figures]:
    """Measure a load with an empty cache, another in the same tab, and one in a new tab."""
    with context_of(browser, site) as context:
        first = Visit(context.new_page(), is_slow=is_slow)
        cold, warm = first.load(site.url), first.load(site.url)
        first.page.close()
        return cold, warm, Visit(context.new_page(), is_slow=is_slow).load(site.url)


def measure_changes(browser: Browser, site: Site) -> list[Figures]:
    with context_of(browser, site) as context:
        visit = Visit(context.new_page())
        visit.load(site.url)
        return [visit.change(number) for number in range(CHANGES)]


def measure_memory(browser: Browser, site: Site) -> Figures:
    """Measure what fifty refreshes leave in memory, after two that warm up the page."""
    with context_of(browser, site) as context:
        visit = Visit(context.new_page())
        visit.load(site.url)
        for number in range(2):
            visit.change(number)
        visit.page.evaluate("probe.mark()")
        before = visit.memory()
        for number in range(REFRESHES):
            visit.change(number)
        after = visit.memory()
        chart_nodes = visit.page.evaluate("probe.marked()")
        return {**chart_nodes, **after, **{f"{name} before": before[name] for name in before}}


def inspect(browser: Browser, url: str, state: Any = None) -> Site:
    """Return the site with its number of panels and charts. This also warms up the server."""
    site = Site(url, 1, 0, state)
    with context_of(browser, site) as context:
        page = context.new_page()
        page.goto(url)
        page.evaluate("probe.drawn")
        page.wait_for_timeout(2_000)
        return site._replace(**page.evaluate("probe.counts()"))


def sign_in(browser: Browser, url: str, email: str, password: str) -> Any:
    context = browser.new_context()
    page = context.new_page()
    page.goto(url)
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", password)
    page.click("button[type=submit]")
    page.wait_for_selector("#board")
    state = context.storage_state()
    context.close()
    return state


@contextmanager
def context_of(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """Yield a new browser profile with the probe in each of its pages."""
    context = browser.new_context(viewport=_VIEW, storage_state=site.state)
    expected = {"panels": site.panels, "charts": site.charts, "range": RANGE}
    context.add_init_script(f"window.expected = {json.dumps(expected)};\n{_PROBE.read_text()}")
    try:
        yield context
    finally:
        context.close()
