"""Presented boards: full screen, without controls, one dashboard after the other."""

import re

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.board_page import expect_requests, panel, wait_until_ready, wait_until_true
from tests.browser.test_accessibility import violations

pytestmark = pytest.mark.browser
# Chromium without a screen has no wake lock: this one counts.
WAKE_LOCK = """
window.locks = 0;
Object.defineProperty(navigator, "wakeLock", { value: { request: async () => {
  window.locks += 1;
  return { release: async () => { window.locks -= 1; } };
} } });
"""


def root(page):
    return page.locator("html")


def strip(page):
    return page.get_by_role("complementary", name="Presentation")


def frames(page):
    return page.locator(".stage iframe")


def is_full(page):
    return page.evaluate("document.fullscreenElement !== null")


def present(page):
    page.keyboard.press("f")
    expect(root(page)).to_have_attribute("data-presenting", "stage")
    expect(strip(page)).to_be_visible()


def wait_until_idle(page):
    """Let the three seconds without a movement pass."""
    page.clock.run_for(3_100)
    expect(root(page)).to_have_attribute("data-idle", "")


@pytest.fixture
def timed(open_page):
    """Acme's Operations board, whose timers run only when the test says so."""
    page = open_page()
    page.goto(f"{page.board_url}?time_range=7d")
    wait_until_ready(page, time_range="7d")
    page.clock.install()
    yield page
    page.close()  # its clock would stay


def choose_turn(page, turn):
    page.evaluate("turn => localStorage.setItem('dashapp-rotation', turn)", turn)


# -- The screen -----------------------------------------------------------------------------------


def test_f_fills_the_screen_and_hides_all_controls(board):
    present(board)

    wait_until_true(board, "document.fullscreenElement !== null")
    for hidden in (".top", "#range", ".steps", ".btn.edit", ".zones", ".compare", ".more"):
        expect(board.locator(hidden).first).to_be_hidden()
    for visible in ("#dates", ".fresh", "h1"):
        expect(board.locator(visible)).to_be_visible()
    expect(board.locator("h1")).to_have_text("Operations")


def test_numbers_are_larger_and_the_board_fills_the_window(board):
    def size():
        return board.locator(".kpi .val").first.evaluate(
            "node => node.getBoundingClientRect().height"
        )

    before = size()
    board.set_viewport_size({"width": 1920, "height": 1080})
    present(board)
    expect(board.locator("#main")).to_have_attribute("style", re.compile("zoom: 1"))

    assert size() > 1.5 * before
    height = board.locator("#main").evaluate("node => node.getBoundingClientRect().bottom")
    assert 1000 < height <= 1081


@pytest.mark.parametrize("key", ["f", "Escape"])
def test_f_and_escape_end_it(board, key):
    width = board.locator("#board .grid").bounding_box()["width"]
    present(board)
    board.keyboard.press(key)

    expect(root(board)).not_to_have_attribute("data-presenting", "stage")
    expect(strip(board)).to_have_count(0)
    wait_until_true(board, "document.fullscreenElement === null")
    expect(board.locator("#range")).to_be_visible()
    assert board.locator("#board .grid").bounding_box()["width"] == width
    with expect_requests(board, ["_dash-update-component"]):
        board.keyboard.press("r")


def test_the_end_of_full_screen_ends_it(board):
    present(board)
    wait_until_true(board, "document.fullscreenElement !== null")
    board.evaluate("document.exitFullscreen()")

    expect(strip(board)).to_have_count(0)


def test_without_full_screen_it_fills_the_window(board):
    board.evaluate("() => { document.documentElement.requestFullscreen = () => Promise.reject(); }")
    present(board)

    expect(board.locator(".top")).to_be_hidden()
    assert not is_full(board)
    board.keyboard.press("Escape")
    expect(board.locator(".top")).to_be_visible()


def test_the_menu_presents_too_and_the_key_does_not_while_typing(board):
    board.click(".custom > summary")
    board.locator("#custom-from").press("f")
    board.keyboard.press("Escape")
    expect(strip(board)).to_have_count(0)
    board.click("details.user summary")
    board.get_by_role("button", name="Present").click()

    expect(strip(board)).to_be_visible()


