"""Edit a board in place: by mouse, by keys, with two editors, and with panels that are added."""

import re

import pytest
from playwright.sync_api import expect

from dashapp.store.orgs import dashboards
from tests import factories
from tests.browser.editing import (
    BOARD,
    FOUR,
    edit_board,
    grip,
    open_new_metric,
    order,
    save,
    size,
    status,
)

SLUG = "own-total-of-order-paid"


@pytest.fixture
def editor(site, page, sign_in):
    """The board of four panels, while its owner edits it."""
    return edit_board(site, page, sign_in)


def saved(page) -> list[str]:
    """Save, and return the titles of the board that the page then shows."""
    save(page)
    return page.locator("[data-panel] h2").all_text_contents()


def drag(page, element, x, y):
    box = element.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(x, y, steps=6)
    page.mouse.up()


def test_panels_are_moved_and_resized_by_mouse_and_saved_together(editor):
    target = editor.locator('[data-panel="total-validations"]').bounding_box()
    drag(editor, grip(editor, "total-errors"), target["x"] + 20, target["y"] + 60)
    assert order(editor) == ["Number of errors", "Number of validations", "Events", "Users"]

    grid = editor.locator("#board .grid").bounding_box()
    handle = editor.locator('[data-panel="total-errors"] .edit-handle')
    drag(editor, handle, grid["x"] + grid["width"] * 0.34, target["y"] + 60)
    assert size(editor, "total-errors") == "third"

    editor.locator('[data-panel="users-time-series"] .edit-title').fill("People")
    editor.keyboard.press("Enter")
    assert editor.locator(".edit-count").text_content() == "3 changes"

    assert saved(editor) == ["Number of errors", "Number of validations", "Events", "People"]
    assert size(editor, "total-errors") == "third"
    assert editor.console_errors == []


def test_keys_move_resize_and_remove_and_say_so(editor):
    assert (
        editor.evaluate("document.activeElement.closest('[data-panel]').dataset.panel") == FOUR[0]
    )
    editor.keyboard.press("ArrowRight")
    expect(status(editor)).to_have_text("Number of validations: position 2 of 4")
    editor.keyboard.press("Shift+ArrowLeft")
    expect(status(editor)).to_have_text(re.compile("^Number of validations: One "))
    editor.keyboard.press("Delete")
    expect(status(editor)).to_have_text("Removed Number of validations")
    assert order(editor) == ["Number of errors", "Events", "Users"]
    assert (
        editor.evaluate("document.activeElement.closest('[data-panel]').dataset.panel") == FOUR[2]
    )

    editor.locator(".edit-toast .edit-undo").click()
    assert order(editor) == ["Number of errors", "Number of validations", "Events", "Users"]
    editor.keyboard.press("Control+z")
    editor.keyboard.press("Control+z")
    assert order(editor)[0] == "Number of validations"
    editor.keyboard.press("Control+Shift+Z")
    assert order(editor)[0] == "Number of errors"


def test_a_refresh_and_another_layout_keep_what_is_edited(editor, site):
    from dashapp.dashboards.arrange import Layout, arrange
    from dashapp.store.orgs.dashboards import SavedPanel

    grip(editor, "total-errors").press("ArrowLeft")
    panels = [SavedPanel("total-validations", "Alone", None, is_hidden=False, config={})]
    with site.store.write(site.acme_scope) as session:
        layout = Layout(panels, None)
        arrange(session, site.acme_scope, "operations", layout, version=1, by=2, now=1)
    with editor.expect_response("**/_dash-update-component*"):
        editor.evaluate("dash_clientside.set_props('tick', {n_intervals: 7})")
    editor.wait_for_timeout(1_300)  # an open board would have loaded again by now
    assert order(editor)[0] == "Number of errors"

    editor.locator("[data-act=save]").click()
    dialog = editor.get_by_role("dialog")
    assert "Saved by bea@example.com" in dialog.text_content()
    assert "Events: not in the saved version" in dialog.text_content()
    dialog.get_by_role("button", name="Continue editing").click()
    assert order(editor)[0] == "Number of errors"

    editor.locator("[data-act=save]").click()
    with editor.expect_navigation():
        editor.get_by_role("button", name="Save mine over it").click()
    editor.locator('[data-panel="total-errors"]').wait_for()
    assert editor.locator("[data-panel]").count() == 4


