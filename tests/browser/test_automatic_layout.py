"""Boards without chosen sizes look after "Save" as in the editor, and say that they are saved."""

from itertools import product

import pytest
from playwright.sync_api import expect

from dashapp.widgets.placing.rows import Block, filled
from dashapp.widgets.widget import Size
from tests.browser.board_page import serve_modules
from tests.browser.editing import begin, edit_board, grip, open_new_metric, save, status

# Each panel's row, its left edge, and its width. Heights differ: panels that are edited have a head.
BOXES = """() => {
  const boxes = [...document.querySelectorAll("#board .grid > .panel")]
    .map((panel) => panel.getBoundingClientRect()).filter(({ width }) => width > 0);
  const tops = [...new Set(boxes.map(({ top }) => Math.round(top)))].sort((a, b) => a - b);
  return boxes.map(({ top, left, width }) =>
    [tops.indexOf(Math.round(top)), Math.round(left), Math.round(width)]);
}"""
ROWS = "async (rows) => rows.map((await import('/modules/edit/rows.js')).filled)"
FIVE = [
    "total-validations",
    "total-errors",
    "success-rate",
    "events-time-series",
    "users-time-series",
]


def boxes(page):
    return page.evaluate(BOXES)


def add_metric(page, show, title):
    open_new_metric(page)
    page.get_by_role("button", name=show, exact=True).click()
    page.get_by_label("Title", exact=True).fill(title)
    page.locator(".modal-foot .primary").click()
    expect(status(page)).to_have_text(f"Added {title}")


def add_from_gallery(page, name):
    page.locator("[data-act=add]").click()
    page.get_by_label("Find a metric").fill(name)
    page.locator(".gallery-card:visible").first.click()
    page.locator(".modal-foot .primary").click()
    page.locator("dialog").wait_for(state="detached")


def add_panels(page):
    add_metric(page, "Line", "Orders")
    add_metric(page, "Number", "Number of orders")
    add_metric(page, "Bars", "More orders")


CHANGES = {
    "a line": lambda page: add_metric(page, "Line", "Orders"),
    "a number": lambda page: add_metric(page, "Number", "Orders"),
    "several": add_panels,
    "from the gallery": lambda page: add_from_gallery(page, "warnings by code"),
    "a removed number": lambda page: grip(page, FIVE[0]).press("Delete"),
    "a removed chart": lambda page: grip(page, FIVE[3]).press("Delete"),
    "a removed line": lambda page: (add_panels(page), page.keyboard.press("Delete")),
    "one for another": lambda page: (grip(page, FIVE[1]).press("Delete"), add_panels(page)),
    "a moved number": lambda page: grip(page, FIVE[0]).press("ArrowRight"),
}


@pytest.fixture
def editor(site, page, sign_in):
    return edit_board(site, page, sign_in, FIVE)


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_a_saved_board_looks_as_in_the_editor(editor, change):
    change(editor)
    edited = boxes(editor)
    save(editor)

    assert boxes(editor) == edited
    begin(editor)
    assert boxes(editor) == edited


def test_a_removed_number_leaves_no_hole_and_undo_puts_it_back(editor):
    before = boxes(editor)
    grip(editor, FIVE[0]).press("Delete")
    after = boxes(editor)
    assert [row for row, _left, _width in after[:2]] == [0, 0]
    assert after[0][2] > before[0][2]

    editor.keyboard.press("Control+z")
    assert boxes(editor) == before
    editor.keyboard.press("Control+Shift+Z")
    assert boxes(editor) == after


def test_moving_a_panel_keeps_the_sizes_that_are_seen(editor):
    before = boxes(editor)
    grip(editor, FIVE[0]).press("ArrowRight")

    assert boxes(editor) == before  # three numbers of one size


def test_discarding_shows_the_board_as_it_was(editor):
    before = boxes(editor)
    grip(editor, FIVE[0]).press("Delete")
    editor.locator("[data-act=discard]").click()
    editor.get_by_role("dialog").get_by_role("button", name="Discard").click()
    editor.locator(".edit-bar").wait_for(state="detached")

    assert boxes(editor) == before


def test_the_editor_fills_rows_as_the_server_does(shared_site, open_page):
    page = open_page()
    page.goto(shared_site.board_url)
    serve_modules(page)
    kinds = [Block(size, is_elastic) for size in Size for is_elastic in (True, False)]
    rows = [row for count in range(5) for row in product(kinds, repeat=count)]
    sent = [[{"size": str(size), "isElastic": can} for size, can in row] for row in rows]

    assert page.evaluate(ROWS, sent) == [[str(size) for size in filled(row)] for row in rows]


def test_saving_is_confirmed_and_shows_the_new_panel(editor):
    add_metric(editor, "Line", "Orders")
    save(editor)

    expect(editor.locator("#toast")).to_have_text("Saved")
    expect(editor.locator("[data-panel]").last).to_be_in_viewport(ratio=1)
    editor.reload()
    editor.locator('[data-panel][data-state="ready"]').first.wait_for()
    assert editor.locator("#toast").count() == 0


def test_saving_another_change_keeps_the_place(editor):
    editor.set_viewport_size({"width": 1280, "height": 500})
    grip(editor, FIVE[3]).press("ArrowRight")
    editor.evaluate("window.scrollTo(0, 60)")
    save(editor)

    expect(editor.locator("#toast")).to_have_text("Saved")
    assert editor.evaluate("scrollY") == 60
