"""Every control of a board: it writes the address, costs one request, and Back takes it back."""

import json

import pytest
from playwright.sync_api import expect

from dashapp.dashboards.provision import add_org
from dashapp.domain.access.roles import Role
from dashapp.domain.time.instant import utc_now
from tests import factories
from tests.browser.board_page import (
    asking,
    back_and_forward,
    card,
    menu,
    one_refresh,
    panel,
    texts,
    view,
    wait_ready,
)
from tests.browser.embed.vendor import Vendor, with_script
from tests.embedding import Signer, allow

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
WEEK = {"time_range": ["7d"]}
TICK = "dash_component_api.getLayout('tick').props"


def cursor(page, slug="events-time-series"):
    return panel(page, slug).locator(".cursor")


def point(page, bucket, slug="events-time-series", of=7):
    """Where a bucket of a chart is on the page, low in the chart."""
    cursor(page, slug).scroll_into_view_if_needed()
    return page.evaluate(
        """([slug, bucket, of]) => {
          const cursor = document.querySelector(`[data-panel="${slug}"] .cursor`);
          const size = cursor.parentNode.querySelector(".js-plotly-plot")._fullLayout._size;
          const box = cursor.getBoundingClientRect();
          return [box.left + size.l + size.w * (bucket + 0.5) / of, box.top + size.t + size.h * 0.9];
        }""",
        [slug, bucket, of],
    )


def drag(page, start, end):
    page.mouse.move(*point(page, start))
    page.mouse.down()
    page.mouse.move(*point(page, end), steps=4)
    page.mouse.up()


# -- The range ----------------------------------------------------------------------------------


def test_a_preset_is_chosen_and_back_takes_it_back(board):
    with one_refresh(board):
        board.click("#range")
        board.get_by_role("option", name="Last 14 days", exact=True).click()

    assert view(board) == {"time_range": ["14d"]}
    back_and_forward(board, WEEK, {"time_range": ["14d"]})
    expect(board.locator("#range")).to_contain_text("Last 14 days")


def test_what_opens_stays_on_the_smallest_screen(open_page):
    page = open_page(viewport={"width": 320, "height": 700})
    page.goto(f"{page.at}?time_range=7d")
    wait_ready(page, time_range="7d")

    for opener in (".custom > summary", ".zones > summary", ".bar-r .steps summary"):
        page.click(opener)
        box = page.locator("details[open] > .menu").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
        page.keyboard.press("Escape")


def test_dates_are_chosen_in_the_form(board):
    board.click(".custom > summary")
    assert board.input_value("#custom-from") == "2026-11-14T00:00"
    assert board.input_value("#custom-to") == "2026-11-20T09:30"
    board.fill("#custom-from", "2026-11-02T00:00")
    board.fill("#custom-to", "2026-11-08T00:00")
    with one_refresh(board):
        board.click("[data-do=custom]")

    asked = {"from": ["2026-11-02T00:00:00Z"], "to": ["2026-11-08T00:00:00Z"]}
    assert view(board) == asked
    expect(board.locator("#dates")).to_have_text("2 – 7 November")
    expect(board.locator("#range")).to_contain_text("Custom range")
    back_and_forward(board, WEEK, asked)


def test_dates_are_typed_without_a_mouse(board):
    board.keyboard.press("d")
    expect(board.locator("#custom-from")).to_be_focused()
    board.keyboard.type("11022026")
    board.keyboard.press("ArrowRight")
    board.keyboard.type("1200AM")
    with one_refresh(board):
        board.keyboard.press("Enter")

    assert view(board) == {"from": ["2026-11-02T00:00:00Z"], "to": ["2026-11-20T09:30:00Z"]}
    expect(board.locator(".custom > summary")).to_be_focused()


@pytest.mark.parametrize("to", ["2026-11-05T00:00", "2026-11-04T23:59"])
def test_dates_that_end_before_they_begin_are_refused_in_words(board, to):
    board.click(".custom > summary")
    board.fill("#custom-from", "2026-11-05T00:00")
    board.fill("#custom-to", to)
    with asking(board, []):
        board.click("[data-do=custom]")

    expect(board.get_by_role("alert")).to_have_text("Choose a beginning that is before the end.")
    assert view(board) == WEEK


