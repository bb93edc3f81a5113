"""Texts written by users and programs are shown unchanged and never run as code."""

from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import expect

from dashapp.dashboards.provision import add_org
from dashapp.domain.access.roles import Role
from dashapp.domain.errors import BadInput
from dashapp.domain.events.event import make_event
from dashapp.domain.metrics.tallies import normalize_label
from dashapp.store.orgs import dashboards
from dashapp.store.orgs.dashboards import SavedPanel
from tests import factories
from tests.browser.board_page import (
    choose_in_menu,
    expect_one_refresh,
    hover_card,
    panel,
    url_query,
    wait_until_ready,
)
from tests.browser.payloads import PAYLOADS
from tests.effort import scaled
from tests.panels import catalog_with
from tests.series_rows import BucketCount, fill_series

pytestmark = pytest.mark.browser
BOARD = "/app/acme/operations"
LIST_WIDGETS = (
    "warnings-by-code",
    "conversations.search_term",
    "conversations.product_added_to_cart",
)
BATCHES = [PAYLOADS[start : start + 50] for start in range(0, 500, 50)]
SAMPLES = [PAYLOADS[number::10] for number in range(scaled(3))]  # of every kind of text
PRINTABLE = [text for text in PAYLOADS if text.isprintable()]


@pytest.fixture
def guarded_page(page):
    """A page that fails the test if a stored text runs, loads a file, or causes an error."""
    page.external_urls, page.dialogs = [], []
    page.on("dialog", lambda dialog: (page.dialogs.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: _record_external(page.external_urls, request.url))
    page.add_init_script("addEventListener('securitypolicyviolation', (event) => {"
                         "(window.refused = window.refused || []).push(event.violatedDirective); });")  # fmt: skip
    yield page
    assert page.evaluate("window.__xss") is None
    assert page.evaluate("window.refused || []") == []
    assert (page.dialogs, page.external_urls, page.console_errors) == ([], [], [])


def _record_external(external_urls, url):
    if urlsplit(url).hostname not in {"127.0.0.1", None} and not url.startswith("data:"):
        external_urls.append(url)


def send_texts(site, day, batch):
    """Send each text as a code, a search term, a product, and the user of a workflow change."""
    events = []
    for number, text in enumerate(batch):
        occurred_at = f"2026-11-{day:02d}T{number % 24:02d}:15:00Z"
        warning = {"severity": "WARNING", "code": text}
        events += [
            factories.event("finding.recorded", occurred_at, properties=warning),
            factories.event(
                "conversation.search_term", occurred_at, properties={"term": f"a {text} z"}
            ),
            factories.event(
                "conversation.product_added_to_cart",
                occurred_at,
                properties={"product": f"a {text} z"},
            ),
            factories.event(
                "workflow.updated", occurred_at, user=text if text.isprintable() else "u"
            ),
        ]
    factories.send(site.store, site.acme_scope, events)


def put_panels(site, titles, widgets, config):
    with site.store.write(site.acme_scope) as session:
        panels = [
            SavedPanel(widget, title, None, is_hidden=False, config=config)
            for widget, title in zip(widgets, titles, strict=True)
        ]
        dashboards.put_panels(session, site.acme_scope, "operations", panels, now=1)


def labels(page, slug):
    return page.locator(f'[data-panel="{slug}"] .row-do').all_text_contents()


def mark_counts_of_cards(page) -> list[int]:
    """Move the cursor of the chart over 24 buckets; return the number of marks in each card."""
    return page.locator(".cursor").evaluate("""cursor => Array.from({length: 24}, () => {
      cursor.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowLeft", bubbles: true}));
      return document.querySelectorAll(".card-of:not([hidden]) p.card-mark").length; })""")


def test_there_are_500_distinct_texts():
    assert len(set(PAYLOADS)) == 500
    assert len(BATCHES) == 10


def test_code_that_runs_is_detected(page):
    assert '"><img src=x onerror=window.__xss=1>' in PAYLOADS
    page.set_content('"><img src=x onerror=window.__xss=1>')
    page.wait_for_timeout(200)

    assert page.evaluate("window.__xss") == 1


def test_codes_terms_products_and_users_are_shown_as_text(site, guarded_page, sign_in):
    widgets = [*LIST_WIDGETS, "events-time-series"]
    put_panels(site, PAYLOADS[:4], widgets, {"limit": 50})
    for number, batch in enumerate(BATCHES):
        send_texts(site, 2 + number, batch)
    base_url = site.serve()
    sign_in(f"{base_url}/login")
    for number, batch in enumerate(BATCHES):
        day = {"from": f"2026-11-{2 + number:02d}T00:00:00Z", "to": f"2026-11-{3 + number:02d}T00:00:00Z"}  # fmt: skip
        guarded_page.goto(f"{base_url}{BOARD}?{urlencode(day)}")
        wait_until_ready(guarded_page)
        codes, terms, products = (labels(guarded_page, slug) for slug in LIST_WIDGETS)
        assert sorted(codes) == sorted({normalize_label(text) for text in batch})
        assert len({text.casefold() for text in terms}) == len(terms) > 40
        assert sorted(products) == sorted({normalize_label(f"a {text} z") for text in batch})
        mark_lines = guarded_page.locator(
            '[data-panel="events-time-series"] ul.sr li'
        ).all_text_contents()
        assert sorted(line.split(", ", 3)[3] for line in mark_lines) == sorted(
            text if text.isprintable() else "u" for text in batch
        )
        assert min(mark_counts_of_cards(guarded_page)) >= 2
        tooltips = guarded_page.locator(".row-do").evaluate_all(
            "all => all.map((row) => row.title.replace(/: [^:]*$/, ''))"
        )
        assert tooltips == [*codes, *terms, *products]
        assert guarded_page.evaluate("window.__xss") is None


def test_a_hostile_text_works_as_a_filter(site, guarded_page, sign_in):
    put_panels(site, PAYLOADS[4:8], [*LIST_WIDGETS, "events-time-series"], {"limit": 50})
    send_texts(site, 20, BATCHES[4])
    sign_in(f"{site.serve()}{BOARD}?time_range=7d")
    wait_until_ready(guarded_page, time_range="7d")
    for text in (BATCHES[4][0], BATCHES[4][7], BATCHES[4][-1]):
        row = panel(guarded_page, LIST_WIDGETS[2]).locator(".row-do").filter(has_text=f"a {text} z")
        with expect_one_refresh(guarded_page):
            row.first.click(modifiers=["Control"])
        assert url_query(guarded_page)["filter"] == [f"properties.product:a {text} z"]
        expect(guarded_page.locator(".chip")).to_have_text(f"Product: a {text} zremove this filter")
        with expect_one_refresh(guarded_page):
            guarded_page.locator(".chip").click()


@pytest.mark.parametrize("batch", BATCHES[::3])
def test_many_hostile_texts_work_as_filters_in_a_url(site, guarded_page, sign_in, batch):
    put_panels(site, ["A"], [LIST_WIDGETS[0]], {})
    send_texts(site, 20, batch)
    query = urlencode({"filter": [f"properties.code:{text}" for text in batch[:20]]}, doseq=True)
    base_url = site.serve()
    sign_in(f"{base_url}/login")
    guarded_page.goto(f"{base_url}{BOARD}?{query}")

    chips = guarded_page.locator(".chip")
    expect(chips).to_have_text([f"Code: {text}remove this filter" for text in batch[:20]], use_inner_text=False)  # fmt: skip


def test_panel_titles_are_text_on_the_board_and_the_layout_page(site, guarded_page, sign_in):
    base_url = site.serve()
    sign_in(f"{base_url}/login")
    unknown = [f"unknown-{number}" for number in range(50)]
    for sample in SAMPLES:
        titles = [text.strip() for text in sample]
        put_panels(site, titles, unknown, {})
        guarded_page.goto(f"{base_url}{BOARD}")
        guarded_page.wait_for_selector("#board")
        assert guarded_page.locator(".ph h2").all_text_contents() == titles
        guarded_page.goto(f"{base_url}{BOARD}/layout")
        fields = guarded_page.locator(".row-title input").evaluate_all(
            "all => all.map((i) => i.value)"
        )
        assert fields == titles
        assert guarded_page.locator("#preview .box").all_text_contents() == titles
        assert guarded_page.evaluate("window.__xss") is None


def test_names_of_orgs_users_and_dashboards_are_text(site, guarded_page, sign_in):
    names = PRINTABLE[:: len(PRINTABLE) // 18 + 1]  # as many as the menu lists at once
    owners = [
        factories.scope(add_org(site.store, factories.scope, f"org-{n}", name=name, now=1))
        for n, name in enumerate(names)
    ]
    email = "img/src=x&onerror=window.__xss=1@example.com"  # no address may have < or >
    factories.add_user(site.store, email, (site.acme_scope, Role.OWNER), *((owner, Role.OWNER) for owner in owners))  # fmt: skip
    with site.store.write(site.acme_scope) as session:
        dashboards.set_dashboard(session, site.acme_scope, "operations", title=PAYLOADS[0])
    page = guarded_page
    page.goto(f"{site.serve()}/login?next={BOARD}")
    page.evaluate("document.querySelector('form').noValidate = true")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", factories.PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_selector("#board")

    page.click("details.org summary")
    expect(page.locator(".menu-i b")).to_have_count(len(names) + 1)
    assert sorted(page.locator(".menu-i b").all_text_contents()) == sorted([*names, "Acme"])
    assert page.locator(".menu-who").text_content() == email
    assert page.locator(".tabs a").first.text_content() == PAYLOADS[0]
    assert page.locator("h1").text_content() == PAYLOADS[0]
    assert page.title() == f"{' '.join(PAYLOADS[0].split())} · Acme"


def test_series_names_are_text(site, guarded_page, sign_in):
    """Only third-party widgets can name series freely; a chart shows this many."""
    names = PAYLOADS[::90]

    def named_series(_session, _scope, time_range):
        return fill_series(time_range, [BucketCount(0, name, 7) for name in names], names)

    catalog = catalog_with("events-time-series", query=named_series)
    put_panels(site, ["A"], ["events-time-series"], {})
    factories.send(site.store, site.acme_scope, [factories.event("a.b", "2026-11-20T09:00:00Z")])
    sign_in(f"{site.serve(catalog=catalog)}{BOARD}?time_range=7d")
    wait_until_ready(guarded_page, time_range="7d")

    assert guarded_page.locator(".legend li").all_text_contents() == list(names)
    guarded_page.locator(".cursor").press("Home")
    assert hover_card(guarded_page).locator("th").all_text_contents() == list(names)
    choose_in_menu(guarded_page, "events-time-series", "Show as table")
    expect(guarded_page.locator(".table-of")).to_be_visible()
    assert guarded_page.locator(".table-of thead th").all_text_contents()[1:] == list(names)
    choose_in_menu(guarded_page, "events-time-series", "Show as chart")
    with guarded_page.expect_download() as image:
        choose_in_menu(guarded_page, "events-time-series", "Download image")
    assert image.value.path().read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize("field", ["channel", "project", "type"])
def test_some_event_fields_never_accept_free_text(field):
    events = []
    for text in PAYLOADS:
        raw = {"id": "1", "type": "a.b", field: text}
        try:
            events.append(make_event(raw, received_at=factories.NOW))
        except BadInput:
            continue

    accepted = {getattr(event, field) for event in events}
    assert all(
        value.replace("_", "").replace("-", "").isalnum() and value == value.lower()
        for value in accepted
    )
    assert len(accepted) < 12


# -- Every control, under the policy ----------------------------------------------------------------------


def test_using_every_control_violates_no_policy(site, guarded_page, sign_in):
    runs = [
        factories.event(
            "validation_run.succeeded", f"2026-11-{day}T08:15:00Z", user="u", channel="api"
        )
        for day in range(10, 21)
    ]
    factories.send(site.store, site.acme_scope, runs)
    sign_in(f"{site.serve()}{BOARD}?time_range=7d")
    expect(panel(guarded_page, "runs-by-outcome")).to_have_attribute("data-state", "ready")
    for button in guarded_page.locator(
        "#board button:visible:enabled:not(.edit), #board summary:visible"
    ).all():
        button.click(force=True, timeout=2_000)
        guarded_page.wait_for_timeout(60)
        guarded_page.keyboard.press("Escape")
    for key in ("c", "[", "]", "r", "d", "?"):
        guarded_page.keyboard.press(key)
        guarded_page.keyboard.press("Escape")
    for choice in ("Show as table", "Show as chart", "Expand", "Close", "Download image"):
        choose_in_menu(guarded_page, "runs-by-outcome", choice)
    guarded_page.click("details.user summary")
    guarded_page.get_by_role("button", name="Dark").click()
    guarded_page.wait_for_timeout(300)
    assert guarded_page.locator("#board").get_attribute("aria-busy") == "false"
