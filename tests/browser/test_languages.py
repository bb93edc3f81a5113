"""Pseudolocalization: every text that a user sees has been translated."""

import re

import flask_babel
import pytest
from playwright.sync_api import expect

from dashapp.dashboards.provision import provision
from tests.browser.board_page import serve_modules
from tests.factories import event, send
from tests.languages import Brackets
from tests.templates import TEMPLATES

OCCURRED_AT = "2026-11-19T12:00:00Z"
# Data of the org, its users, and its events, and text that comes from a calendar or a library.
UNTRANSLATED_DATA = re.compile(
    r"⟦[^⟦⟧]*⟧|Acme|acme|Rival|AC|RI|AE|ada@example\.com|UTC|dashapp|rice|beans|u-1|noisy"
    r"|English|Español|Português \(Brasil\)|\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b|POST|curl\b.*"
    r"|Europe/Berlin|operations|\d+ sec\. ago"
)
# Every text that is displayed or read aloud, except scripts, code, and days, which the browser names.
VISIBLE_TEXTS = """() => {
  const texts = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const parent = walk.currentNode.parentElement;
    if (!parent.closest("script,style,code,pre,kbd,noscript,[data-unformatted],.picker-name,.month"))
      texts.push(walk.currentNode.textContent);
  }
  document.querySelectorAll("[aria-label],[title],[placeholder],[alt],[label]").forEach((element) => {
    for (const name of ["aria-label", "title", "placeholder", "alt", "label"])
      if (element.getAttribute(name) && !element.closest(".month")) texts.push(element.getAttribute(name));
  });
  document.querySelectorAll(".xtick text, .ytick text, .legend li").forEach((element) =>
    texts.push(element.textContent));
  texts.push(document.title);
  return texts.map((text) => text.trim()).filter(Boolean);
}"""


@pytest.fixture
def translated_url(site, monkeypatch):
    monkeypatch.setattr(flask_babel.Domain, "get_translations", lambda _self: Brackets())
    run_types = ("validation_run.created", "validation_run.succeeded", "workflow.updated",
             "submission.created")  # fmt: skip
    label_types = ("conversation.search_term", "conversation.product_added_to_cart")
    send(site.store, site.acme_scope, [
        *(event(event_type, OCCURRED_AT, user="u-1", channel="api") for event_type in run_types),
        *(event(event_type, OCCURRED_AT, properties={"term": "rice", "product": "beans"}) for event_type in label_types),
        event("finding.recorded", OCCURRED_AT, properties={"severity": "WARNING", "code": "noisy"}),
        event("page.viewed", "2026-10-01T00:00:00Z"),
    ])  # fmt: skip
    for template in TEMPLATES.values():
        provision(site.store, site.acme_scope, template, now=2)
    return site.serve()


def untranslated(page) -> list[str]:
    """Return the texts that still contain letters after translations and data are removed."""
    texts = page.evaluate(VISIBLE_TEXTS)
    assert len(texts) > 3
    return [text for text in texts if re.search(r"[A-Za-z]{2}", strip_translated(text))]


def strip_translated(text: str) -> str:
    """Remove translations and data; translations can be nested."""
    previous = None
    while text != previous:
        previous, text = text, UNTRANSLATED_DATA.sub("", text)
    return text


def wait_for_panel(page, panel: str) -> None:
    page.wait_for_selector(f'[data-panel="{panel}"][data-state="ready"]')


def test_a_board_is_translated(translated_url, page, sign_in):
    sign_in(f"{translated_url}/app/acme/operations?time_range=7d")
    wait_for_panel(page, "warnings-by-code")
    page.click("details.user summary")
    page.click("#range")
    page.wait_for_selector('[role="option"]')

    assert untranslated(page) == []
    assert page.console_errors == []


def test_chart_cards_are_translated(translated_url, page, sign_in):
    sign_in(f"{translated_url}/app/acme/operations?time_range=7d")
    wait_for_panel(page, "events-time-series")
    page.locator('[data-panel="events-time-series"] .cursor').focus()
    page.keyboard.press("End")
    card_texts = []
    for _ in range(8):
        card_texts += page.locator(".card-of").all_inner_texts()
        page.keyboard.press("ArrowLeft")

    assert any("Workflow updated" in text for text in card_texts)
    assert [text for text in card_texts if re.search(r"[A-Za-z]{2}", strip_translated(text))] == []


def test_lists_and_empty_panels_are_translated(translated_url, page, sign_in):
    sign_in(f"{translated_url}/app/acme/conversations?time_range=7d")
    wait_for_panel(page, "conversations.search_term")
    assert untranslated(page) == []

    page.goto(f"{translated_url}/app/acme/conversations?time_range=1h")
    page.wait_for_selector('[data-panel="conversations.search_term"][data-state="empty"]')
    assert untranslated(page) == []


def test_other_pages_are_translated(translated_url, page, sign_in):
    page.goto(f"{translated_url}/login")
    assert untranslated(page) == []
    page.fill("input[name=email]", "ada@example.com")
    page.fill("input[name=password]", "wrong password")
    page.click("button[type=submit]")
    page.wait_for_selector("#message")
    assert untranslated(page) == []

    sign_in(f"{translated_url}/app/acme/operations/layout")
    page.wait_for_selector("#rows")
    assert untranslated(page) == []
    page.goto(f"{translated_url}/app/acme/nothing")
    assert untranslated(page) == []


