"""Every control of a board: it writes the address, costs one request, and Back takes it back."""

import json

import pytest
from playwright.sync_api import expect

from dashapp.dashboards.provision import add_org
from dashapp.domain.access.roles import Role
from dashapp.domain.time.instant import utc_now
from tests import factories
from tests.browser.board_page import (
    expect_requests,
    go_back_and_forward,
    hover_card,
    choose_in_menu,
    expect_one_refresh,
    panel,
    cell_texts,
    url_query,
    wait_until_ready,
)
from tests.browser.embed.vendor import Vendor, with_script
from tests.embedding import Signer, allow

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
LAST_7_DAYS = {"time_range": ["7d"]}
TICK = "dash_component_api.getLayout('tick').props"


def chart_cursor(page, slug="events-time-series"):
    return panel(page, slug).locator(".cursor")


def bucket_point(page, bucket, slug="events-time-series", bucket_count=7):
    """Return the page coordinates of a bucket, near the bottom of its chart."""
    chart_cursor(page, slug).scroll_into_view_if_needed()
    return page.evaluate(
        """([slug, bucket, bucketCount]) => {
          const cursor = document.querySelector(`[data-panel="${slug}"] .cursor`);
          const size = cursor.parentNode.querySelector(".js-plotly-plot")._fullLayout._size;
          const box = cursor.getBoundingClientRect();
          return [box.left + size.l + size.w * (bucket + 0.5) / bucketCount, box.top + size.t + size.h * 0.9];
        }""",
        [slug, bucket, bucket_count],
    )


def drag_across(page, start, end):
    page.mouse.move(*bucket_point(page, start))
    page.mouse.down()
    page.mouse.move(*bucket_point(page, end), steps=4)
    page.mouse.up()


# -- The range ----------------------------------------------------------------------------------


def test_back_undoes_the_choice_of_a_preset(board):
    with expect_one_refresh(board):
        board.click("#range")
        board.get_by_role("option", name="Last 14 days", exact=True).click()

    assert url_query(board) == {"time_range": ["14d"]}
    go_back_and_forward(board, LAST_7_DAYS, {"time_range": ["14d"]})
    expect(board.locator("#range")).to_contain_text("Last 14 days")


def test_menus_fit_on_the_smallest_screen(open_page):
    page = open_page(viewport={"width": 320, "height": 700})
    page.goto(f"{page.board_url}?time_range=7d")
    wait_until_ready(page, time_range="7d")

    for opener in (".custom > summary", ".zones > summary", ".bar-r .steps summary"):
        page.click(opener)
        box = page.locator("details[open] > .menu").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
        page.keyboard.press("Escape")


def test_dates_can_be_chosen_in_the_form(board):
    board.click(".custom > summary")
    assert board.input_value("#custom-from") == "2026-11-14T00:00"
    assert board.input_value("#custom-to") == "2026-11-20T09:30"
    board.fill("#custom-from", "2026-11-02T00:00")
    board.fill("#custom-to", "2026-11-08T00:00")
    with expect_one_refresh(board):
        board.click("[data-do=custom]")

    chosen_dates = {"from": ["2026-11-02T00:00:00Z"], "to": ["2026-11-08T00:00:00Z"]}
    assert url_query(board) == chosen_dates
    expect(board.locator("#dates")).to_have_text("2 – 7 November")
    expect(board.locator("#range")).to_contain_text("Custom range")
    go_back_and_forward(board, LAST_7_DAYS, chosen_dates)


def test_dates_can_be_typed_without_a_mouse(board):
    board.keyboard.press("d")
    expect(board.locator("#custom-from")).to_be_focused()
    board.keyboard.type("11022026")
    board.keyboard.press("ArrowRight")
    board.keyboard.type("1200AM")
    with expect_one_refresh(board):
        board.keyboard.press("Enter")

    assert url_query(board) == {"from": ["2026-11-02T00:00:00Z"], "to": ["2026-11-20T09:30:00Z"]}
    expect(board.locator(".custom > summary")).to_be_focused()


