"""Use a board in a browser, from login to logout."""

import re

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.board_page import log_in, panel, wait_until_true
from tests.factories import Clock, event, send
from tests.panels import OPERATIONS, catalog_with
from tests.panels import panel as panel_query

pytestmark = pytest.mark.browser
BOARD = "/app/acme/operations"
SLUGS = ("total-validations", "total-errors", "events-time-series", "users-time-series")


@pytest.fixture
def site_with_events(site):
    send(
        site.store,
        site.acme_scope,
        [
            event(event_type, f"2026-11-{day:02d}T08:15:00Z", user=f"u{number}", channel=("api", "web")[number % 2],
                  properties={"severity": "ERROR"})
            for day in range(10, 21)
            for number, event_type in enumerate(("validation_run.created", "finding.recorded"))
        ],
    )  # fmt: skip
    return site


def wait_until_ready(page, time_range="24h"):
    expect(page.locator("#board")).to_have_attribute("data-time-range", time_range, timeout=15_000)
    expect(page.locator("#board")).to_have_attribute("aria-busy", "false")


def choose(page, title):
    page.click("#range")
    page.get_by_role("option", name=title, exact=True).click()


def test_log_in_change_the_range_go_back_and_log_out(site_with_events, page):
    base_url = site_with_events.serve()
    violations = []
    page.on(
        "console",
        lambda message: (
            "Content Security Policy" in message.text and violations.append(message.text)
        ),
    )

    page.goto(f"{base_url}{BOARD}?time_range=7d")
    log_in(page, "ada@example.com")
    wait_until_ready(page, "7d")
    assert page.url == f"{base_url}{BOARD}?time_range=7d"
    for slug in SLUGS:
        expect(panel(page, slug)).to_have_attribute("data-state", "ready")
    expect(panel(page, "total-validations").locator(".val")).to_have_text("7")
    expect(page.locator("#range")).to_contain_text("Last 7 days")

    page.evaluate(
        "document.querySelectorAll('.js-plotly-plot').forEach((e, i) => e.dataset.mark = i)"
    )
    choose(page, "Last 14 days")
    wait_until_ready(page, "14d")
    assert page.url == f"{base_url}{BOARD}?time_range=14d"
    expect(panel(page, "total-validations").locator(".val")).to_have_text("11")

    choose(page, "Last 30 days")
    wait_until_ready(page, "30d")
    page.go_back()
    wait_until_ready(page, "14d")
    expect(page.locator("#range")).to_contain_text("Last 14 days")
    page.go_forward()
    wait_until_ready(page, "30d")
    expect(page.locator("#range")).to_contain_text("Last 30 days")
    marks = page.evaluate(
        "[...document.querySelectorAll('.js-plotly-plot')].map(e => e.dataset.mark)"
    )
    assert marks == ["0", "1", "2"], "a chart was mounted again"

    cookies = page.context.cookies()
    page.click("details.user summary")
    page.click("text=Sign out")
    expect(page).to_have_url(re.compile(r"/login$"))
    page.context.add_cookies(cookies)
    page.goto(f"{base_url}{BOARD}")
    expect(page).to_have_url(re.compile(r"/login\?next="))
    assert violations == []
    assert page.console_errors == []


def test_a_choice_makes_one_request_and_no_page_load(site_with_events, page, sign_in):
    base_url = site_with_events.serve()
    sign_in(f"{base_url}{BOARD}?time_range=7d")
    wait_until_ready(page, "7d")
    urls = []
    resource_types = {"document", "fetch", "xhr", "script"}
    page.on(
        "request",
        lambda request: request.resource_type in resource_types and urls.append(request.url),
    )

    choose(page, "Last 90 days")
    wait_until_ready(page, "90d")
    page.wait_for_timeout(300)

    assert [url.rsplit("/", 1)[1].partition("?")[0] for url in urls] == ["_dash-update-component"]


def test_a_shared_link_opens_the_same_view(site_with_events, page, sign_in):
    base_url = site_with_events.serve()
    sign_in(
        f"{base_url}{BOARD}?from=2026-11-10T00:00:00Z&to=2026-11-12T00:00:00Z&tz=America/New_York"
    )

    wait_until_ready(page, "2026-11-10T00:00:00Z/2026-11-12T00:00:00Z")
    expect(page.locator("#zone")).to_contain_text("America/New_York")
    expect(page.locator("#range")).to_contain_text("Custom range")
    expect(panel(page, "total-validations").locator(".val")).to_have_text("2")


def test_an_ended_session_leads_to_login_and_back_to_the_same_view(site_with_events, page, sign_in):
    clock = Clock()
    base_url = site_with_events.serve(clock)
    sign_in(f"{base_url}{BOARD}?time_range=7d")
    wait_until_ready(page, "7d")

    clock.advance(hours=13)
    choose(page, "Last 30 days")

    expect(page).to_have_url(re.compile(r"/login\?next="), timeout=10_000)
    assert page.locator("[data-panel] input[name=password]").count() == 0
    page.fill("input[name=email]", "ada@example.com")
    page.fill("input[name=password]", "correct horse battery")
    page.click("button[type=submit]")
    expect(page).to_have_url(f"{base_url}{BOARD}?time_range=30d")


def test_when_the_server_fails_old_numbers_stay_and_are_marked(site_with_events, page, sign_in):
    base_url = site_with_events.serve()
    sign_in(f"{base_url}{BOARD}?time_range=7d")
    wait_until_ready(page, "7d")
    page.route("**/_dash-update-component*", lambda route: route.abort())

    page.evaluate("dash_clientside.set_props('tick', {n_intervals: 5})")

    for slug in SLUGS:
        expect(panel(page, slug)).to_have_attribute("data-state", "stale")
    expect(panel(page, "total-validations").locator(".val")).to_have_text("7")
    expect(page.locator("#notice")).to_contain_text("The server has been unreachable since ")
    expect(page.locator(".old:visible")).to_have_count(0)

    page.unroute("**/_dash-update-component*")
    page.evaluate("dash_clientside.set_props('tick', {n_intervals: 6})")
    for slug in SLUGS:
        expect(panel(page, slug)).to_have_attribute("data-state", "ready")