def test_a_failed_request_is_reported_in_translation(translated_url, page, sign_in):
    sign_in(f"{translated_url}/app/acme/operations?time_range=7d")
    wait_for_panel(page, "warnings-by-code")
    page.route("**/_dash-update-component*", lambda route: route.abort())
    page.evaluate("window.dash_clientside.set_props('tick', {n_intervals: 5})")
    page.wait_for_selector('[data-state="stale"]')
    page.wait_for_timeout(1500)

    assert untranslated(page) == []


def test_texts_written_by_scripts_are_translated(translated_url, page, sign_in):
    sign_in(f"{translated_url}/app/acme/operations?time_range=7d")
    wait_for_panel(page, "warnings-by-code")
    menu = '[data-panel="events-time-series"] [data-do=menu]'

    page.keyboard.press("?")
    page.wait_for_selector("#keys[open]")
    assert untranslated(page) == []
    page.keyboard.press("Escape")
    page.click(".zones > summary")
    page.wait_for_selector(".picker-group")
    assert untranslated(page) == []
    page.keyboard.press("Escape")
    page.click(".custom > summary")
    page.fill("#custom-from", "2026-11-20T00:00")
    page.fill("#custom-to", "2026-11-19T00:00")
    page.click("[data-do=custom]")
    page.wait_for_selector("[data-fault]:not(:empty)")
    assert untranslated(page) == []
    page.keyboard.press("Escape")
    page.locator(menu).click()
    page.wait_for_selector(".panel-menu")
    assert untranslated(page) == []
    page.locator(".panel-menu [role=menuitem]").nth(1).click()
    page.wait_for_selector("[data-table]")
    assert untranslated(page) == []
    page.route("**/api/v1/**", lambda route: route.abort())
    page.locator(menu).click()
    page.locator(".panel-menu [role=menuitem]", has_text="CSV").click()
    page.wait_for_selector("#toast[data-shown]")
    assert untranslated(page) == []
    page.locator(menu).click()
    page.locator(".panel-menu [role=menuitem]").last.click()
    expect(page.locator("#toast")).to_contain_text(
        re.compile("copied", re.IGNORECASE)
    )  # succeeded or failed
    assert untranslated(page) == []
    assert not page.evaluate("document.body.innerText").count("undefined")


def test_scripts_format_numbers_as_the_server_does(site, page, sign_in):
    recent_runs = [
        event("validation_run.created", OCCURRED_AT, channel="api") for _ in range(1_234)
    ]
    earlier_runs = [event("validation_run.created", "2026-11-12T12:00:00Z") for _ in range(1_000)]
    first_event = [event("page.viewed", "2026-10-01T00:00:00Z")]
    send(site.store, site.acme_scope, [*recent_runs, *earlier_runs, *first_event])
    sign_in(f"{site.serve()}/app/acme/operations?time_range=7d&compare=previous")
    page.wait_for_selector("#range")
    page.click("details.user summary")
    page.click('button[lang="es"]')
    page.wait_for_selector('html[lang="es"]')
    wait_for_panel(page, "events-time-series")
    assert page.locator('[data-panel="total-validations"] .val').text_content() == "1.234"
    change = page.locator('[data-panel="total-validations"] .delta').first.inner_text()
    assert change.startswith("+23,4\N{NO-BREAK SPACE}%")

    serve_modules(page)
    formatted = page.evaluate("""async () => {
      const { number, change } = await import("/modules/board/chart/numbers.js");
      return [number(1234), number(1234567), change(1234, 1000), change(106, 100), change(5, 5),
        change(0, 0), change(5, 0), change(90, 120), change(30000, 1)]; }""")
    assert formatted == [
        "1.234", "1.234.567", "+23,4\xa0%", "+6,0\xa0%", "sin cambios",
        "sin cambios", "+5", "−25,0\xa0%", "+2.999.900\xa0%",
    ]  # fmt: skip
    page.locator('[data-panel="events-time-series"] .cursor').focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    assert "1.234" in page.locator(".card-of").first.inner_text()


def test_an_untranslated_text_is_detected(translated_url, page, sign_in):
    """A planted fault."""
    sign_in(f"{translated_url}/app/acme/operations?time_range=7d")
    wait_for_panel(page, "warnings-by-code")
    page.evaluate("document.querySelector('h2').textContent = 'Number of validations'")

    assert untranslated(page) == ["Number of validations"]


def test_changing_the_language_keeps_the_range(site, page, sign_in):
    base_url = site.serve()
    sign_in(f"{base_url}/app/acme/operations?time_range=30d")
    page.wait_for_selector("#range")
    page.click("details.user summary")
    page.click('button[lang="pt-BR"]')
    page.wait_for_selector('html[lang="pt-BR"]')

    page.wait_for_selector("text=Últimos 30 dias")
    assert page.url == f"{base_url}/app/acme/operations?time_range=30d"
    assert page.locator('nav a[aria-current="page"]').text_content() == "Operações"
    assert page.console_errors == []
