"""The sheet with the events behind a number: its times, its columns, and the name of its file."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from dashapp.dashboards.provision import provision
from dashapp.dashboards.templates import template_of
from dashapp.store.boards.loading import definitions_of
from tests.boards import apply
from tests.browser.board_page import choose_in_menu, wait_until_ready
from tests.factories import NOW, event, send

pytestmark = pytest.mark.browser
FILE = """version = 1

[metrics]
revenue = { title = "Revenue", events = ["order.paid"], measure = "sum", of = "properties.total", unit = "EUR" }
orders  = { title = "Orders", events = ["order.paid"] }

[boards.shop]
title = "Shop"
panels = [
  { slug = "revenue", metric = "revenue", show = "number" },
  { slug = "orders", metric = "orders", show = "number" },
]
"""
BOARD = "/app/acme/shop?time_range"
AMOUNTS = (-36.5, 20, 8.9)


def orders(count: int) -> list:
    """An order per hour, the newest first; each tenth without a dish."""
    return [
        event(
            "order.paid",
            NOW - timedelta(hours=n, minutes=15),
            user=f"u{n % 2}",
            properties={
                "currency": "EUR",
                "order": f"A-{n}",
                "note": f"{n % 3} please ring twice at the door",
                "seen": {"on": ["web", "app"][n % 2]},
                "total": AMOUNTS[n % 3],
                **({"dish": ("Rice", "Soup", "Beans", "Tofu")[n % 4]} if n % 10 else {}),
                **({"late": n} if n % 3 == 0 else {}),
            },
        )
        for n in range(count)
    ]


@pytest.fixture
def open_sheet(site, page, sign_in):
    """Return a function that opens the events of a panel of the shop."""
    apply(site.store, FILE)
    template = template_of(definitions_of(site.store).boards["shop"])
    provision(site.store, site.acme_scope, template, now=2)
    old = event("order.paid", "2025-12-01T10:00:00Z", user="u0", properties={"total": 1})
    send(site.store, site.acme_scope, [*orders(60), old])
    base_url = site.serve()

    def open_sheet(slug: str, time_range: str = "7d"):
        sign_in(f"{base_url}{BOARD}={time_range}")
        wait_until_ready(page, time_range=time_range)
        choose_in_menu(page, slug, "See the events")
        sheet = page.locator(".sheet")
        expect(sheet.locator(".open-row").first).to_be_visible()
        return sheet

    return open_sheet


def texts(sheet, row: int) -> list[str]:
    return sheet.locator(".event-rows tbody").nth(row).locator("td").all_text_contents()


def test_measured_values_are_written_as_the_numbers_of_the_panel(open_sheet):
    sheet = open_sheet("revenue")

    expect(sheet.locator("thead th")).to_have_text(["Time", "Total", "Dish", "User"])
    assert [texts(sheet, row)[1] for row in range(3)] == ["−€36.50", "€20.00", "€8.90"]


def test_properties_that_tell_rows_apart_are_columns(open_sheet):
    """Not those that are long, rare, the same in all rows, or different in all rows."""
    sheet = open_sheet("orders")
    headings = ["Time", "Dish", "Total", "User"]

    expect(sheet.locator("thead th")).to_have_text(headings)
    assert texts(sheet, 1) == ["20 Nov, 08:15", "Soup", "20", "u1"]
    assert texts(sheet, 0)[1] == "no value"
    sheet.get_by_role("button", name="Show 10 more").click()
    expect(sheet.locator("tbody")).to_have_count(60)
    expect(sheet.locator("thead th")).to_have_text(headings)
    assert texts(sheet, 59) == ["17 Nov, 22:15", "Tofu", "8.9", "u1"]


def test_rows_keep_their_height_and_phones_have_fewer_columns(open_sheet, page):
    sheet = open_sheet("orders")
    row = sheet.locator(".event-rows tbody tr").first

    assert row.bounding_box()["height"] == pytest.approx(33, abs=1)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(sheet.locator("thead th:visible")).to_have_text(["Time", "User"])
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_time_of_another_year_has_its_year(open_sheet):
    sheet = open_sheet("orders", "12mo")
    sheet.get_by_role("button", name="Show 11 more").click()
    expect(sheet.locator("tbody")).to_have_count(61)

    assert texts(sheet, 60)[0] == "1 Dec 2025, 10:00"
    sheet.locator(".open-row").first.click()
    expect(sheet.locator(".event-fields dd").first).to_have_text("20 Nov 2026, 09:15:00")


def test_the_file_is_named_after_what_the_sheet_shows(open_sheet, page):
    sheet = open_sheet("revenue")
    with page.expect_download() as download:
        sheet.get_by_role("button", name="CSV").click()

    name = "Acme – Revenue, Events, 14 – 20 November 2026.csv"
    assert download.value.suggested_filename == name


@pytest.mark.parametrize(
    ("language", "choice"), [("es", "Ver los eventos"), ("pt-BR", "Ver os eventos")]
)
def test_times_are_written_as_days_are_in_each_language(open_sheet, page, language, choice):
    open_sheet("orders")
    page.keyboard.press("Escape")
    page.click("details.user summary")
    page.click(f'button[lang="{language}"]')
    page.wait_for_selector(f'html[lang="{language}"]')
    wait_until_ready(page, time_range="7d")
    choose_in_menu(page, "orders", choice)

    expect(page.locator(".sheet .open-row").first).to_have_text("20 nov, 09:15")
