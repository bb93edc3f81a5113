"""Animations stop for viewers who prefer reduced motion."""

import pytest

from tests.browser.board_page import serve_modules, wait_until_ready

pytestmark = pytest.mark.browser
MOVING_ELEMENTS = """() => [...document.querySelectorAll("*")].filter((element) => {
  const style = getComputedStyle(element);
  return parseFloat(style.transitionDuration) > 0 ||
    (style.animationName !== "none" && parseFloat(style.animationDuration) > 0);
}).map((element) => element.className || element.tagName)"""


def test_nothing_moves_for_viewers_who_prefer_reduced_motion(open_page):
    page = open_page(reduced_motion="reduce")
    page.goto(f"{page.board_url}?time_range=7d")
    wait_until_ready(page, time_range="7d")
    page.keyboard.press("?")
    serve_modules(page)
    page.evaluate("import('/modules/board/page/toast.js').then((module) => module.toast('x'))")

    assert page.evaluate(MOVING_ELEMENTS) == []


def test_moving_elements_are_detected(board):
    assert "chart" in board.evaluate(MOVING_ELEMENTS)