@pytest.mark.parametrize("to", ["2026-11-05T00:00", "2026-11-04T23:59"])
def test_dates_that_end_before_they_start_show_an_error(board, to):
    board.click(".custom > summary")
    board.fill("#custom-from", "2026-11-05T00:00")
    board.fill("#custom-to", to)
    with expect_requests(board, []):
        board.click("[data-do=custom]")

    expect(board.get_by_role("alert")).to_have_text("Choose a beginning that is before the end.")
    assert url_query(board) == LAST_7_DAYS


def test_dates_around_a_clock_change_use_the_orgs_zone(site, page, sign_in):
    berlin = add_org(site.store, factories.scope, "berlin", timezone="Europe/Berlin", now=1)
    factories.add_user(site.store, "kim@example.com", (factories.scope(berlin), Role.OWNER))
    sign_in(f"{site.serve()}/app/berlin/operations", "kim@example.com")
    expect(page.locator("#board")).to_have_attribute("data-zone", "Europe/Berlin")
    page.click(".custom > summary")
    page.fill("#custom-from", "2026-10-24T12:00")
    page.fill("#custom-to", "2026-10-26T12:00")
    with expect_one_refresh(page):
        page.click("[data-do=custom]")

    assert url_query(page) == {"from": ["2026-10-24T10:00:00Z"], "to": ["2026-10-26T11:00:00Z"]}
    page.click(".custom > summary")
    assert page.input_value("#custom-from") == "2026-10-24T12:00"
    assert page.input_value("#custom-to") == "2026-10-26T12:00"


def test_the_range_moves_one_step_earlier_and_later(board):
    earlier = board.get_by_role("button", name="Earlier")
    later = board.get_by_role("button", name="Later")
    expect(later).to_be_disabled()
    with expect_one_refresh(board):
        earlier.click()

    earlier_range = {"time_range": ["7d"], "as_of": ["2026-11-14T00:00:00Z"]}
    assert url_query(board) == earlier_range
    expect(later).to_be_enabled()
    with expect_one_refresh(board):
        later.press("Enter")
    assert url_query(board) == LAST_7_DAYS
    expect(later).to_be_disabled()
    go_back_and_forward(board, earlier_range, LAST_7_DAYS)


def test_choosing_another_range_returns_to_now(board):
    with expect_one_refresh(board):
        board.keyboard.press("[")
    with expect_one_refresh(board):
        board.keyboard.press("5")

    assert url_query(board) == {"time_range": ["14d"]}
    expect(board.locator("#as-of")).to_have_text("as of 09:30")


# -- Compared, and in another zone -----------------------------------------------------------------


def test_a_switch_compares_with_the_previous_range(board):
    with expect_one_refresh(board):
        board.get_by_role("switch", name="Compare").press("Space")

    compared = {"time_range": ["7d"], "compare": ["previous"]}
    assert url_query(board) == compared
    expect(board.locator("#before")).to_have_text("with 7 – 13 November")
    expect(panel(board, "events-time-series").locator(".legend")).to_contain_text("Previous 7 days")
    go_back_and_forward(board, LAST_7_DAYS, compared)
    expect(board.locator("#compare")).to_be_checked()
    with expect_one_refresh(board):
        board.uncheck("#compare")
    assert url_query(board) == LAST_7_DAYS


def test_back_turns_the_switch_off(board):
    with expect_one_refresh(board):
        board.check("#compare")
    board.go_back()

    expect(board.locator("#compare")).not_to_be_checked()
    expect(panel(board, "events-time-series").locator(".legend")).not_to_contain_text("Previous")