def test_a_page_that_shows_an_older_layout_loads_again_instead(editor, site):
    editor.locator("[data-act=discard]").click()
    factories.place(site.store, site.acme_scope, FOUR[:1])
    with site.store.write(site.acme_scope) as session:
        dashboards.set_dashboard(session, site.acme_scope, "operations", version=2)
    with editor.expect_navigation():
        editor.keyboard.press("e")

    editor.locator('[data-panel="total-validations"]').wait_for()
    assert editor.locator("[data-panel]").count() == 1


def test_discarding_and_leaving_ask_first(editor):
    grip(editor, "total-errors").press("Delete")
    asked = []
    editor.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    editor.locator("nav.tabs a").last.click()
    editor.wait_for_timeout(200)
    assert asked == ["beforeunload"]

    editor.locator("[data-act=discard]").click()
    dialog = editor.get_by_role("dialog")
    assert dialog.get_by_role("heading").text_content() == "Discard your changes?"
    dialog.get_by_role("button", name="Discard").click()
    editor.locator(".edit-bar").wait_for(state="detached")
    assert editor.locator("[data-panel]:visible h2").all_text_contents() == [
        "Number of validations",
        "Number of errors",
        "Events",
        "Users",
    ]
    assert editor.evaluate("document.activeElement.dataset.do") == "edit"


def test_a_panel_of_the_gallery_is_added_with_another_drawing(editor):
    editor.locator("[data-act=add]").click()
    editor.get_by_label("Find a metric").fill("number of err")
    card = editor.locator(".gallery-card:visible")
    assert card.count() == 1
    assert "On this board" in card.text_content()
    card.locator(".val").wait_for()  # the org's own number
    card.click()
    assert editor.locator(".modal-foot .primary").is_disabled()
    assert editor.locator(".modal-foot .primary").text_content() == "Already on this board"
    funnel = editor.locator("[data-show=funnel]")
    assert funnel.get_attribute("aria-disabled") == "true"
    funnel.click(force=True)
    assert editor.locator(".show-why").text_content() == "Only funnels have steps."

    editor.locator("[data-show=heatmap]").click()
    card.locator("table, .edit-note").first.wait_for()
    editor.locator(".modal-foot .primary").click()

    expect(status(editor)).to_have_text(re.compile("^Added Errors by weekday"))
    titles = saved(editor)
    assert titles[:4] == ["Number of validations", "Number of errors", "Events", "Users"]
    assert titles[4] == "Errors by weekday and hour"


def test_a_new_metric_is_made_from_menus_and_stored_with_the_panel(editor):
    open_new_metric(editor)
    editor.get_by_label("Event type").select_option("order.paid")
    editor.get_by_label("Measure").select_option("sum")
    assert editor.locator("[data-field=of] select").input_value() == "properties.total"
    editor.get_by_label("Unit").fill("EUR")
    editor.get_by_role("button", name="Number", exact=True).click()
    picture = editor.locator(".metric-picture .val")
    picture.wait_for()
    assert picture.text_content() == "€30.50"
    facts = editor.locator(".metric-preview > p").text_content()
    assert facts == "Preview · 14 – 20 November · 1 event has no number and is left out"

    editor.get_by_role("button", name="Add a condition").click()
    editor.locator(".modal-foot .primary").click()
    assert editor.locator("[data-field=where] em").text_content() == "Write at least one value."
    editor.locator(".condition input").fill("10, 20.5")
    editor.locator(".modal-foot .primary").click()
    editor.locator('.panel[data-edit] .edit-title[placeholder="Total of order.paid"]').wait_for()

    assert saved(editor)[-1] == "Total of order.paid"
    assert editor.locator(f'[data-panel="{SLUG}"] .val').text_content() == "€30.50"
    assert editor.console_errors == []


def test_a_viewer_has_no_edit_button_and_loads_no_editor(site, page, sign_in):
    from dashapp.domain.access.roles import Role

    factories.add_user(site.store, "vera@example.com", (site.acme_scope, Role.ANALYTICS_VIEWER))
    sign_in(f"{site.serve()}{BOARD}", "vera@example.com")
    page.locator("#board .bar").wait_for()

    assert page.locator("[data-do=edit]").count() == 0
    assert page.locator("#editor").count() == 0