def test_other_shortcuts_do_nothing_meanwhile(board):
    present(board)
    with expect_requests(board, []):
        for key in ("r", "c", "?", "5", "ControlOrMeta+k"):
            board.keyboard.press(key)

    expect(board.locator("dialog[open]")).to_have_count(0)


def test_the_screen_stays_on_and_may_sleep_afterwards(board):
    board.add_init_script(WAKE_LOCK)
    board.reload()
    wait_until_ready(board, time_range="7d")
    present(board)
    wait_until_true(board, "locks === 1")
    board.evaluate("locks = 0; document.dispatchEvent(new Event('visibilitychange'))")
    wait_until_true(board, "locks === 1")
    board.keyboard.press("Escape")

    wait_until_true(board, "locks === 0")


def test_the_pointer_and_the_controls_hide_after_three_seconds(timed):
    present(timed)
    wait_until_idle(timed)
    expect(strip(timed)).to_be_hidden()
    assert root(timed).evaluate("node => getComputedStyle(node).cursor") == "none"
    timed.mouse.move(200, 200)

    expect(strip(timed)).to_be_visible()
    expect(root(timed)).not_to_have_attribute("data-idle", "")


def test_a_board_without_automatic_refresh_is_refreshed(open_page):
    page = open_page()
    page.goto(f"{page.board_url}?time_range=7d&refresh=off")
    wait_until_ready(page, time_range="7d")
    page.clock.install()
    present(page)
    with page.expect_response("**/_dash-update-component*"):
        page.clock.run_for(20_000)
    page.close()


# -- Turns ----------------------------------------------------------------------------------------


def test_dashboards_take_turns_in_full_screen(timed):
    choose_turn(timed, "30s")
    present(timed)
    wait_until_idle(timed)
    timed.clock.run_for(30_100)
    shown = timed.frame_locator(".stage iframe[data-shown]")
    expect(shown.get_by_role("heading", name="Conversations")).to_be_attached()
    expect(frames(timed)).to_have_attribute("title", "Conversations")
    expect(shown.locator("html")).to_have_attribute("data-presenting", "framed")
    expect(shown.locator(".top")).to_be_hidden()
    expect(shown.locator("#board")).to_have_attribute("data-time-range", "7d")
    assert is_full(timed)
    timed.clock.run_for(30_100)

    expect(timed.locator(".stage[data-shown]")).to_have_count(0)
    expect(panel(timed, "events-time-series")).to_be_visible()


def test_a_dashboard_that_was_shown_is_shown_again_at_once(board):
    present(board)
    board.keyboard.press("ArrowRight")
    expect(frames(board)).to_have_attribute("data-shown", "")
    board.keyboard.press("ArrowLeft")
    expect(board.locator(".stage[data-shown]")).to_have_count(0)
    with expect_requests(board, []):
        board.keyboard.press("ArrowRight")
        expect(frames(board)).to_have_attribute("data-shown", "")


def test_turns_wait_while_someone_moves_the_pointer(timed):
    choose_turn(timed, "30s")
    present(timed)
    wait_until_idle(timed)
    timed.clock.run_for(29_000)
    timed.mouse.move(300, 300)
    timed.clock.run_for(2_000)
    timed.mouse.move(310, 310)
    timed.clock.run_for(2_000)
    assert frames(timed).count() == 0
    wait_until_idle(timed)
    timed.clock.run_for(30_100)

    expect(frames(timed)).to_have_attribute("data-shown", "")


def test_a_pointer_or_a_menu_that_is_left_on_the_controls_does_not_stop_the_turns(timed):
    choose_turn(timed, "30s")
    present(timed)
    strip(timed).locator("summary").press("Enter")
    strip(timed).get_by_role("checkbox").first.focus()
    timed.mouse.move(*(strip(timed).bounding_box()[side] + 4 for side in "xy"))
    timed.clock.run_for(9_000)
    expect(root(timed)).not_to_have_attribute("data-idle", "")
    timed.clock.run_for(4_000)
    expect(root(timed)).to_have_attribute("data-idle", "")
    expect(strip(timed).locator("details[open]")).to_have_count(0)
    timed.clock.run_for(30_100)

    expect(frames(timed)).to_have_attribute("data-shown", "")