def test_a_time_zone_can_be_chosen_and_reset(board):
    board.click(".zones > summary")
    select = board.get_by_label("Time zone")
    expect(select).to_be_focused()
    with expect_one_refresh(board):
        select.select_option("America/St_Johns")

    in_st_johns = {"time_range": ["7d"], "tz": ["America/St_Johns"]}
    assert url_query(board) == in_st_johns
    expect(board.locator("#zone")).to_have_text("America/St_Johns, UTC−3:30")
    go_back_and_forward(board, LAST_7_DAYS, in_st_johns)
    board.click(".zones > summary")
    expect(select).to_have_value("America/St_Johns")
    with expect_one_refresh(board):
        select.select_option("")
    assert url_query(board) == LAST_7_DAYS


def test_a_zone_that_the_browser_lists_under_an_alias_is_selected(board):
    board.goto(f"{board.board_url}?time_range=7d&tz=Asia/Kolkata")
    wait_until_ready(board, zone="Asia/Kolkata")
    board.click(".zones > summary")

    expect(board.get_by_label("Time zone")).to_have_value("Asia/Kolkata")


# -- A chart ---------------------------------------------------------------------------------------


def test_a_drag_zooms_the_whole_board_to_bucket_edges(board):
    with expect_one_refresh(board):
        drag_across(board, 2, 4)

    zoomed = {"from": ["2026-11-16T00:00:00Z"], "to": ["2026-11-19T00:00:00Z"]}
    assert url_query(board) == zoomed
    expect(panel(board, "total-validations").locator(".val")).to_have_text("3")
    go_back_and_forward(board, LAST_7_DAYS, zoomed)


def test_a_drag_out_of_the_chart_to_the_left_zooms_too(board):
    with expect_one_refresh(board):
        board.mouse.move(*bucket_point(board, 6))
        board.mouse.down()
        board.mouse.move(2, 500, steps=4)
        board.mouse.up()

    assert url_query(board) == {"from": ["2026-11-14T00:00:00Z"], "to": ["2026-11-20T09:30:00Z"]}


def test_keys_select_buckets_and_zoom_to_them(board):
    chart_cursor(board).focus()
    board.keyboard.press("Home")
    board.keyboard.press("ArrowRight")
    board.keyboard.press("Shift+ArrowRight")
    board.keyboard.press("Shift+ArrowRight")
    expect(board.locator(".cursor-part")).to_have_count(1)
    with expect_one_refresh(board):
        board.keyboard.press("Enter")

    assert url_query(board) == {"from": ["2026-11-15T00:00:00Z"], "to": ["2026-11-18T00:00:00Z"]}
    expect(chart_cursor(board)).to_be_focused()


def test_arrow_keys_announce_each_bucket(board):
    chart = chart_cursor(board, "runs-by-outcome")
    chart.focus()
    announcements = []
    for key in ("End", "ArrowLeft", "ArrowRight", "Home", "ArrowLeft"):
        board.keyboard.press(key)
        announcements.append(chart.get_attribute("aria-valuetext"))

    assert [text.split(":")[0] for text in announcements] == [
        "Fri 20 November 2026, so far", "Thu 19 November 2026", "Fri 20 November 2026, so far",
        "Sat 14 November 2026", "Sat 14 November 2026",
    ]  # fmt: skip
    assert announcements[0].endswith(": Succeeded 1; Failed 1")
    assert chart.get_attribute("aria-valuemax") == "6"
    board.keyboard.press("Escape")
    expect(hover_card(board)).to_have_count(0)


def test_the_card_shows_the_bucket_its_zone_and_its_numbers(board):
    board.mouse.move(*bucket_point(board, 5))

    expect(hover_card(board).locator("strong")).to_have_text("Thu 19 November 2026")
    assert cell_texts(hover_card(board).locator("th, td")) == ["Events", "28"]
    expect(hover_card(board).locator(".card-mark")).to_have_text("Workflow updated, 08:15, u-3")
    expect(hover_card(board).locator(".card-zone")).to_have_text("UTC")
    assert chart_cursor(board).get_attribute("aria-valuetext") == (
        "Thu 19 November 2026: Events 28; Workflow updated, 08:15, u-3"
    )
    board.mouse.move(*bucket_point(board, 0, "users-time-series"))
    assert cell_texts(hover_card(board).locator("th, td")) == ["API", "1", "Web", "2"]