def test_dates_around_a_clock_change_are_those_of_the_zone(site, page, sign_in):
    berlin = add_org(site.store, factories.scope, "berlin", timezone="Europe/Berlin", now=1)
    factories.add_user(site.store, "kim@example.com", (factories.scope(berlin), Role.OWNER))
    sign_in(f"{site.serve()}/app/berlin/operations", "kim@example.com")
    expect(page.locator("#board")).to_have_attribute("data-zone", "Europe/Berlin")
    page.click(".custom > summary")
    page.fill("#custom-from", "2026-10-24T12:00")
    page.fill("#custom-to", "2026-10-26T12:00")
    with one_refresh(page):
        page.click("[data-do=custom]")

    assert view(page) == {"from": ["2026-10-24T10:00:00Z"], "to": ["2026-10-26T11:00:00Z"]}
    page.click(".custom > summary")
    assert page.input_value("#custom-from") == "2026-10-24T12:00"
    assert page.input_value("#custom-to") == "2026-10-26T12:00"


def test_one_step_earlier_and_one_later(board):
    earlier = board.get_by_role("button", name="Earlier")
    later = board.get_by_role("button", name="Later")
    expect(later).to_be_disabled()
    with one_refresh(board):
        earlier.click()

    before = {"time_range": ["7d"], "as_of": ["2026-11-14T00:00:00Z"]}
    assert view(board) == before
    expect(later).to_be_enabled()
    with one_refresh(board):
        later.press("Enter")
    assert view(board) == WEEK
    expect(later).to_be_disabled()
    back_and_forward(board, before, WEEK)


def test_another_range_ends_a_frozen_moment(board):
    with one_refresh(board):
        board.keyboard.press("[")
    with one_refresh(board):
        board.keyboard.press("5")

    assert view(board) == {"time_range": ["14d"]}
    expect(board.locator("#as-of")).to_have_text("as of 09:30")


# -- Compared, and in another zone -----------------------------------------------------------------


def test_the_range_before_is_compared_by_a_switch(board):
    with one_refresh(board):
        board.get_by_role("switch", name="Compare").press("Space")

    compared = {"time_range": ["7d"], "compare": ["previous"]}
    assert view(board) == compared
    expect(board.locator("#before")).to_have_text("with 7 – 13 November")
    expect(panel(board, "events-time-series").locator(".legend")).to_contain_text("Previous 7 days")
    back_and_forward(board, WEEK, compared)
    expect(board.locator("#compare")).to_be_checked()
    with one_refresh(board):
        board.uncheck("#compare")
    assert view(board) == WEEK


def test_the_switch_follows_back(board):
    with one_refresh(board):
        board.check("#compare")
    board.go_back()

    expect(board.locator("#compare")).not_to_be_checked()
    expect(panel(board, "events-time-series").locator(".legend")).not_to_contain_text("Previous")


def test_another_zone_is_chosen(board):
    board.click(".zones > summary")
    select = board.get_by_label("Time zone")
    expect(select).to_be_focused()
    with one_refresh(board):
        select.select_option("America/St_Johns")

    elsewhere = {"time_range": ["7d"], "tz": ["America/St_Johns"]}
    assert view(board) == elsewhere
    expect(board.locator("#zone")).to_have_text("America/St_Johns, UTC−3:30")
    back_and_forward(board, WEEK, elsewhere)
    board.click(".zones > summary")
    expect(select).to_have_value("America/St_Johns")
    with one_refresh(board):
        select.select_option("")
    assert view(board) == WEEK


def test_a_zone_that_the_browser_lists_by_another_name_is_shown(board):
    board.goto(f"{board.at}?time_range=7d&tz=Asia/Kolkata")
    wait_ready(board, zone="Asia/Kolkata")
    board.click(".zones > summary")

    expect(board.get_by_label("Time zone")).to_have_value("Asia/Kolkata")


