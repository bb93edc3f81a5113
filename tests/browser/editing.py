"""A board that its owner edits: beginning, what the editor shows, and saving."""

from playwright.sync_api import Locator, Page

from tests import factories
from tests.factories import event, send

BOARD = "/app/acme/operations?time_range=7d"
FOUR = ["total-validations", "total-errors", "events-time-series", "users-time-series"]
SIZES = ("quarter", "third", "half", "two-thirds", "full")


def edit_board(site, page: Page, sign_in, slugs=FOUR) -> Page:
    """Return the page of a board with these panels, while its owner edits it."""
    factories.place(site.store, site.acme_scope, slugs)
    totals = {17: 10, 18: 20.5, 19: "free"}
    orders = [
        event("order.paid", f"2026-11-{day}T12:00:00Z", user="u", properties={"total": total})
        for day, total in totals.items()
    ]
    send(site.store, site.acme_scope, [*orders, event(at="2026-11-19T12:00:00Z", user="u")])
    page.base_url = site.serve()
    sign_in(f"{page.base_url}{BOARD}")
    begin(page)
    return page


def begin(page: Page) -> None:
    page.locator("[data-do=edit]").click()
    page.locator(".edit-bar").wait_for()


def order(page: Page) -> list[str]:
    """Return the panels that can be seen, by the names in their title fields."""
    fields = page.locator("[data-edit]:not([hidden]) .edit-title")
    return fields.evaluate_all("all => all.map((field) => field.value)")


def size(page: Page, slug: str) -> str:
    element = page.locator(f'[data-panel="{slug}"]')
    return next(name for name in element.get_attribute("class").split() if name in SIZES)


def grip(page: Page, slug: str) -> Locator:
    return page.locator(f'[data-panel="{slug}"] .edit-grip')


def status(page: Page) -> Locator:
    return page.locator(".edit-bar [role=status]")


def save(page: Page) -> None:
    """Save, and wait for the board."""
    page.locator("[data-act=save]").click()
    page.locator(".edit-bar").wait_for(state="detached")
    page.locator('[data-panel][data-state="ready"]').first.wait_for()


def open_new_metric(page: Page) -> Locator:
    """Open "New metric", and return its dialog."""
    page.locator("[data-act=add]").click()
    page.get_by_role("button", name="New metric").click()
    page.get_by_label("Event type").wait_for()
    return page.locator("dialog.wide")