def test_the_card_compares_with_the_previous_bucket(board):
    with expect_one_refresh(board):
        board.check("#compare")
    board.mouse.move(*bucket_point(board, 5))

    expect(hover_card(board).locator(".card-head span")).to_have_text("vs Thu 12 November 2026")
    assert cell_texts(hover_card(board).locator("th, td")) == ["Events", "28", "21", "+33.3%"]


def test_a_tap_shows_the_card_below_the_chart(open_page):
    phone = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    phone.goto(f"{phone.board_url}?time_range=7d")
    wait_until_ready(phone, time_range="7d")
    phone.touchscreen.tap(*bucket_point(phone, 5))

    expect(hover_card(phone).locator("strong")).to_have_text("Thu 19 November 2026")
    chart = panel(phone, "events-time-series").locator(".chart").bounding_box()
    assert hover_card(phone).bounding_box()["y"] >= chart["y"] + chart["height"] - 8
    assert url_query(phone) == LAST_7_DAYS


# -- Filters ---------------------------------------------------------------------------------------


def test_a_click_on_a_row_filters_the_board_and_its_chip_removes_the_filter(board):
    with expect_one_refresh(board):
        panel(board, "warnings-by-code").get_by_role("button", name="noisy").click()

    filtered = {"time_range": ["7d"], "filter": ["properties.code:noisy"]}
    assert url_query(board) == filtered
    expect(board.locator(".chip")).to_have_text("Code: noisyremove this filter")
    go_back_and_forward(board, LAST_7_DAYS, filtered)
    with expect_one_refresh(board):
        board.locator(".chip").press("Enter")
    assert url_query(board) == LAST_7_DAYS
    expect(board.locator(".chip")).to_have_count(0)


def test_one_button_removes_the_filters_of_a_bar_and_a_row(board):
    with expect_one_refresh(board):
        board.mouse.click(*bucket_point(board, 3, "users-time-series"))
    assert url_query(board)["filter"] == ["channel:api"]
    expect(panel(board, "total-validations").locator(".val")).to_have_text("0")
    with expect_one_refresh(board):
        panel(board, "warnings-by-code").get_by_role("button", name="noisy").press("Enter")

    assert url_query(board)["filter"] == ["channel:api", "properties.code:noisy"]
    with expect_one_refresh(board):
        board.get_by_role("button", name="Remove all filters").first.click()
    assert url_query(board) == LAST_7_DAYS


# -- A panel ---------------------------------------------------------------------------------------


def test_a_panel_enlarges_without_a_request_and_from_its_link(board):
    with expect_requests(board, []):
        choose_in_menu(board, "events-time-series", "Open large")
    dialog = board.get_by_role("dialog", name="Events")
    expect(dialog).to_be_visible()
    assert dialog.bounding_box()["width"] > 1200
    assert url_query(board) == {"time_range": ["7d"], "panel": ["events-time-series"]}
    with expect_requests(board, []):
        board.keyboard.press("Escape")
    assert url_query(board) == LAST_7_DAYS

    board.goto(f"{board.board_url}?time_range=7d&panel=total-errors")
    expect(board.get_by_role("dialog", name="Number of Errors")).to_be_visible()


def test_a_panel_menu_works_by_keyboard(board):
    button = panel(board, "events-time-series").locator("[data-do=menu]")
    button.focus()
    board.keyboard.press("Enter")
    expect(board.get_by_role("menuitem", name="Open large")).to_be_focused()
    board.keyboard.press("ArrowDown")
    expect(board.get_by_role("menuitem", name="Show as table")).to_be_focused()
    board.keyboard.press("End")
    expect(board.get_by_role("menuitem", name="Copy link")).to_be_focused()
    board.keyboard.press("Escape")

    expect(board.get_by_role("menu")).to_have_count(0)
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")