# -- A chart ---------------------------------------------------------------------------------------


def test_a_drag_zooms_the_whole_board_to_the_edges_of_its_buckets(board):
    with one_refresh(board):
        drag(board, 2, 4)

    zoomed = {"from": ["2026-11-16T00:00:00Z"], "to": ["2026-11-19T00:00:00Z"]}
    assert view(board) == zoomed
    expect(panel(board, "total-validations").locator(".val")).to_have_text("3")
    back_and_forward(board, WEEK, zoomed)


def test_a_drag_to_the_left_and_out_of_the_chart_zooms_too(board):
    with one_refresh(board):
        board.mouse.move(*point(board, 6))
        board.mouse.down()
        board.mouse.move(2, 500, steps=4)
        board.mouse.up()

    assert view(board) == {"from": ["2026-11-14T00:00:00Z"], "to": ["2026-11-20T09:30:00Z"]}


def test_keys_select_a_part_and_zoom_to_it(board):
    cursor(board).focus()
    board.keyboard.press("Home")
    board.keyboard.press("ArrowRight")
    board.keyboard.press("Shift+ArrowRight")
    board.keyboard.press("Shift+ArrowRight")
    expect(board.locator(".cursor-part")).to_have_count(1)
    with one_refresh(board):
        board.keyboard.press("Enter")

    assert view(board) == {"from": ["2026-11-15T00:00:00Z"], "to": ["2026-11-18T00:00:00Z"]}
    expect(cursor(board)).to_be_focused()


def test_arrow_keys_tell_each_bucket(board):
    told = cursor(board, "runs-by-outcome")
    told.focus()
    said = []
    for key in ("End", "ArrowLeft", "ArrowRight", "Home", "ArrowLeft"):
        board.keyboard.press(key)
        said.append(told.get_attribute("aria-valuetext"))

    assert [text.split(":")[0] for text in said] == [
        "Fri 20 November 2026, so far", "Thu 19 November 2026", "Fri 20 November 2026, so far",
        "Sat 14 November 2026", "Sat 14 November 2026",
    ]  # fmt: skip
    assert said[0].endswith(": Succeeded 1; Failed 1")
    assert told.get_attribute("aria-valuemax") == "6"
    board.keyboard.press("Escape")
    expect(card(board)).to_have_count(0)


def test_the_card_has_the_bucket_its_zone_and_its_numbers(board):
    board.mouse.move(*point(board, 5))

    expect(card(board).locator("strong")).to_have_text("Thu 19 November 2026")
    assert texts(card(board).locator("th, td")) == ["Events", "28"]
    expect(card(board).locator(".card-mark")).to_have_text("Workflow updated, 08:15, u-3")
    expect(card(board).locator(".card-zone")).to_have_text("UTC")
    assert cursor(board).get_attribute("aria-valuetext") == (
        "Thu 19 November 2026: Events 28; Workflow updated, 08:15, u-3"
    )
    board.mouse.move(*point(board, 0, "users-time-series"))
    assert texts(card(board).locator("th, td")) == ["API", "1", "Web", "2"]


def test_the_card_compares_with_the_bucket_before(board):
    with one_refresh(board):
        board.check("#compare")
    board.mouse.move(*point(board, 5))

    expect(card(board).locator(".card-head span")).to_have_text("vs Thu 12 November 2026")
    assert texts(card(board).locator("th, td")) == ["Events", "28", "21", "+33.3%"]


def test_a_tap_shows_the_card_below_the_chart(open_page):
    phone = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    phone.goto(f"{phone.at}?time_range=7d")
    wait_ready(phone, time_range="7d")
    phone.touchscreen.tap(*point(phone, 5))

    expect(card(phone).locator("strong")).to_have_text("Thu 19 November 2026")
    chart = panel(phone, "events-time-series").locator(".chart").bounding_box()
    assert card(phone).bounding_box()["y"] >= chart["y"] + chart["height"] - 8
    assert view(phone) == WEEK


# -- Filters ---------------------------------------------------------------------------------------


