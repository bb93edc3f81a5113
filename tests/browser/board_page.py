"""A board as a person uses it: what stands on it, what its address says, what a choice costs."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, expect

from tests import factories

UPDATE = "**/_dash-update-component*"
_KINDS = {"document", "fetch", "xhr", "script"}


def log_in(page: Page, email: str) -> None:
    """Fill in the form that stands there."""
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", factories.PASSWORD)
    page.click("button[type=submit]")


def panel(page: Page, slug: str) -> Locator:
    return page.locator(f'[data-panel="{slug}"]')


def wait_ready(page: Page, **address: str) -> None:
    """Until the numbers of the view stand there; a view is named as on the element itself."""
    board = page.locator("#board")
    for name, value in address.items():
        expect(board).to_have_attribute(f"data-{name.replace('_', '-')}", value, timeout=15_000)
    expect(board).to_have_attribute("aria-busy", "false", timeout=15_000)
    expect(page.locator("[data-panel]").last).to_have_attribute("data-state", "ready")


def view(page: Page) -> dict[str, list[str]]:
    """The parameters of the address."""
    return parse_qs(urlsplit(page.url).query)


def card(page: Page) -> Locator:
    return page.locator(".card-of:visible")


def texts(cells: Locator) -> list[str]:
    return [text.strip() for text in cells.all_text_contents()]


def menu(page: Page, slug: str, choice: str) -> None:
    """What a panel's menu offers under this name."""
    panel(page, slug).hover(position={"x": 20, "y": 10})
    panel(page, slug).locator("[data-do=menu]").click()
    page.get_by_role("menuitem", name=choice, exact=True).click()


@contextmanager
def asking(page: Page, expected: list[str]) -> Iterator[None]:
    """What is done in here asks the server for this and nothing else, and loads no page."""
    asked: list[str] = []

    def note(request):
        if request.resource_type in _KINDS:
            asked.append(urlsplit(request.url).path.rsplit("/", 1)[1])

    page.on("request", note)
    yield
    page.wait_for_timeout(150)
    page.remove_listener("request", note)
    assert asked == expected


@contextmanager
def one_refresh(page: Page) -> Iterator[None]:
    """A choice: new numbers are asked for once, and stand there afterwards."""
    with asking(page, ["_dash-update-component"]):
        with page.expect_response(UPDATE):
            yield
        expect(page.locator("#board")).to_have_attribute("aria-busy", "false")


def back_and_forward(page: Page, before: dict, after: dict) -> None:
    """The view of before, and then this one again, each with its numbers."""
    with page.expect_response(UPDATE):
        page.go_back()
    expect(page.locator("#board")).to_have_attribute("aria-busy", "false")
    assert view(page) == before
    with page.expect_response(UPDATE):
        page.go_forward()
    expect(page.locator("#board")).to_have_attribute("aria-busy", "false")
    assert view(page) == after