def test_the_space_bar_pauses_and_resumes(timed):
    choose_turn(timed, "30s")
    present(timed)
    timed.keyboard.press("Space")
    expect(strip(timed).get_by_role("button", name="Resume")).to_be_visible()
    wait_until_idle(timed)
    timed.clock.run_for(60_000)
    assert frames(timed).count() == 0
    timed.keyboard.press("Space")
    expect(strip(timed).get_by_role("button", name="Pause")).to_be_visible()
    wait_until_idle(timed)
    timed.clock.run_for(30_100)

    expect(frames(timed)).to_have_attribute("data-shown", "")


def test_choices_are_remembered(board):
    present(board)
    strip(board).get_by_label("Change dashboards").select_option("Every minute")
    strip(board).locator("summary").click()
    strip(board).get_by_role("checkbox", name="Conversations").uncheck()
    board.keyboard.press("Escape")  # closes the menu
    expect(strip(board).get_by_role("checkbox").first).to_be_hidden()
    strip(board).get_by_role("button", name="End").click()
    present(board)

    expect(strip(board).get_by_label("Change dashboards")).to_have_value("1m")
    strip(board).locator("summary").click()
    expect(strip(board).get_by_role("checkbox", name="Conversations")).not_to_be_checked()
    strip(board).locator("summary").click()
    strip(board).get_by_role("button", name="Next dashboard").click()
    expect(frames(board)).to_have_count(0)


def test_ending_it_on_another_dashboard_stays_there(board):
    present(board)
    board.keyboard.press("ArrowRight")
    expect(frames(board)).to_have_attribute("data-shown", "")
    board.keyboard.press("Escape")

    board.wait_for_url("**/app/acme/conversations?time_range=7d")
    wait_until_ready(board, time_range="7d")
    assert not is_full(board)


def test_a_dashboard_that_fails_is_skipped(board):
    board.route("**/app/acme/conversations*", lambda route: route.fulfill(status=503))
    present(board)
    board.keyboard.press("ArrowRight")
    expect(frames(board)).to_have_count(0)
    expect(panel(board, "events-time-series")).to_be_visible()
    board.unroute("**/app/acme/conversations*")
    board.keyboard.press("ArrowRight")
    board.keyboard.press("ArrowRight")

    expect(frames(board)).to_have_attribute("data-shown", "")


def test_keys_work_inside_of_the_other_dashboard(board):
    present(board)
    board.keyboard.press("ArrowRight")
    expect(frames(board)).to_have_attribute("data-shown", "")
    frame = board.frame_locator(".stage iframe")
    frame.locator("#main").focus()
    with expect_requests(board, []):
        board.keyboard.press("r")
    board.keyboard.press("f")

    board.wait_for_url("**/app/acme/conversations?time_range=7d")


# -- Access ---------------------------------------------------------------------------------------


def test_axe_finds_nothing(open_page):
    page = open_page(bypass_csp=True)
    page.goto(f"{page.board_url}?time_range=7d")
    wait_until_ready(page, time_range="7d")
    present(page)
    strip(page).locator("summary").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    expect(frames(page)).to_have_attribute("data-shown", "")
    assert violations(page) == []


def test_less_motion_means_no_fading(open_page):
    page = open_page(reduced_motion="reduce")
    page.goto(f"{page.board_url}?time_range=7d")
    wait_until_ready(page, time_range="7d")
    present(page)
    page.keyboard.press("ArrowRight")
    frames(page).wait_for()

    assert frames(page).evaluate("node => getComputedStyle(node).transitionDuration") == "0s"


@pytest.mark.parametrize("width", [390, 2560])
def test_nothing_is_cut_at_any_width(open_page, width):
    page = open_page(viewport={"width": width, "height": 900})
    page.goto(f"{page.board_url}?time_range=7d")
    wait_until_ready(page, time_range="7d")
    present(page)

    assert root(page).evaluate("node => node.scrollWidth") <= width
    box = strip(page).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_the_pages_frame_each_other_and_no_others_do(site, sign_in, page):
    factories.send(site.store, site.acme_scope, [factories.event(at="2026-11-18T08:00:00Z")])
    sign_in(f"{site.serve()}/app/acme/operations?time_range=7d")
    page.wait_for_selector("#board")
    present(page)

    expect(strip(page).get_by_role("button")).to_have_text(["End"])  # there is one dashboard
    assert page.console_errors == []
