"""Arrange a dashboard by keyboard, by dragging, and with two people at once."""

import pytest

from tests import factories
from tests.browser.board_page import open_as
from tests.factories import event, send

PAGE = "/app/acme/operations/layout"
FOUR = ["total-validations", "total-errors", "events-time-series", "users-time-series"]


@pytest.fixture
def editor(site, page, sign_in):
    factories.place(site.store, site.acme_scope, FOUR)
    send(site.store, site.acme_scope, [event(at="2026-11-19T12:00:00Z", user="u")])
    base_url = site.serve()
    sign_in(f"{base_url}{PAGE}")
    page.wait_for_selector("#preview .box")
    page.base_url = base_url
    return page


def order(page) -> list[str]:
    page.locator("[data-panel-row]").first.wait_for()  # a click may have loaded the page again
    return page.locator("[data-panel-row]").evaluate_all(
        "rows => rows.map((row) => row.dataset.panelRow)"
    )


def preview_titles(page) -> list[str]:
    return page.locator("#preview .box").all_text_contents()


def test_a_dashboard_can_be_arranged_by_keyboard_and_saved(editor):
    editor.locator('[name="title:total-errors"]').focus()
    editor.keyboard.press("Alt+ArrowUp")
    assert order(editor)[:2] == ["total-errors", "total-validations"]
    assert editor.evaluate("document.activeElement.name") == "title:total-errors"
    assert editor.locator("#moved").text_content() == "Number of errors: position 1 of 4"

    editor.keyboard.type("Faults")
    editor.keyboard.press("Tab")
    editor.keyboard.press("End")  # the last size: full width
    editor.keyboard.press("Tab")
    editor.keyboard.press("Space")  # hidden
    assert preview_titles(editor) == ["Number of validations", "Events", "Users"]
    editor.keyboard.press("Space")
    assert preview_titles(editor)[0] == "Faults"

    editor.locator('[name="opens_with"]').focus()
    editor.keyboard.type("Last 30")
    editor.locator(".arrange-do button").focus()
    editor.keyboard.press("Enter")
    editor.wait_for_selector('[data-panel="events-time-series"][data-state="ready"]')

    panels = editor.locator("[data-panel]").evaluate_all("all => all.map((p) => p.dataset.panel)")
    assert panels == [
        "total-errors",
        "total-validations",
        "events-time-series",
        "users-time-series",
    ]
    first_panel = editor.locator('[data-panel="total-errors"]')
    assert first_panel.locator("h2").text_content() == "Faults"
    assert "full" in first_panel.get_attribute("class")
    assert editor.locator("#board").get_attribute("data-time-range") == "30d"
    assert editor.console_errors == []


def test_buttons_move_a_row_and_keep_the_focus(editor):
    down = editor.locator('[data-panel-row="total-validations"] [data-move="1"]')
    down.focus()
    for _ in range(2):
        editor.keyboard.press("Enter")

    assert order(editor) == ["total-errors", "events-time-series", "total-validations", "users-time-series"]  # fmt: skip
    assert editor.evaluate("document.activeElement.dataset.move") == "1"
    assert editor.url.endswith(PAGE)


def test_a_row_can_be_dragged(editor):
    grip = editor.locator('[data-panel-row="users-time-series"] .grip')
    grip.drag_to(editor.locator('[data-panel-row="total-validations"]'), target_position={"x": 40, "y": 4})  # fmt: skip

    assert order(editor)[0] == "users-time-series"
    assert preview_titles(editor)[0] == "Users"


def test_adding_and_removing_panels_keeps_what_was_typed(editor):
    editor.fill('[name="title:total-errors"]', "Faults")
    editor.select_option('[name="add"]', "warnings-by-code")
    with editor.expect_navigation():
        editor.click('button[value="add"]')
    with editor.expect_navigation():
        editor.click('button[value="remove:events-time-series"]')

    assert order(editor) == ["total-validations", "total-errors", "users-time-series", "warnings-by-code"]  # fmt: skip
    assert editor.input_value('[name="title:total-errors"]') == "Faults"


def test_enter_in_a_field_does_not_save(editor):
    editor.focus('[name="title:total-errors"]')
    editor.keyboard.press("Enter")

    assert editor.url.endswith(PAGE)
    assert order(editor) == FOUR


def test_the_second_of_two_editors_decides_which_version_stays(editor, open_tab):
    second_page = open_tab()
    open_as(second_page, f"{editor.base_url}{PAGE}", "bea@example.com")
    second_page.fill('[name="title:total-errors"]', "Theirs")
    second_page.click(".arrange-do button")
    second_page.wait_for_selector("#board")

    editor.fill('[name="title:total-errors"]', "Mine")
    editor.click(".arrange-do button")

    notice = editor.locator(".notice")
    assert "Saved by bea@example.com," in notice.text_content()
    assert "Number of errors: different title" in notice.text_content()
    assert editor.input_value('[name="title:total-errors"]') == "Mine"
    editor.click("text=Replace it with my version")
    editor.wait_for_selector('[data-panel="total-errors"] h2:has-text("Mine")')


def test_an_open_board_follows_a_new_layout(editor, site):
    from dashapp.dashboards.arrange import Layout, arrange
    from dashapp.store.orgs.dashboards import SavedPanel

    editor.goto(f"{editor.base_url}/app/acme/operations?time_range=7d")
    editor.wait_for_selector('[data-panel="total-errors"][data-state="ready"]')
    panels = [SavedPanel("total-validations", "Alone", None, is_hidden=False, config={})]
    with site.store.write(site.acme_scope) as session:
        arrange(
            session, site.acme_scope, "operations", Layout(panels, None), version=1, by=1, now=1
        )
    editor.evaluate("dash_clientside.set_props('tick', {n_intervals: 7})")

    editor.wait_for_selector('[data-panel="total-validations"] h2:has-text("Alone")')
    assert editor.locator("[data-panel]").count() == 1
    assert editor.url.endswith("time_range=7d")


def test_the_buttons_work_without_javascript(site, open_tab):
    factories.place(site.store, site.acme_scope, FOUR)
    page = open_tab(java_script_enabled=False)
    open_as(page, f"{site.serve()}{PAGE}")
    page.click('button[value="down:total-validations"]')

    slugs = [
        page.locator("[data-panel-row]").nth(n).get_attribute("data-panel-row") for n in range(2)
    ]
    assert slugs == ["total-errors", "total-validations"]