def test_a_new_range_that_fails_does_not_show_the_previous_numbers(site_with_events, page, sign_in):
    base_url = site_with_events.serve()
    sign_in(f"{base_url}{BOARD}?time_range=7d")
    wait_until_ready(page, "7d")
    page.route("**/_dash-update-component*", lambda route: route.fulfill(status=503, body="{}"))

    choose(page, "Last 30 days")

    for slug in SLUGS:
        expect(panel(page, slug)).to_have_attribute("data-state", "error")
    page.unroute("**/_dash-update-component*")
    page.get_by_role("button", name="Retry").click()
    for slug in SLUGS:
        expect(panel(page, slug)).to_have_attribute("data-state", "ready")
    wait_until_ready(page, "30d")


def test_a_failing_panel_shows_its_own_error_and_retry_button(site_with_events, page, sign_in):
    is_failing = [True]

    def flaky(session, scope, time_range):
        if is_failing[0]:
            raise RuntimeError("no")
        return query(session, scope, time_range)

    query, catalog = panel_query("total-errors"), catalog_with("total-errors", query=flaky)
    factories.place(site_with_events.store, site_with_events.acme_scope, OPERATIONS)
    base_url = site_with_events.serve(catalog=catalog)
    sign_in(f"{base_url}{BOARD}?time_range=7d")
    wait_until_ready(page, "7d")
    expect(panel(page, "total-errors")).to_have_attribute("data-state", "error")
    expect(panel(page, "total-validations")).to_have_attribute("data-state", "ready")

    is_failing[0] = False
    panel(page, "total-errors").get_by_role("button", name="Retry").click()

    expect(panel(page, "total-errors")).to_have_attribute("data-state", "ready")
    expect(panel(page, "total-errors").locator(".val")).to_have_text("7")


def test_an_empty_range_offers_a_wider_one(site_with_events, page, sign_in):
    base_url = site_with_events.serve(Clock(Clock().now.replace(month=12, day=10)))
    sign_in(f"{base_url}{BOARD}?time_range=1h")
    wait_until_ready(page, "1h")
    expect(panel(page, "events-time-series")).to_have_attribute("data-state", "empty")

    panel(page, "events-time-series").get_by_role("link").click()

    wait_until_ready(page, "30d")
    expect(panel(page, "events-time-series")).to_have_attribute("data-state", "ready")
    expect(panel(page, "events-time-series").locator(".main-svg").first).to_be_visible()


def test_an_org_without_events_shows_how_to_send_the_first_one(site, page, sign_in):
    sign_in(f"{site.serve()}{BOARD}")
    wait_until_ready(page)

    expect(page.locator("#notice")).to_contain_text("curl -X POST")


def test_two_tabs_show_two_orgs_and_never_mix(site_with_events, page, sign_in):
    base_url = site_with_events.serve()
    sign_in(f"{base_url}{BOARD}?time_range=7d", "bea@example.com")
    wait_until_ready(page, "7d")
    rival_page = page.context.new_page()
    rival_page.goto(f"{base_url}/app/rival/operations?time_range=7d")
    wait_until_ready(rival_page, "7d")

    page.reload()
    wait_until_ready(page, "7d")

    expect(panel(page, "total-validations").locator(".val")).to_have_text("7")
    expect(panel(rival_page, "total-validations").locator(".val")).to_have_text("0")
    page.click("details.org summary")
    page.get_by_role("link", name="Rival").click()
    expect(page).to_have_url(f"{base_url}/app/rival/operations?time_range=7d")


def test_the_range_can_be_chosen_by_keyboard(site_with_events, page, sign_in):
    base_url = site_with_events.serve()
    sign_in(f"{base_url}{BOARD}?time_range=7d")
    wait_until_ready(page, "7d")

    page.keyboard.press("Tab")
    for _ in range(12):
        if page.evaluate("!!document.activeElement.closest('.range')"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    wait_until_true(page, "document.activeElement.value === '7d'")
    page.keyboard.press("ArrowDown")
    wait_until_true(page, "document.activeElement.value === '14d'")
    page.keyboard.press("Enter")

    wait_until_ready(page, "14d")


def test_an_invalid_url_shows_a_readable_error_page(site_with_events, page, sign_in):
    base_url = site_with_events.serve()
    sign_in(f"{base_url}{BOARD}")
    wait_until_ready(page)

    page.goto(f"{base_url}{BOARD}?as_of=yesterday")

    expect(page.locator("h1")).to_have_text("Invalid request")
    expect(page.locator("main")).to_contain_text("2026-11-21T09:30:00Z")


def test_hovering_anywhere_on_a_chart_shows_a_card(site_with_events, page, sign_in):
    base_url = site_with_events.serve()
    sign_in(f"{base_url}{BOARD}?time_range=7d")
    wait_until_ready(page, "7d")
    chart = panel(page, "events-time-series").locator(".cursor").bounding_box()
    cards = []
    for share in (0.15, 0.3, 0.45, 0.6, 0.75, 0.97):
        page.mouse.move(chart["x"] + chart["width"] * share, chart["y"] + 60)
        page.wait_for_timeout(50)
        cards.append(panel(page, "events-time-series").locator(".card-of").text_content())

    assert all("November" in card and card.count("Events") == 1 for card in cards)
    assert "so far" in cards[-1]
    assert len(set(cards)) == 6