def test_the_table_shows_the_same_numbers_as_the_cards_and_follows_the_range(board):
    choose_in_menu(board, "events-time-series", "Show as table")
    table = panel(board, "events-time-series").locator(".table-of")
    expect(table).to_be_focused()
    assert cell_texts(table.locator("tr").nth(6).locator("th, td")) == ["Thu 19 November 2026", "28"]
    assert table.locator("tbody tr").count() == 7
    with expect_one_refresh(board):
        board.click("#range")
        board.get_by_role("option", name="Last 14 days", exact=True).click()

    expect(table.locator("tbody tr")).to_have_count(14)
    assert cell_texts(table.locator("tbody tr").first.locator("th, td"))[1] == "16"
    choose_in_menu(board, "events-time-series", "Show as chart")
    expect(table).to_have_count(0)
    expect(chart_cursor(board)).to_be_visible()


def test_an_open_table_shows_the_compared_numbers(board):
    choose_in_menu(board, "events-time-series", "Show as table")
    with expect_one_refresh(board):
        board.check("#compare")

    row = panel(board, "events-time-series").locator(".table-of tr").nth(6).locator("th, td")
    expect(row).to_have_text(["Thu 19 November 2026", "28", "21", "+33.3%"])


def test_csv_and_json_contain_the_numbers_on_screen(board):
    with board.expect_download() as csv_file:
        choose_in_menu(board, "events-time-series", "Download CSV")
    with board.expect_download() as json_file:
        choose_in_menu(board, "warnings-by-code", "Download JSON")

    assert csv_file.value.suggested_filename == "Acme – Events, 14 – 20 November 2026.csv"
    lines = csv_file.value.path().read_text().splitlines()
    assert lines[0] == "\ufeffstart,local,series,value,complete"
    assert [line.split(",")[3] for line in lines[1:]] == [
        "23", "24", "25", "26", "27", "28", "29",
    ]  # fmt: skip
    rows = json.loads(json_file.value.path().read_text())
    assert json_file.value.suggested_filename.endswith(".json")
    assert '"label": "noisy"' in json.dumps(rows)


def test_the_image_of_a_chart_is_a_large_png(board):
    with board.expect_download() as image:
        choose_in_menu(board, "events-time-series", "Download image")

    content = image.value.path().read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(content[16:20], "big") > 500
    assert image.value.suggested_filename == "Events.png"
    assert board.console_errors == []


def test_links_can_be_copied(board):
    board.context.grant_permissions(["clipboard-read", "clipboard-write"])
    choose_in_menu(board, "total-errors", "Copy link")
    expect(board.locator("#told")).to_have_text("Copied")
    copied = board.evaluate("navigator.clipboard.readText()")
    assert copied == f"{board.board_url}?time_range=7d&panel=total-errors"

    board.click("details.user summary")
    board.get_by_role("button", name="Copy link").click()
    board.wait_for_timeout(50)
    assert board.evaluate("navigator.clipboard.readText()") == f"{board.board_url}?time_range=7d"


# -- New numbers -------------------------------------------------------------------------------------


def test_the_refresh_button_shows_new_numbers(site, page, sign_in):
    runs = [factories.event("validation_run.created", f"2026-11-20T0{n}:00:00Z") for n in range(3)]
    factories.send(site.store, site.acme_scope, runs[:2])
    sign_in(f"{site.serve()}/app/acme/operations?time_range=7d")
    expect(panel(page, "total-validations").locator(".val")).to_have_text("2")
    factories.send(site.store, site.acme_scope, runs[2:])
    with expect_one_refresh(page):
        page.get_by_role("button", name="Refresh", exact=True).click()

    expect(panel(page, "total-validations").locator(".val")).to_have_text("3")
    assert url_query(page) == LAST_7_DAYS