def test_a_click_on_a_row_filters_the_board_and_the_chip_takes_it_away(board):
    with one_refresh(board):
        panel(board, "warnings-by-code").get_by_role("button", name="noisy").click()

    filtered = {"time_range": ["7d"], "filter": ["properties.code:noisy"]}
    assert view(board) == filtered
    expect(board.locator(".chip")).to_have_text("Code: noisyremove this filter")
    back_and_forward(board, WEEK, filtered)
    with one_refresh(board):
        board.locator(".chip").press("Enter")
    assert view(board) == WEEK
    expect(board.locator(".chip")).to_have_count(0)


def test_a_bar_and_a_row_filter_and_one_button_takes_all_away(board):
    with one_refresh(board):
        board.mouse.click(*point(board, 3, "users-time-series"))
    assert view(board)["filter"] == ["channel:api"]
    expect(panel(board, "total-validations").locator(".val")).to_have_text("0")
    with one_refresh(board):
        panel(board, "warnings-by-code").get_by_role("button", name="noisy").press("Enter")

    assert view(board)["filter"] == ["channel:api", "properties.code:noisy"]
    with one_refresh(board):
        board.get_by_role("button", name="Remove all filters").first.click()
    assert view(board) == WEEK


# -- A panel ---------------------------------------------------------------------------------------


def test_a_panel_opens_large_for_nothing_and_its_link_opens_it_large(board):
    with asking(board, []):
        menu(board, "events-time-series", "Open large")
    large = board.get_by_role("dialog", name="Events")
    expect(large).to_be_visible()
    assert large.bounding_box()["width"] > 1200
    assert view(board) == {"time_range": ["7d"], "panel": ["events-time-series"]}
    with asking(board, []):
        board.keyboard.press("Escape")
    assert view(board) == WEEK

    board.goto(f"{board.at}?time_range=7d&panel=total-errors")
    expect(board.get_by_role("dialog", name="Number of Errors")).to_be_visible()


def test_the_menu_of_a_panel_works_by_keys(board):
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


def test_the_table_has_the_numbers_of_the_cards_and_follows_the_range(board):
    menu(board, "events-time-series", "Show as table")
    table = panel(board, "events-time-series").locator(".table-of")
    expect(table).to_be_focused()
    assert texts(table.locator("tr").nth(6).locator("th, td")) == ["Thu 19 November 2026", "28"]
    assert table.locator("tbody tr").count() == 7
    with one_refresh(board):
        board.click("#range")
        board.get_by_role("option", name="Last 14 days", exact=True).click()

    expect(table.locator("tbody tr")).to_have_count(14)
    assert texts(table.locator("tbody tr").first.locator("th, td"))[1] == "16"
    menu(board, "events-time-series", "Show as chart")
    expect(table).to_have_count(0)
    expect(cursor(board)).to_be_visible()


def test_an_open_table_has_the_compared_numbers(board):
    menu(board, "events-time-series", "Show as table")
    with one_refresh(board):
        board.check("#compare")

    row = panel(board, "events-time-series").locator(".table-of tr").nth(6).locator("th, td")
    expect(row).to_have_text(["Thu 19 November 2026", "28", "21", "+33.3%"])


def test_csv_and_json_are_what_is_shown(board):
    with board.expect_download() as csv:
        menu(board, "events-time-series", "Download CSV")
    with board.expect_download() as made:
        menu(board, "warnings-by-code", "Download JSON")

    assert csv.value.suggested_filename == "Acme – Events, 14 – 20 November 2026.csv"
    lines = csv.value.path().read_text().splitlines()
    assert lines[0] == "\ufeffstart,local,series,value,complete"
    assert [line.split(",")[3] for line in lines[1:]] == [
        "23", "24", "25", "26", "27", "28", "29",
    ]  # fmt: skip
    rows = json.loads(made.value.path().read_text())
    assert made.value.suggested_filename.endswith(".json")
    assert '"label": "noisy"' in json.dumps(rows)


def test_the_image_of_a_chart_is_a_large_png(board):
    with board.expect_download() as image:
        menu(board, "events-time-series", "Download image")

    content = image.value.path().read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(content[16:20], "big") > 500
    assert image.value.suggested_filename == "Events.png"
    assert board.complaints == []


