"""A board that stays open all day: nothing is built anew, nothing jumps, boards do not ask at once."""

import pytest

from tests.browser.board_page import one_refresh, wait_ready

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
SHIFTS = """() => { window.shifts = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
    if (!entry.hadRecentInput) window.shifts += entry.value;
  })).observe({type: "layout-shift", buffered: true}); }"""
CHARTS = "[...document.querySelectorAll('.js-plotly-plot, .js-plotly-plot .main-svg')]"
NODES = "document.querySelectorAll('*').length"


def heap(wire) -> float:
    """Megabytes that are in use after everything unused was thrown away."""
    for _ in range(2):
        wire.send("HeapProfiler.collectGarbage")
    return wire.send("Runtime.getHeapUsage")["usedSize"] / 1_000_000


def flip(page, times):
    """As often another range and back, each with its answer."""
    for _ in range(times):
        for word in ("14d", "7d"):
            with page.expect_response("**/_dash-update-component*"):
                page.evaluate("word => dashappBoard.set('range', {value: word})", word)
            wait_ready(page, time_range=word)


def test_fifty_refreshes_build_nothing_anew_and_keep_nothing(board):
    wire = board.context.new_cdp_session(board)
    flip(board, 3)  # what is made once is made
    board.evaluate(f"window.before = {CHARTS}")
    nodes, used = board.evaluate(NODES), heap(wire)
    flip(board, 25)

    assert board.evaluate("window.before.length") >= 3
    assert board.evaluate(f"{CHARTS}.every((node, n) => node === window.before[n])")
    assert board.evaluate(NODES) == nodes
    assert heap(wire) - used < 3


def test_fifty_ticks_keep_nothing(board):
    wire = board.context.new_cdp_session(board)
    nodes, used = board.evaluate(NODES), heap(wire)
    for number in range(50):
        with board.expect_response("**/_dash-update-component*"):
            board.evaluate(f"dash_clientside.set_props('tick', {{n_intervals: {100 + number}}})")

    assert board.evaluate(NODES) == nodes
    assert heap(wire) - used < 3


def test_heap_and_nodes_that_grow_are_seen(board):
    wire = board.context.new_cdp_session(board)
    nodes, used = board.evaluate(NODES), heap(wire)
    board.evaluate("() => { window.kept = Array.from({length: 1e6}, (_, n) => ({n})); }")
    board.evaluate("document.body.append(document.createElement('p'))")

    assert heap(wire) - used > 3
    assert board.evaluate(NODES) == nodes + 1


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_jumps(open_page, width):
    page = open_page(viewport={"width": width, "height": 900})
    page.goto(f"{page.at}?time_range=7d")
    wait_ready(page, time_range="7d")
    page.evaluate(SHIFTS)
    page.wait_for_timeout(100)
    flip(page, 1)
    with one_refresh(page):
        page.evaluate("dashappBoard.refresh()")

    assert page.evaluate("window.shifts") < 0.02


def test_what_jumps_is_seen(board):
    board.evaluate(SHIFTS)
    board.wait_for_timeout(600)  # what follows the loading is not input
    board.evaluate("document.querySelector('.bar').style.marginTop = '200px'")
    board.wait_for_timeout(200)

    assert board.evaluate("window.shifts") > 0.02


PAUSES = """() => { const found = [], set = dash_clientside.set_props;
  dash_clientside.set_props = (id, props) => { if (id === "tick") found.push(props); set(id, props); };
  for (let n = 0; n < 40; n += 1) {
    Object.defineProperty(document, "hidden", {configurable: true, get: () => n % 2 === 0});
    document.dispatchEvent(new Event("visibilitychange"));
  }
  return found.filter((props) => !props.disabled).map((props) => props.interval); }"""


def test_boards_that_are_opened_together_do_not_ask_together(board):
    pauses = board.evaluate(PAUSES)

    assert len(pauses) == 20
    assert len(set(pauses)) > 15
    assert max(pauses) - min(pauses) > 1_000
    assert min(pauses) >= 13_500
    assert max(pauses) <= 16_500