@pytest.mark.parametrize(
    ("choice", "parameter", "shortest", "longest"),
    [("Every minute", "1m", 54_000, 66_000), ("Every 5 minutes", "5m", 270_000, 330_000)],
)
def test_the_refresh_interval_can_be_chosen(board, choice, parameter, shortest, longest):
    board.click(".bar-r .steps summary")
    with expect_one_refresh(board):
        board.get_by_role("button", name=choice, exact=True).click()

    assert url_query(board) == {"time_range": ["7d"], "refresh": [parameter]}
    assert shortest <= board.evaluate(TICK)["interval"] <= longest
    assert board.evaluate(TICK)["disabled"] is False
    board.click(".bar-r .steps summary")
    expect(board.locator(f"[data-often='{parameter}']")).to_have_attribute("aria-current", "true")


def test_back_turns_automatic_refresh_on_again(board):
    board.click(".bar-r .steps summary")
    with expect_one_refresh(board):
        board.click("[data-often=off]")
    assert board.evaluate(TICK)["disabled"] is True
    with board.expect_response("**/_dash-update-component*"):
        board.go_back()
    board.wait_for_timeout(100)

    assert board.evaluate(TICK)["disabled"] is False


def refresh_statuses(page, seconds=0.6):
    """Speed up the board's refresh interval; return the statuses of the responses."""
    statuses = []
    page.on("response", lambda r: "_dash-update" in r.url and statuses.append(r.status))
    page.evaluate("dash_clientside.set_props('tick', {interval: 150})")
    page.wait_for_timeout(1000 * seconds)
    return statuses


def test_an_automatic_refresh_without_news_gets_a_204(board):
    statuses = refresh_statuses(board)

    assert len(statuses) >= 2
    assert set(statuses) == {204}
    assert board.console_errors == []


@pytest.mark.parametrize("parameter", ["refresh=off", "as_of=2026-11-20T00:00:00Z"])
def test_a_board_that_is_off_or_frozen_does_not_refresh(board, parameter):
    board.goto(f"{board.board_url}?time_range=7d&{parameter}")
    wait_until_ready(board, time_range="7d")

    assert refresh_statuses(board) == []


def test_a_hidden_page_does_not_refresh(board):
    set_hidden = """(isHidden) => {
      for (const [name, value] of [["hidden", isHidden], ["visibilityState", isHidden ? "hidden" : "visible"]])
        Object.defineProperty(document, name, {configurable: true, get: () => value});
      document.dispatchEvent(new Event("visibilitychange")); }"""
    board.evaluate(set_hidden, True)
    assert refresh_statuses(board) == []

    board.evaluate(set_hidden, False)
    assert board.evaluate(TICK)["disabled"] is False
    assert set(refresh_statuses(board)) == {204}


# -- Keys ----------------------------------------------------------------------------------------------