def test_links_are_copied(board):
    board.context.grant_permissions(["clipboard-read", "clipboard-write"])
    menu(board, "total-errors", "Copy link")
    expect(board.locator("#told")).to_have_text("Copied")
    copied = board.evaluate("navigator.clipboard.readText()")
    assert copied == f"{board.at}?time_range=7d&panel=total-errors"

    board.click("details.user summary")
    board.get_by_role("button", name="Copy link").click()
    board.wait_for_timeout(50)
    assert board.evaluate("navigator.clipboard.readText()") == f"{board.at}?time_range=7d"


# -- New numbers -------------------------------------------------------------------------------------


def test_new_numbers_at_once(site, page, sign_in):
    runs = [factories.event("validation_run.created", f"2026-11-20T0{n}:00:00Z") for n in range(3)]
    factories.send(site.store, site.acme_scope, runs[:2])
    sign_in(f"{site.serve()}/app/acme/operations?time_range=7d")
    expect(panel(page, "total-validations").locator(".val")).to_have_text("2")
    factories.send(site.store, site.acme_scope, runs[2:])
    with one_refresh(page):
        page.get_by_role("button", name="Refresh", exact=True).click()

    expect(panel(page, "total-validations").locator(".val")).to_have_text("3")
    assert view(page) == WEEK


@pytest.mark.parametrize(
    ("choice", "word", "shortest", "longest"),
    [("Every minute", "1m", 54_000, 66_000), ("Every 5 minutes", "5m", 270_000, 330_000)],
)
def test_how_often_is_chosen(board, choice, word, shortest, longest):
    board.click(".bar-r .steps summary")
    with one_refresh(board):
        board.get_by_role("button", name=choice, exact=True).click()

    assert view(board) == {"time_range": ["7d"], "refresh": [word]}
    assert shortest <= board.evaluate(TICK)["interval"] <= longest
    assert board.evaluate(TICK)["disabled"] is False
    board.click(".bar-r .steps summary")
    expect(board.locator(f"[data-often='{word}']")).to_have_attribute("aria-current", "true")


def test_back_takes_back_that_it_was_switched_off(board):
    board.click(".bar-r .steps summary")
    with one_refresh(board):
        board.click("[data-often=off]")
    assert board.evaluate(TICK)["disabled"] is True
    with board.expect_response("**/_dash-update-component*"):
        board.go_back()
    board.wait_for_timeout(100)

    assert board.evaluate(TICK)["disabled"] is False


def tick_fast(page, seconds=0.6):
    """The statuses of what the board asks for by itself, with its clock made fast."""
    statuses = []
    page.on("response", lambda r: "_dash-update" in r.url and statuses.append(r.status))
    page.evaluate("dash_clientside.set_props('tick', {interval: 150})")
    page.wait_for_timeout(1000 * seconds)
    return statuses


def test_by_itself_it_asks_and_hears_that_nothing_is_new(board):
    statuses = tick_fast(board)

    assert len(statuses) >= 2
    assert set(statuses) == {204}
    assert board.complaints == []


@pytest.mark.parametrize("asked", ["refresh=off", "as_of=2026-11-20T00:00:00Z"])
def test_what_is_switched_off_or_frozen_does_not_ask(board, asked):
    board.goto(f"{board.at}?time_range=7d&{asked}")
    wait_ready(board, time_range="7d")

    assert tick_fast(board) == []


def test_a_page_that_nobody_sees_does_not_ask(board):
    see = """(isHidden) => {
      for (const [name, value] of [["hidden", isHidden], ["visibilityState", isHidden ? "hidden" : "visible"]])
        Object.defineProperty(document, name, {configurable: true, get: () => value});
      document.dispatchEvent(new Event("visibilitychange")); }"""
    board.evaluate(see, True)
    assert tick_fast(board) == []

    board.evaluate(see, False)
    assert board.evaluate(TICK)["disabled"] is False
    assert set(tick_fast(board)) == {204}


