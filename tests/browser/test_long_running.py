"""Boards that stay open all day: no leaks, no layout shifts, no refreshes at the same moment."""

import pytest

from tests.browser.board_page import expect_one_refresh, wait_until_ready
from tests.effort import scaled

pytestmark = pytest.mark.browser
REFRESHES = scaled(20)
MAX_GROWTH = 1 + REFRESHES / 25  # megabytes
RECORD_SHIFTS = """() => { window.shifts = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
    if (!entry.hadRecentInput) window.shifts += entry.value;
  })).observe({type: "layout-shift", buffered: true}); }"""
CHARTS = "[...document.querySelectorAll('.js-plotly-plot, .js-plotly-plot .main-svg')]"
NODE_COUNT = "document.querySelectorAll('*').length"


def heap_megabytes(devtools) -> float:
    """Return the megabytes in use after garbage collection."""
    for _ in range(2):
        devtools.send("HeapProfiler.collectGarbage")
    return devtools.send("Runtime.getHeapUsage")["usedSize"] / 1_000_000


def switch_range(page, times):
    """Switch to another range and back this many times, waiting for each response."""
    for _ in range(times):
        for preset in ("14d", "7d"):
            with page.expect_response("**/_dash-update-component*"):
                page.evaluate(
                    "preset => dash_clientside.set_props('range', {value: preset})", preset
                )
            wait_until_ready(page, time_range=preset)


def test_refreshes_rebuild_nothing_and_leak_nothing(board):
    devtools = board.context.new_cdp_session(board)
    switch_range(board, 3)  # create everything that is created only once
    board.evaluate(f"window.before = {CHARTS}")
    nodes, used = board.evaluate(NODE_COUNT), heap_megabytes(devtools)
    switch_range(board, REFRESHES // 2)

    assert board.evaluate("window.before.length") >= 3
    assert board.evaluate(f"{CHARTS}.every((node, n) => node === window.before[n])")
    assert board.evaluate(NODE_COUNT) == nodes
    assert heap_megabytes(devtools) - used < MAX_GROWTH


def test_ticks_leak_nothing(board):
    devtools = board.context.new_cdp_session(board)
    nodes, used = board.evaluate(NODE_COUNT), heap_megabytes(devtools)
    for number in range(REFRESHES):
        with board.expect_response("**/_dash-update-component*"):
            board.evaluate(f"dash_clientside.set_props('tick', {{n_intervals: {100 + number}}})")

    assert board.evaluate(NODE_COUNT) == nodes
    assert heap_megabytes(devtools) - used < MAX_GROWTH


def test_a_growing_heap_and_new_nodes_are_detected(board):
    devtools = board.context.new_cdp_session(board)
    nodes, used = board.evaluate(NODE_COUNT), heap_megabytes(devtools)
    board.evaluate("() => { window.kept = Array.from({length: 1e6}, (_, n) => ({n})); }")
    board.evaluate("document.body.append(document.createElement('p'))")

    assert heap_megabytes(devtools) - used > MAX_GROWTH
    assert board.evaluate(NODE_COUNT) == nodes + 1


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_shifts(open_page, width):
    page = open_page(viewport={"width": width, "height": 900})
    page.goto(f"{page.board_url}?time_range=7d")
    wait_until_ready(page, time_range="7d")
    page.evaluate(RECORD_SHIFTS)
    page.wait_for_timeout(100)
    switch_range(page, 1)
    with expect_one_refresh(page):
        page.evaluate("document.querySelector('[data-do=refresh]').click()")

    assert page.evaluate("window.shifts") < 0.02


def test_a_layout_shift_is_detected(board):
    board.evaluate(RECORD_SHIFTS)
    board.wait_for_timeout(600)  # shifts soon after an input would be ignored
    board.evaluate("document.querySelector('.bar').style.marginTop = '200px'")
    board.wait_for_timeout(200)

    assert board.evaluate("window.shifts") > 0.02


REFRESH_INTERVALS = """() => { const changes = [], set = dash_clientside.set_props;
  dash_clientside.set_props = (id, props) => { if (id === "tick") changes.push(props); set(id, props); };
  for (let n = 0; n < 40; n += 1) {
    Object.defineProperty(document, "hidden", {configurable: true, get: () => n % 2 === 0});
    document.dispatchEvent(new Event("visibilitychange"));
  }
  return changes.filter((props) => !props.disabled).map((props) => props.interval); }"""


def test_boards_opened_together_do_not_refresh_together(board):
    intervals = board.evaluate(REFRESH_INTERVALS)

    assert len(intervals) == 20
    assert len(set(intervals)) > 15
    assert max(intervals) - min(intervals) > 1_000
    assert min(intervals) >= 13_500
    assert max(intervals) <= 16_500
