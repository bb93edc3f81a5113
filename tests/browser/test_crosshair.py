"""The crosshair: a bucket that is marked in one chart is marked in all charts of the same buckets."""

import pytest
from playwright.sync_api import expect

from tests.browser.board_page import (
    bucket_point,
    chart_cursor,
    expect_one_refresh,
    hover_card,
    panel,
)

pytestmark = pytest.mark.browser
BARS = "runs-by-outcome"
# The bucket of a line, and the bar between two shades, of seven in a chart.
_LINE = """([slug]) => { const cursor = document.querySelector(`[data-panel="${slug}"] .cursor`);
  const { l, w } = cursor.parentNode.querySelector(".js-plotly-plot")._fullLayout._size;
  return (parseFloat(cursor.querySelector(".cursor-line").style.left) - l) / w * 7 - 0.5; }"""
_BAR = """([slug]) => { const cursor = document.querySelector(`[data-panel="${slug}"] .cursor`);
  const { w } = cursor.parentNode.querySelector(".js-plotly-plot")._fullLayout._size;
  const [before, after] = [...cursor.querySelectorAll(".cursor-shade")].map((shade) => parseFloat(shade.style.width) / w * 7);
  return [before, 7 - after]; }"""


def marked_line(page, slug="events-time-series"):
    return round(page.evaluate(_LINE, [slug]), 3)


def marked_bar(page, slug=BARS):
    """The edges of the bar that is not shaded, in buckets."""
    return [round(edge, 3) for edge in page.evaluate(_BAR, [slug])]


def expect_no_marks(page):
    expect(page.locator(".cursor > *")).to_have_count(0)
    expect(page.locator(".spark-cursor")).to_have_count(0)


def test_the_pointer_marks_its_bucket_in_all_charts_and_only_its_own_has_a_card(board):
    board.mouse.move(*bucket_point(board, 3))

    expect(chart_cursor(board, BARS).locator(".cursor-shade")).to_have_count(2)
    assert (marked_line(board), marked_bar(board)) == (3, [3, 4])
    assert marked_bar(board, "users-time-series") == [3, 4]
    expect(hover_card(board)).to_have_count(1)
    expect(panel(board, "events-time-series").locator(".card-of")).to_be_visible()
    board.mouse.move(*bucket_point(board, 5))
    assert (marked_line(board), marked_bar(board)) == (5, [5, 6])


def test_the_marks_leave_with_the_pointer(board):
    board.mouse.move(*bucket_point(board, 3, BARS))
    expect(chart_cursor(board).locator(".cursor-line")).to_have_count(1)
    assert (marked_line(board), marked_bar(board)) == (3, [3, 4])

    board.mouse.move(5, 5)

    expect_no_marks(board)


def test_arrow_keys_move_the_marks_in_all_charts(board):
    chart_cursor(board, BARS).focus()
    board.keyboard.press("Home")
    board.keyboard.press("ArrowRight")
    assert (marked_bar(board), marked_line(board)) == ([1, 2], 1)

    board.keyboard.press("Escape")

    expect_no_marks(board)
    board.keyboard.press("End")
    assert (marked_bar(board), marked_line(board)) == ([6, 7], 6)
    chart_cursor(board).focus()
    expect_no_marks(board)


def test_another_chart_keeps_what_a_screen_reader_says_about_it(board):
    chart_cursor(board, BARS).focus()
    board.keyboard.press("Home")

    expect(chart_cursor(board)).to_have_attribute("aria-valuetext", "Use the arrow keys to read values")  # fmt: skip


def test_sparklines_of_the_same_buckets_have_a_line(board):
    board.mouse.move(*bucket_point(board, 3))

    lines = board.locator(".spark-cursor")
    assert lines.count() == board.locator(".kpi .spark").count() > 0
    assert {line.evaluate("line => line.style.left") for line in lines.all()} == {"50%"}


def test_a_chart_of_other_buckets_is_not_marked(board):
    board.evaluate(
        """slug => { const meta = document.querySelector(`[data-panel="${slug}"] .js-plotly-plot`).layout.meta;
          meta.edges = meta.edges.map((edge) => edge.replace("T00", "T01")); }""",
        BARS,
    )
    board.mouse.move(*bucket_point(board, 3))

    expect(chart_cursor(board, "users-time-series").locator(".cursor-shade")).to_have_count(2)
    expect(chart_cursor(board, BARS).locator("*")).to_have_count(0)


def test_the_marks_stay_when_new_numbers_arrive(board):
    board.mouse.move(*bucket_point(board, 3))
    with expect_one_refresh(board):
        board.evaluate("document.querySelector('#compare').click()")

    expect(hover_card(board).locator(".card-head span")).to_have_text("vs Tue 10 November")
    assert (marked_line(board), marked_bar(board)) == (3, [3, 4])


def test_a_selection_of_bars_is_not_shaded(board):
    chart_cursor(board, BARS).focus()
    board.keyboard.press("Home")
    board.keyboard.press("Shift+ArrowRight")
    board.keyboard.press("Shift+ArrowRight")

    assert marked_bar(board) == [0, 3]


def test_moving_the_pointer_does_not_draw_charts(board):
    board.evaluate(
        """() => { window.drawings = 0;
          for (const name of ["react", "relayout", "restyle"]) window.Plotly[name] = () => { window.drawings += 1; }; }"""
    )
    for bucket in range(7):
        board.mouse.move(*bucket_point(board, bucket))

    expect(hover_card(board).locator("strong")).to_have_text("Fri 20 November, so far")
    assert board.evaluate("window.drawings") == 0


def test_the_marks_are_not_printed(board):
    board.mouse.move(*bucket_point(board, 3))
    expect(board.locator(".spark-cursor").first).to_be_visible()

    board.emulate_media(media="print")

    expect(board.locator(".cursor-shade, .spark-cursor").first).to_be_hidden()
    assert board.locator(".cursor-line:visible, .cursor-shade:visible, .spark-cursor:visible").count() == 0  # fmt: skip