# -- Keys ----------------------------------------------------------------------------------------------


def test_the_shortcuts_do_what_they_say(board):
    with one_refresh(board):
        board.keyboard.press("c")
    assert view(board) == {"time_range": ["7d"], "compare": ["previous"]}
    with one_refresh(board):
        board.keyboard.press("[")
    assert view(board)["as_of"] == ["2026-11-14T00:00:00Z"]
    with one_refresh(board):
        board.keyboard.press("]")
    assert "as_of" not in view(board)
    with one_refresh(board):
        board.keyboard.press("r")
    with one_refresh(board):
        board.keyboard.press("5")
    assert view(board) == {"time_range": ["14d"], "compare": ["previous"]}
    board.keyboard.press("?")
    expect(board.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def test_shortcuts_are_silent_while_somebody_types(board):
    board.click(".zones > summary")
    with asking(board, []):
        board.get_by_label("Time zone").press("c")
        board.keyboard.press("Escape")
        board.click(".custom > summary")
        board.locator("#custom-from").press("5")
        board.locator("#custom-from").press("c")


def test_shortcuts_that_are_switched_off_stay_off(board):
    board.keyboard.press("?")
    board.get_by_role("switch", name="Use keyboard shortcuts").press("Space")
    board.keyboard.press("Escape")
    with asking(board, []):
        board.keyboard.press("c")
    board.reload()
    wait_ready(board, time_range="7d")
    with asking(board, []):
        board.keyboard.press("c")

    board.click("details.user summary")
    board.get_by_role("button", name="Keyboard shortcuts").click()
    box = board.get_by_role("switch", name="Use keyboard shortcuts")
    expect(box).not_to_be_checked()


# -- Light and dark --------------------------------------------------------------------------------------


def test_dark_is_chosen_and_is_there_before_the_first_paint(board):
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
def test_what_is_stored_by_mistake_is_forgotten(board, stored):
    board.evaluate("text => localStorage.setItem('dashapp-theme', text)", stored)
    board.evaluate("text => localStorage.setItem('dashapp-keys', text)", stored)
    board.reload()
    wait_ready(board, time_range="7d")
    with one_refresh(board):
        board.keyboard.press("c")

    assert board.evaluate("document.documentElement.dataset.theme || null") is None
    assert board.evaluate("[localStorage['dashapp-theme'], localStorage['dashapp-keys']]") == [
        None,
        None,
    ]
    assert board.complaints == []


# -- What an embed may ----------------------------------------------------------------------------------


@pytest.fixture
def embedded(site, page):
    """The board in a vendor's page, with what its token says."""
    vendors = []

    def embedded(**claims):
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

    yield embedded
    for vendor in vendors:
        vendor.close()


def test_an_embed_with_a_list_of_ranges_has_no_way_to_others(embedded, page):
    frame = embedded(time={"allowed": ["7d", "30d"]})

    expect(
        frame.locator("[data-do=earlier], [data-do=later], .custom, #custom-from")
    ).to_have_count(0)
    frame.locator("#range").click()
    expect(frame.get_by_role("option")).to_have_text(["Last 7 days", "Last 30 days"])
    page.keyboard.press("Escape")
    shown = frame.locator('[data-panel="events-time-series"] .cursor')
    box = shown.bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 400, box["y"] + 100, steps=4)
    page.mouse.up()
    shown.press("Enter")
    page.wait_for_timeout(300)
    assert frame.locator("#board").get_attribute("data-time-range") in {"7d", "30d"}
    assert page.complaints == []


def test_an_embed_with_a_zone_has_no_other(embedded):
    frame = embedded(tz="Asia/Tokyo")

    expect(frame.locator("#zone")).to_have_text("Asia/Tokyo, UTC+9")
    expect(frame.locator("#zone-of, .zones")).to_have_count(0)


def test_an_embed_with_a_locked_range_has_it_greyed(embedded):
    frame = embedded(time={"default": "7d", "locked": True})

    expect(frame.locator("#range")).to_be_disabled()
    expect(frame.locator("#range")).to_contain_text("Last 7 days")
