"""A walk over the board: how long each interaction takes until the next frame, and what shifts.

Measures what Chromium reports as event timing: from the input until the frame after it. That is what
INP counts. Waiting for numbers from the server is no part of it.
"""

from collections.abc import Callable
from typing import NamedTuple

from playwright.sync_api import Browser, Page

from benchmarks.visits import Figures, Site, Visit, context_of

_AFTER_MS = 250  # for the frame after the last input
_CHART = '[data-panel="events-time-series"]'
_RECORD = """
window.walk = { shifted: 0, events: [] };
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (entry.interactionId) { walk.events.push(entry.duration); }
  }
}).observe({ type: "event", durationThreshold: 16, buffered: true });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (!entry.hadRecentInput) { walk.shifted += entry.value; }
  }
}).observe({ type: "layout-shift", buffered: false });
"""


class Step(NamedTuple):
    name: str
    do: Callable[[Page], None]


def _press(*keys: str) -> Callable[[Page], None]:
    def do(page: Page) -> None:
        for key in keys:
            page.keyboard.press(key)

    return do


def _click(selector: str) -> Callable[[Page], None]:
    return lambda page: page.click(selector)


def _choose_bar(page: Page) -> None:
    box = page.locator(f"{_CHART} .cursor").bounding_box()
    assert box is not None
    for part in (0.3, 0.5, 0.7):
        page.mouse.move(box["x"] + box["width"] * part, box["y"] + box["height"] * 0.6)
    page.mouse.click(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.6)


STEPS = (
    Step("open the menu of a bar", _choose_bar),
    Step("close it", _press("Escape")),
    Step("choose a number card", _press("Alt+2")),
    Step("choose another card", _press("Alt+1")),
    Step("read the chart by keys", _press("ArrowLeft", "ArrowLeft", "ArrowLeft")),
    Step("open the calendar", _click(".custom > summary")),
    Step("go to another month", _press("PageUp")),
    Step("close it", _press("Escape")),
    Step("open the time zones", _click(".zones > summary")),
    Step("type a zone", lambda page: page.keyboard.type("berlin")),
    Step("close them", _press("Escape")),
    Step("compare", _press("c")),
    Step("another range", _press("5")),
    Step("open a panel's menu", _click(f"{_CHART} [data-do=menu]")),
    Step("close it", _press("Escape")),
    Step("open the palette", _press("Control+k")),
    Step("type into it", lambda page: page.keyboard.type("30 days")),
    Step("close it", _press("Escape")),
    Step("list the shortcuts", _press("?")),
    Step("close them", _press("Escape")),
)


def measure_walk(browser: Browser, site: Site) -> Figures:
    """Return the longest interaction of each step in milliseconds, and the layout shift of all."""
    with context_of(browser, site) as context:
        visit = Visit(context.new_page())
        visit.load(site.url)
        page = visit.page
        page.evaluate(_RECORD)
        figures: Figures = {}
        for number, step in enumerate(STEPS):
            page.evaluate("walk.events = []")
            step.do(page)
            page.wait_for_timeout(_AFTER_MS)
            events = page.evaluate("walk.events")
            figures[f"{number + 1}. {step.name}"] = max(events, default=0.0)
        return {**figures, "shifted": page.evaluate("walk.shifted")}
