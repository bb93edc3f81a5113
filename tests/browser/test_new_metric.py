"""The form "New metric": numbers as people type them, faults that stay, and closing it."""

import pytest
from playwright.sync_api import expect

from tests.browser.board_page import serve_modules
from tests.browser.editing import edit_board, open_new_metric, status

READ = """async ([tag, typed]) => {
  document.documentElement.lang = tag;
  const { readNumber } = await import("/modules/edit/typed-numbers.js");
  return typed.map(readNumber);
}"""
EVERYWHERE = {
    "7": 7,
    " 1 234 567 ": 1_234_567,
    "12\N{NARROW NO-BREAK SPACE}345,5": 12_345.5,
    "+7.5": 7.5,
    "-7": -7,
    "\N{MINUS SIGN}7": -7,
    "€5": 5,
    "-$5": -5,
    "5\N{NO-BREAK SPACE}€": 5,
    "R$ 1.234,50": 1234.5,
    "1,234.50": 1234.5,
    "1.234.567": 1_234_567,
    "1,234,567": 1_234_567,
    "12,34,567.8": 1_234_567.8,
    ".5": 0.5,
    "0,500": 0.5,
    "1.5": 1.5,
    "1,5": 1.5,
    "1,23": 1.23,
    "abc": None,
    "": None,
    "-": None,
    ",": None,
    "5 apples": None,
    "1.2.3": None,
    "1,2.3": None,
    "1.234,567,890": None,
    "1e3": None,
    "9" * 400: None,
}
POINT = {"1,000": 1000, "12,345": 12_345, "1.000": 1, "1,0000": 1}
COMMA = {"1.000": 1000, "12.345": 12_345, "1,000": 1, "1.0000": 1}


@pytest.fixture
def metric(site, page, sign_in):
    """The page with the form for the number of orders: of 10, of 20.5, and of no number."""
    editor = edit_board(site, page, sign_in)
    open_new_metric(editor)
    editor.get_by_label("Event type").select_option("order.paid")
    editor.get_by_role("button", name="Number", exact=True).click()
    expect(value(editor)).to_have_text("3")
    return editor


def value(page):
    return page.locator(".metric-picture .val")


def add(page):
    return page.locator("dialog.wide .modal-foot .primary")


def fault(page):
    return page.locator("[data-field=where] em")


def add_condition(page, typed, how="atLeast"):
    page.get_by_role("button", name="Add a condition").click()
    condition = page.locator(".condition").last
    condition.locator("select").first.select_option("properties.total")
    condition.locator("select").last.select_option(how)
    condition.locator("input").fill(typed)


@pytest.mark.parametrize(
    ("tag", "own"), [("en", POINT), ("es", COMMA), ("pt-BR", COMMA)], ids=["en", "es", "pt-BR"]
)
def test_typed_numbers_are_read_in_the_language_of_the_page(shared_site, open_page, tag, own):
    page = open_page()
    page.goto(shared_site.board_url)
    serve_modules(page)
    expected = {**EVERYWHERE, **own}

    read = page.evaluate(READ, [tag, list(expected)])

    assert dict(zip(expected, read, strict=True)) == expected


def test_a_condition_counts_numbers_as_they_are_typed(metric):
    add_condition(metric, "1,000")
    expect(value(metric)).to_have_text("0")

    metric.locator(".condition input").fill("$20.50")
    expect(value(metric)).to_have_text("1")


def test_a_number_that_cannot_be_read_is_a_fault_and_draws_no_preview(metric):
    add_condition(metric, "")
    expect(value(metric)).to_have_text("3")
    metric.locator(".condition input").fill("abc")

    expect(fault(metric)).to_have_text("Write a number.")
    expect(metric.locator(".metric-preview > p")).to_have_text("Write a number.")
    expect(value(metric)).to_have_count(0)
    expect(metric.locator(".condition input")).to_have_attribute("aria-invalid", "true")

    metric.locator(".condition input").fill("15")
    expect(value(metric)).to_have_text("1")
    expect(fault(metric)).to_be_hidden()


@pytest.mark.parametrize(
    ("how", "typed", "reason"),
    [
        ("is", "", "Write at least one value."),
        ("is", ",", "Write at least one value."),
        ("atLeast", "", "Write a number."),
        ("below", "abc", "Write a number."),
    ],
)
def test_a_fault_that_adding_shows_stays_until_it_is_mended(metric, how, typed, reason):
    add_condition(metric, typed, how)
    add(metric).click()
    expect(fault(metric)).to_have_text(reason)
    metric.get_by_label("Title", exact=True).fill("Large orders")
    metric.wait_for_timeout(1_000)  # the preview has been drawn by now
    expect(fault(metric)).to_have_text(reason)

    metric.locator(".condition input").fill("20.5")
    expect(fault(metric)).to_be_hidden()
    add(metric).click()
    expect(status(metric)).to_have_text("Added Large orders")


def by_escape(page):
    page.keyboard.press("Escape")


def by_cross(page):
    page.locator("dialog.wide .modal-head button").click()


def by_click_outside(page):
    page.mouse.click(5, 300)


def by_cancel(page):
    page.locator("dialog.wide .modal-foot").get_by_role("button", name="Cancel").click()


WAYS = [by_escape, by_cross, by_click_outside, by_cancel]


@pytest.mark.parametrize("leave", WAYS)
def test_closing_a_changed_form_asks_first(metric, leave):
    metric.get_by_label("Title", exact=True).fill("Large orders")
    leave(metric)
    question = metric.get_by_role("dialog", name="Discard your changes?")
    question.get_by_role("button", name="Continue editing").click()
    expect(metric.get_by_label("Title", exact=True)).to_have_value("Large orders")

    leave(metric)
    question.get_by_role("button", name="Discard").click()
    expect(metric.locator("dialog")).to_have_count(0)


def test_escape_never_closes_a_changed_form(metric):
    for _press in range(5):
        metric.keyboard.press("Escape")
        metric.wait_for_timeout(50)

    expect(metric.locator("dialog.wide")).to_be_visible()


def test_going_back_to_the_gallery_asks_first(metric):
    metric.get_by_role("button", name="Back", exact=True).click()
    question = metric.get_by_role("dialog", name="Discard your changes?")
    question.get_by_role("button", name="Discard").click()
    expect(metric.get_by_label("Find a metric")).to_be_visible()

    by_escape(metric)
    expect(metric.locator("dialog")).to_have_count(0)


@pytest.mark.parametrize("leave", WAYS)
def test_a_form_without_changes_closes_at_once(site, page, sign_in, leave):
    editor = edit_board(site, page, sign_in)
    open_new_metric(editor)
    leave(editor)

    expect(editor.locator("dialog")).to_have_count(0)
    assert editor.locator(".edit-bar").is_visible()
