"""The command palette of an embedded board offers only what the claims of its token allow."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
KEYS = "ControlOrMeta+k"


def open_palette(frame):
    """Open it from inside of the frame."""
    frame.locator("[data-do=menu]").first.evaluate("node => node.focus({preventScroll: true})")
    frame.page.keyboard.press(KEYS)
    expect(frame.get_by_role("combobox", name="Go anywhere")).to_be_focused()


def groups(frame):
    return frame.locator(".palette [role=group]").evaluate_all(
        "groups => groups.map((group) => group.getAttribute('aria-label'))"
    )


def entries(frame, group):
    return frame.locator(f'.palette [role=group][aria-label="{group}"] .picker-name')


@pytest.fixture
def frame(embed_board, page):
    """Return a function that opens the board with these claims."""

    def frame(**claims):
        frame = embed_board(**claims)
        frame.page = page
        return frame

    return frame


def test_a_free_token_offers_the_board_and_nothing_else(frame, page):
    board = frame()
    open_palette(board)

    assert groups(board) == ["Panels", "Range", "Compare with", "Actions"]
    expect(entries(board, "Actions")).to_have_text(["Refresh", "Time zone", "Keyboard shortcuts"])
    page.keyboard.type("conversations")
    expect(board.locator(".palette [role=option]")).to_have_count(0)
    assert page.console_errors == []


def test_a_restricted_token_offers_its_ranges_only(frame, page):
    board = frame(time={"allowed": ["7d", "30d"]}, tz="Asia/Tokyo")
    open_palette(board)
    assert groups(board) == ["Panels", "Range", "Actions"]
    expect(entries(board, "Range")).to_have_text(["Last 7 days", "Last 30 days"])
    expect(entries(board, "Actions")).to_have_text(["Refresh", "Keyboard shortcuts"])
    page.keyboard.type("30")
    page.keyboard.press("Enter")

    expect(board.locator("#board")).to_have_attribute("data-time-range", "30d")


def test_a_locked_range_is_not_offered(frame):
    board = frame(time={"default": "7d", "locked": True})
    open_palette(board)

    assert groups(board) == ["Panels", "Actions"]


def test_the_shortcuts_are_listed_without_what_the_board_lacks(frame, page):
    board = frame()
    open_palette(board)
    page.keyboard.type("shortcuts")
    page.keyboard.press("Enter")

    keys = board.get_by_role("dialog", name="Keyboard shortcuts")
    expect(keys).to_be_visible()
    expect(keys.locator("dd", has_text="Go anywhere")).to_have_count(1)
    expect(keys.locator("dd", has_text="Present")).to_have_count(0)


def test_a_board_is_not_presented(frame, page):
    board = frame()
    board.locator("[data-do=menu]").first.focus()
    page.keyboard.press("f")
    page.wait_for_timeout(100)

    expect(board.locator(".strip")).to_have_count(0)


def test_keys_pressed_outside_of_the_frame_belong_to_the_page(frame, page):
    board = frame()
    page.evaluate(
        """() => { document.activeElement.blur(); window.kept = 0;
          addEventListener("keydown", (event) => { kept += !event.defaultPrevented; }); }"""
    )
    page.keyboard.press("k")
    page.keyboard.press(KEYS)
    page.wait_for_function("kept >= 2")

    expect(board.locator(".palette")).to_have_count(0)
