"""What a browser measures of a page: loads, changes of the range, and what many of them leave."""

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
_AFTER_MS = 300  # what a page still loads when its charts stand
Figures = dict[str, float]


class Site(NamedTuple):
    """A page to visit: its address, what it will show, and the cookies of who is signed in."""

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
    """A page in a tab of its own, with what crossed the wire for it."""

    def __init__(self, page: Page, *, is_slow: bool = False) -> None:
        self.page = page
        self.cdp: CDPSession = page.context.new_cdp_session(page)
        self.requests: dict[str, str] = {}
        self.bytes = 0.0
        for name, heard in (
            ("requestWillBeSent", self._sent),
            ("requestServedFromCache", self._kept),
            ("responseReceived", self._answered),
            ("loadingFinished", self._finished),
        ):
            self.cdp.on(f"Network.{name}", heard)
        self.cdp.send("Network.enable")
        self.cdp.send("Performance.enable")
        if is_slow:
            self.cdp.send("Network.emulateNetworkConditions", _SLOW)

    def load(self, url: str) -> Figures:
        """Milliseconds since the navigation began, bytes and requests on the wire."""
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
        """Another range: milliseconds until it is shown, and requests for data."""
        before = self._data_requests()
        word = RANGE if number % 2 else OTHER_RANGE
        found = self.page.evaluate(f"probe.change('{word}')")
        return {**found, "asked": self._data_requests() - before}

    def metrics(self) -> Figures:
        listed = self.cdp.send("Performance.getMetrics")["metrics"]
        return {metric["name"]: metric["value"] for metric in listed}

    def left(self) -> Figures:
        """What the page holds once its garbage is gone."""
        self.cdp.send("HeapProfiler.collectGarbage")
        found = self.metrics()
        return {"heap": found["JSHeapUsedSize"], "nodes": found["Nodes"]}

    def _data_requests(self) -> int:
        return sum("/_dash-update-component" in url for url in self.requests.values())

    def _sent(self, event: dict[str, Any]) -> None:
        url = event["request"]["url"]
        if url.startswith("http"):  # small images travel inside the page
            self.requests[f"{event['requestId']} {url}"] = url

    def _kept(self, event: dict[str, Any]) -> None:
        self._forget(event["requestId"])

    def _answered(self, event: dict[str, Any]) -> None:
        if event["response"].get("fromDiskCache"):
            self._forget(event["requestId"])

    def _forget(self, request: str) -> None:
        for name in [name for name in self.requests if name.startswith(f"{request} ")]:
            del self.requests[name]

    def _finished(self, event: dict[str, Any]) -> None:
        self.bytes += event["encodedDataLength"]


def loads(browser: Browser, site: Site, *, is_slow: bool) -> tuple[Figures, Figures, Figures]:
    """The first load with an empty cache, the second one in the same tab, and one in a new tab."""
    with _context(browser, site) as context:
        first = Visit(context.new_page(), is_slow=is_slow)
        cold, warm = first.load(site.url), first.load(site.url)
        first.page.close()
        return cold, warm, Visit(context.new_page(), is_slow=is_slow).load(site.url)


def changes(browser: Browser, site: Site) -> list[Figures]:
    with _context(browser, site) as context:
        visit = Visit(context.new_page())
        visit.load(site.url)
        return [visit.change(number) for number in range(CHANGES)]


def steadiness(browser: Browser, site: Site) -> Figures:
    """What fifty refreshes leave behind, after two that warm the page up."""
    with _context(browser, site) as context:
        visit = Visit(context.new_page())
        visit.load(site.url)
        for number in range(2):
            visit.change(number)
        visit.page.evaluate("probe.mark()")
        before = visit.left()
        for number in range(REFRESHES):
            visit.change(number)
        after = visit.left()
        kept = visit.page.evaluate("probe.marked()")
        return {**kept, **after, **{f"{name} before": before[name] for name in before}}


def look(browser: Browser, url: str, state: Any = None) -> Site:
    """What there is to wait for; the server is warm afterwards."""
    seen = Site(url, 1, 0, state)
    with _context(browser, seen) as context:
        page = context.new_page()
        page.goto(url)
        page.evaluate("probe.drawn")
        page.wait_for_timeout(2_000)
        return seen._replace(**page.evaluate("probe.counts()"))


def signed_in(browser: Browser, url: str, email: str, password: str) -> Any:
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
def _context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """A new browser profile, with the clock in each of its pages."""
    context = browser.new_context(viewport=_VIEW, storage_state=site.state)
    expected = {"panels": site.panels, "charts": site.charts, "range": RANGE}
    context.add_init_script(f"window.expected = {json.dumps(expected)};\n{_PROBE.read_text()}")
    try:
        yield context
    finally:
        context.close()
