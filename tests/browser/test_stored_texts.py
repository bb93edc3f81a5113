"""What people and programs have written is shown as it is, and never runs."""

from dataclasses import replace
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import expect

from dashapp.dashboards.provision import add_org
from dashapp.domain.access.roles import Role
from dashapp.domain.errors import BadInput
from dashapp.domain.events.event import make_event
from dashapp.domain.metrics.tallies import trimmed
from dashapp.domain.series import BucketCount, fill
from dashapp.store.orgs import dashboards
from dashapp.store.orgs.dashboards import SavedPanel
from dashapp.widgets.catalog import BUILT_IN, Catalog
from tests import factories
from tests.browser.board_page import card, menu, one_refresh, panel, view, wait_ready
from tests.browser.payloads import PAYLOADS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
BOARD = "/app/acme/operations"
LISTS = ("warnings-by-code", "conversations.search_term", "conversations.product_added_to_cart")
BATCHES = [PAYLOADS[start : start + 50] for start in range(0, 500, 50)]
SHOWN = [text for text in PAYLOADS if text.isprintable()]


@pytest.fixture
def watched(page):
    """A page on which nothing of what is stored may run, load or complain."""
    page.elsewhere, page.dialogs = [], []
    page.on("dialog", lambda dialog: (page.dialogs.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: _note(page.elsewhere, request.url))
    page.add_init_script("addEventListener('securitypolicyviolation', (event) => {"
                         "(window.refused = window.refused || []).push(event.violatedDirective); });")  # fmt: skip
    yield page
    assert page.evaluate("window.__xss") is None
    assert page.evaluate("window.refused || []") == []
    assert (page.dialogs, page.elsewhere, page.complaints) == ([], [], [])


def _note(elsewhere, url):
    if urlsplit(url).hostname not in {"127.0.0.1", None} and not url.startswith("data:"):
        elsewhere.append(url)


def write(site, day, batch):
    """Each text as a code, a term, a product and the name of who changed a workflow."""
    made = []
    for number, text in enumerate(batch):
        at = f"2026-11-{day:02d}T{number % 24:02d}:15:00Z"
        warned = {"severity": "WARNING", "code": text}
        made += [
            factories.event("finding.recorded", at, properties=warned),
            factories.event("conversation.search_term", at, properties={"term": f"a {text} z"}),
            factories.event(
                "conversation.product_added_to_cart", at, properties={"product": f"a {text} z"}
            ),
            factories.event("workflow.updated", at, user=text if text.isprintable() else "u"),
        ]
    factories.send(site.store, site.acme_scope, made)


def put(site, titles, widgets, config):
    with site.store.writing(site.acme_scope) as session:
        panels = [
            SavedPanel(name, title, None, is_hidden=False, config=config)
            for name, title in zip(widgets, titles, strict=True)
        ]
        dashboards.put_panels(session, site.acme_scope, "operations", panels, now=1)


def labels(page, slug):
    return page.locator(f'[data-panel="{slug}"] .row-do').all_text_contents()


def test_there_are_five_hundred_different_texts():
    assert len(set(PAYLOADS)) == 500
    assert len(BATCHES) == 10


def test_what_would_run_is_noticed(page):
    assert '"><img src=x onerror=window.__xss=1>' in PAYLOADS
    page.set_content('"><img src=x onerror=window.__xss=1>')
    page.wait_for_timeout(200)

    assert page.evaluate("window.__xss") == 1


def test_codes_terms_products_and_people(site, watched, sign_in):
    widgets = [*LISTS, "events-time-series"]
    put(site, PAYLOADS[:4], widgets, {"limit": 50})
    for number, batch in enumerate(BATCHES):
        write(site, 2 + number, batch)
    base = site.serve()
    sign_in(f"{base}/login")
    for number, batch in enumerate(BATCHES):
        day = {"from": f"2026-11-{2 + number:02d}T00:00:00Z", "to": f"2026-11-{3 + number:02d}T00:00:00Z"}  # fmt: skip
        watched.goto(f"{base}{BOARD}?{urlencode(day)}")
        wait_ready(watched)
        codes, terms, products = (labels(watched, slug) for slug in LISTS)
        assert sorted(codes) == sorted({trimmed(text) for text in batch})
        assert len({text.casefold() for text in terms}) == len(terms) > 40
        assert sorted(products) == sorted({trimmed(f"a {text} z") for text in batch})
        said = watched.locator('[data-panel="events-time-series"] ul.sr li').all_text_contents()
        assert sorted(line.split(", ", 3)[3] for line in said) == sorted(
            text if text.isprintable() else "u" for text in batch
        )
        watched.locator(".cursor").focus()
        for _ in range(24):
            watched.keyboard.press("ArrowLeft")
            assert card(watched).locator("p.card-mark").count() >= 2
        tips = watched.locator(".row-do").evaluate_all("all => all.map((row) => row.title)")
        assert tips == [f"Filter by {text}" for text in [*codes, *terms, *products]]
        assert watched.evaluate("window.__xss") is None


def test_a_text_as_a_filter(site, watched, sign_in):
    put(site, PAYLOADS[4:8], [*LISTS, "events-time-series"], {"limit": 50})
    write(site, 20, BATCHES[4])
    sign_in(f"{site.serve()}{BOARD}?time_range=7d")
    wait_ready(watched, time_range="7d")
    for text in (BATCHES[4][0], BATCHES[4][7], BATCHES[4][-1]):
        row = panel(watched, LISTS[2]).locator(".row-do").filter(has_text=f"a {text} z")
        with one_refresh(watched):
            row.first.click()
        assert view(watched)["filter"] == [f"properties.product:a {text} z"]
        expect(watched.locator(".chip")).to_have_text(f"Product: a {text} zremove this filter")
        with one_refresh(watched):
            watched.locator(".chip").click()


@pytest.mark.parametrize("batch", BATCHES[::3])
def test_many_texts_as_filters_in_an_address(site, watched, sign_in, batch):
    put(site, ["A"], [LISTS[0]], {})
    write(site, 20, batch)
    asked = urlencode({"filter": [f"properties.code:{text}" for text in batch[:20]]}, doseq=True)
    base = site.serve()
    sign_in(f"{base}/login")
    watched.goto(f"{base}{BOARD}?{asked}")

    chips = watched.locator(".chip")
    expect(chips).to_have_text([f"Code: {text}remove this filter" for text in batch[:20]], use_inner_text=False)  # fmt: skip


def test_titles_of_panels_and_the_page_that_arranges_them(site, watched, sign_in):
    base = site.serve()
    sign_in(f"{base}/login")
    unknown = [f"unknown-{number}" for number in range(50)]
    for batch in BATCHES:
        titles = [text.strip() for text in batch]
        put(site, titles, unknown, {})
        watched.goto(f"{base}{BOARD}")
        watched.wait_for_selector("#board")
        assert watched.locator(".ph h2").all_text_contents() == titles
        watched.goto(f"{base}{BOARD}/layout")
        fields = watched.locator(".row-title input").evaluate_all("all => all.map((i) => i.value)")
        assert fields == titles
        assert watched.locator("#preview .box").all_text_contents() == titles
        assert watched.evaluate("window.__xss") is None


def test_names_of_orgs_people_and_dashboards(site, watched, sign_in):
    names = SHOWN[::12]
    owners = [
        factories.scope(add_org(site.store, factories.scope, f"org-{n}", name=name, now=1))
        for n, name in enumerate(names)
    ]
    address = f'"><img src=x onerror=window.__xss=1>{PAYLOADS[3]}@example.com'
    factories.add_user(site.store, address, (site.acme_scope, Role.OWNER), *((one, Role.OWNER) for one in owners))  # fmt: skip
    with site.store.writing(site.acme_scope) as session:
        dashboards.set_dashboard(session, site.acme_scope, "operations", title=PAYLOADS[0])
    page = watched
    page.goto(f"{site.serve()}/login?next={BOARD}")
    page.evaluate("document.querySelector('form').noValidate = true")
    page.fill("input[name=email]", address)
    page.fill("input[name=password]", factories.PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_selector("#board")

    page.click("details.org summary")
    assert sorted(page.locator(".menu-i b").all_text_contents()) == sorted([*names, "Acme"])
    assert page.locator(".menu-who").text_content() == address.lower()
    assert page.locator(".tabs a").first.text_content() == PAYLOADS[0]
    assert page.locator("h1").text_content() == PAYLOADS[0]
    assert page.title() == f"{' '.join(PAYLOADS[0].split())} · Acme"


def test_names_of_series(site, watched, sign_in):
    """Those of another vendor's widget, as many as a chart shows; ours have no free ones."""
    names = PAYLOADS[::90]

    def anything(_session, _scope, time_range):
        return fill(time_range, [BucketCount(0, name, 7) for name in names], names)

    widgets = Catalog(
        replace(one, query=anything) if one.slug == "events-time-series" else one
        for one in BUILT_IN
    )
    put(site, ["A"], ["events-time-series"], {})
    factories.send(site.store, site.acme_scope, [factories.event("a.b", "2026-11-20T09:00:00Z")])
    sign_in(f"{site.serve(catalog=widgets)}{BOARD}?time_range=7d")
    wait_ready(watched, time_range="7d")

    assert watched.locator(".legend li").all_text_contents() == list(names)
    watched.locator(".cursor").press("Home")
    assert card(watched).locator("th").all_text_contents() == list(names)
    menu(watched, "events-time-series", "Show as table")
    assert watched.locator(".table-of thead th").all_text_contents()[1:] == list(names)
    menu(watched, "events-time-series", "Show as chart")
    with watched.expect_download() as image:
        menu(watched, "events-time-series", "Download image")
    assert image.value.path().read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize("field", ["channel", "project", "type"])
def test_words_that_are_never_free_text(field):
    taken = []
    for text in PAYLOADS:
        raw = {"id": "1", "type": "a.b", field: text}
        try:
            taken.append(make_event(raw, received_at=factories.NOW))
        except BadInput:
            continue

    found = {getattr(one, field) for one in taken}
    assert all(
        word.replace("_", "").replace("-", "").isalnum() and word == word.lower() for word in found
    )
    assert len(found) < 12


# -- Every control, under the policy ----------------------------------------------------------------------


def test_a_walk_through_every_control_breaks_no_rule(site, watched, sign_in):
    runs = [
        factories.event(
            "validation_run.succeeded", f"2026-11-{day}T08:15:00Z", user="u", channel="api"
        )
        for day in range(10, 21)
    ]
    factories.send(site.store, site.acme_scope, runs)
    sign_in(f"{site.serve()}{BOARD}?time_range=7d")
    expect(panel(watched, "runs-by-outcome")).to_have_attribute("data-state", "ready")
    for button in watched.locator("#board button:visible:enabled, #board summary:visible").all():
        button.click(force=True, timeout=2_000)
        watched.wait_for_timeout(60)
        watched.keyboard.press("Escape")
    for key in ("c", "[", "]", "r", "d", "?"):
        watched.keyboard.press(key)
        watched.keyboard.press("Escape")
    for choice in ("Show as table", "Show as chart", "Open large", "Close", "Download image"):
        menu(watched, "runs-by-outcome", choice)
    watched.click("details.user summary")
    watched.get_by_role("button", name="Dark").click()
    watched.wait_for_timeout(300)
    assert watched.locator("#board").get_attribute("aria-busy") == "false"