def test_each_shortcut_does_what_its_description_says(board):
    with expect_one_refresh(board):
        board.keyboard.press("c")
    assert url_query(board) == {"time_range": ["7d"], "compare": ["previous"]}
    with expect_one_refresh(board):
        board.keyboard.press("[")
    assert url_query(board)["as_of"] == ["2026-11-14T00:00:00Z"]
    with expect_one_refresh(board):
        board.keyboard.press("]")
    assert "as_of" not in url_query(board)
    with expect_one_refresh(board):
        board.keyboard.press("r")
    with expect_one_refresh(board):
        board.keyboard.press("5")
    assert url_query(board) == {"time_range": ["14d"], "compare": ["previous"]}
    board.keyboard.press("?")
    expect(board.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def test_shortcuts_do_nothing_while_typing(board):
    board.click(".zones > summary")
    with expect_requests(board, []):
        board.get_by_label("Time zone").press("c")
        board.keyboard.press("Escape")
        board.click(".custom > summary")
        board.locator("#custom-from").press("5")
        board.locator("#custom-from").press("c")


def test_disabled_shortcuts_stay_disabled(board):
    board.keyboard.press("?")
    board.get_by_role("switch", name="Use keyboard shortcuts").press("Space")
    board.keyboard.press("Escape")
    with expect_requests(board, []):
        board.keyboard.press("c")
    board.reload()
    wait_until_ready(board, time_range="7d")
    with expect_requests(board, []):
        board.keyboard.press("c")

    board.click("details.user summary")
    board.get_by_role("button", name="Keyboard shortcuts").click()
    switch = board.get_by_role("switch", name="Use keyboard shortcuts")
    expect(switch).not_to_be_checked()


# -- Light and dark --------------------------------------------------------------------------------------


def test_dark_mode_is_applied_before_the_first_paint(board):
    background = "getComputedStyle(document.body).backgroundColor"
    board.click("details.user summary")
    board.get_by_role("button", name="Dark").click()
    assert board.evaluate(background) == "rgb(13, 15, 19)"
    expect(board.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    board.add_init_script(
        "document.addEventListener('DOMContentLoaded', () => {"
        "window.atFirst = document.documentElement.dataset.theme; });"
    )
    board.reload()

    assert board.evaluate("window.atFirst") == "dark"
    board.click("details.user summary")
    board.get_by_role("button", name="System").click()
    assert board.evaluate("localStorage.getItem('dashapp-theme')") is None
    assert board.evaluate(background) == "rgb(246, 247, 249)"


@pytest.mark.parametrize("stored", ["<script>", "dark ", "[object Object]", "", "null"])
def test_invalid_stored_settings_are_removed(board, stored):
    board.evaluate("text => localStorage.setItem('dashapp-theme', text)", stored)
    board.evaluate("text => localStorage.setItem('dashapp-keys', text)", stored)
    board.reload()
    wait_until_ready(board, time_range="7d")
    with expect_one_refresh(board):
        board.keyboard.press("c")

    assert board.evaluate("document.documentElement.dataset.theme || null") is None
    assert board.evaluate("[localStorage['dashapp-theme'], localStorage['dashapp-keys']]") == [
        None,
        None,
    ]
    assert board.console_errors == []


# -- What an embed may ----------------------------------------------------------------------------------


@pytest.fixture
def embed_board(site, page):
    """Open the board in a vendor's page, with these claims in its token."""
    vendors = []

    def embed_board(**claims):
        signer = Signer(site.store, site.acme_scope)
        vendor = Vendor(lambda: signer.token(now=utc_now().timestamp(), **claims))
        vendors.append(vendor)
        allow(site.store, site.acme_scope, vendor.origin)
        runs = [factories.event("validation_run.created", utc_now().isoformat(), user="u")]
        factories.send(site.store, site.acme_scope, runs)
        vendor.page = with_script(site.serve(clock=utc_now))
        page.goto(vendor.origin)
        frame = page.frame_locator("iframe")
        frame.locator('[data-panel="users-time-series"][data-state="ready"]').wait_for()
        return frame

    yield embed_board
    for vendor in vendors:
        vendor.close()


def test_a_token_with_allowed_ranges_offers_no_others(embed_board, page):
    frame = embed_board(time={"allowed": ["7d", "30d"]})

    expect(
        frame.locator("[data-do=earlier], [data-do=later], .custom, #custom-from")
    ).to_have_count(0)
    frame.locator("#range").click()
    expect(frame.get_by_role("option")).to_have_text(["Last 7 days", "Last 30 days"])
    page.keyboard.press("Escape")
    chart = frame.locator('[data-panel="events-time-series"] .cursor')
    box = chart.bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 400, box["y"] + 100, steps=4)
    page.mouse.up()
    chart.press("Enter")
    page.wait_for_timeout(300)
    assert frame.locator("#board").get_attribute("data-time-range") in {"7d", "30d"}
    assert page.console_errors == []


def test_a_token_with_a_zone_offers_no_other_zone(embed_board):
    frame = embed_board(tz="Asia/Tokyo")

    expect(frame.locator("#zone")).to_have_text("Asia/Tokyo, UTC+9")
    expect(frame.locator("#zone-of, .zones")).to_have_count(0)


def test_a_token_with_a_locked_range_disables_the_range_control(embed_board):
    frame = embed_board(time={"default": "7d", "locked": True})

    expect(frame.locator("#range")).to_be_disabled()
    expect(frame.locator("#range")).to_contain_text("Last 7 days")
