"""The board of an ordering product: the board file of the demo, with its sample events."""

import shutil
from contextlib import closing
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from dashapp.dashboards.provision import add_org
from dashapp.domain.access.roles import Role
from dashapp.domain.demo.days import product_events
from dashapp.domain.demo.shop import SHOP
from dashapp.store.boards.loading import definitions_of
from dashapp.store.engine import Store
from dashapp.store.events.seed import seed_events
from tests import factories
from tests.boards import EXAMPLES, apply
from tests.browser import board_page, paper
from tests.browser.board_page import expect_one_refresh, panel
from tests.browser.measuring import give_long_names, overlaps, resize, unreadable_texts
from tests.browser.paper import check_panels, print_page
from tests.browser.servers import base_url_of, serving
from tests.browser.test_accessibility import violations

pytestmark = pytest.mark.browser
BERLIN = ZoneInfo("Europe/Berlin")
DAYS = 90  # so that the pace of the month is known from eight weeks
BOARD = "/app/bistro/shop?time_range=month&compare=previous"
TITLES = [
    "Revenue", "Average order", "Late rate", "Customers", "Revenue by country", "Orders by status",
    "From cart to door", "Top dishes", "When orders come in", "Late deliveries", "How to read this board",
]  # fmt: skip
SLUGS = [
    "revenue", "average_order", "late_rate", "customers", "revenue-line", "orders",
    "to_door", "revenue-list", "orders-heatmap", "late", "text",
]  # fmt: skip
DEVICES = [
    pytest.param({"color_scheme": "light"}, id="light"),
    pytest.param({"color_scheme": "dark"}, id="dark"),
    pytest.param({"viewport": {"width": 390, "height": 844}}, id="phone"),
]


@pytest.fixture(scope="module")
def shop(sqlite_template, tmp_path_factory):
    """A server with the org Bistro; `signed_in` is the browser state of its owner."""
    path = tmp_path_factory.mktemp("shop") / "dashapp.db"
    shutil.copy(sqlite_template, path)
    with closing(Store(f"sqlite:///{path}")) as store:
        apply(store, (EXAMPLES / "shop.toml").read_text())
        org = add_org(
            store, factories.scope, "bistro", name="Bistro", now=1, timezone="Europe/Berlin",
            definitions=definitions_of(store),
        )  # fmt: skip
        bistro = factories.scope(org, dashboard="shop")
        factories.add_user(store, "ada@example.com", (bistro, Role.OWNER))
        events = product_events(SHOP, "bistro", BERLIN, factories.NOW, DAYS)
        seed_events(store, bistro, events, now=factories.NOW)
        with serving(factories.app(store)) as server:
            yield f"{base_url_of(server)}{BOARD}"


@pytest.fixture
def open_shop(shop, open_tab):
    """Open the board in a browser of its own; `options` are those of its context."""
    desktop = {"viewport": {"width": 1440, "height": 900}}

    def open_shop(**options):
        page = open_tab(**{**desktop, "bypass_csp": True, **options})
        board_page.open_as(page, shop)
        board_page.wait_until_ready(page, time_range="month")
        page.wait_for_selector(".js-plotly-plot .main-svg")
        return page

    return open_shop


@pytest.mark.parametrize("options", DEVICES)
def test_every_panel_shows_numbers(open_shop, options):
    page = open_shop(**options)
    states = page.locator("[data-panel]").evaluate_all(
        "panels => panels.map((panel) => [panel.dataset.panel, panel.dataset.state])"
    )

    assert states == [[slug, "ready"] for slug in SLUGS]
    assert page.console_errors == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_no_text_is_covered_or_cut_whatever_the_names_and_the_width(open_shop):
    page = open_shop()
    for width in (320, 640, 1024, 1280, 2560):
        resize(page, width)
        assert unreadable_texts(page) + overlaps(page) == []
    give_long_names(page)
    for width in (320, 640, 1024, 1280, 2560):
        resize(page, width)
        assert unreadable_texts(page) == []


@pytest.mark.parametrize("options", DEVICES)
def test_axe_finds_no_violations(open_shop, options):
    assert violations(open_shop(**options)) == []


SPACE_BELOW = """panels => panels.map((panel) => panel.getBoundingClientRect().bottom
  - panel.querySelector(".main-svg").getBoundingClientRect().bottom)"""


def test_charts_fill_the_height_of_their_row(open_shop):
    page = open_shop()
    charts = page.locator(".panel.has-chart")
    page.add_style_tag(content=".has-funnel { min-height: 600px; }")
    page.wait_for_timeout(500)  # until Plotly has drawn the charts in their new size
    taller = charts.evaluate_all(SPACE_BELOW)
    page.add_style_tag(content=".has-funnel { min-height: 0; }")
    page.wait_for_timeout(500)

    assert taller == pytest.approx([13, 13], abs=1)
    assert charts.evaluate_all(SPACE_BELOW) == pytest.approx([13, 13], abs=1)
    assert panel(page, "to_door").bounding_box()["height"] < 400


def test_values_have_their_names_and_the_goal_its_pace(open_shop):
    page = open_shop()

    expect(panel(page, "revenue").locator(".goal")).to_contain_text("of €20,000 this month")
    expect(panel(page, "revenue").locator(".goal")).to_contain_text("on course for")
    expect(panel(page, "late_rate").locator(".goal")).to_contain_text("Target ≤ 4%")
    expect(panel(page, "orders").locator(".legend li")).to_have_text(
        ["Delivered", "Collected", "Refunded", "Previous month"]
    )
    expect(panel(page, "to_door").locator(".fn span")).to_have_text(
        ["Added to cart", "Checked out", "Paid", "Delivered"]
    )
    expect(panel(page, "revenue-line").locator(".legend")).to_contain_text("Promo")
    names = panel(page, "revenue-line").locator(".ends .end-name").all_text_contents()
    assert sorted(names) == ["Austria", "France", "Germany", "Netherlands", "Other", "Switzerland"]


def test_a_filter_has_the_name_that_charts_show_and_hides_the_goal_of_the_whole(open_shop):
    page = open_shop()
    with expect_one_refresh(page):
        page.evaluate("""dash_clientside.set_props("url",
          { search: location.search + "&filter=properties.country:!DE" })""")

    expect(page.locator(".chip-is")).to_have_text("not Germany")
    expect(panel(page, "revenue").locator(".val")).to_be_visible()
    expect(panel(page, "revenue").locator(".goal")).to_have_count(0)
    expect(panel(page, "late_rate").locator(".goal")).to_contain_text("Target ≤ 4%")


def test_panels_of_a_row_are_equally_high_and_none_is_cut(open_shop):
    page = open_shop()
    boxes = [panel(page, slug).bounding_box() for slug in SLUGS]
    rows = [boxes[:4], boxes[4:7], boxes[7:10], boxes[10:]]

    for row in rows:
        assert len({(round(box["y"]), round(box["height"])) for box in row}) == 1
    assert page.locator("[data-panel]").evaluate_all(
        "panels => panels.filter((panel) => panel.scrollHeight > panel.clientHeight + 1).length"
    ) == 0  # fmt: skip


@pytest.fixture
def low_panels(monkeypatch):
    """The note is a strip of one line, lower than other panels."""
    monkeypatch.setattr(paper, "_MIN_PANEL_SIZE", (100, 20))


@pytest.mark.usefixtures("low_panels")
@pytest.mark.parametrize("width", [390, 1440])
def test_the_board_is_one_landscape_page(open_shop, width):
    page = open_shop()
    page.set_viewport_size({"width": width, "height": 900})
    (sheet,) = print_page(page)

    check_panels([sheet], TITLES)


@pytest.mark.usefixtures("low_panels")
def test_nothing_is_cut_on_portrait_paper(open_shop):
    sheets = print_page(open_shop(), format="A4")

    check_panels(sheets, TITLES)
    assert len(sheets) <= 2


def test_the_heat_map_is_read_by_keyboard(open_shop):
    page = open_shop()
    heat = panel(page, "orders-heatmap")
    heat.locator("td.now").focus()  # Friday, 10:30
    page.keyboard.press("ArrowRight")
    expect(heat.locator(".card-of strong")).to_have_text("Fri 11:00–12:00")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("End")

    expect(heat.locator(".card-of strong")).to_have_text("Thu 23:00–24:00")
    expect(heat.locator("td[tabindex='0']")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(heat.locator(".card-of")).to_be_hidden()


def test_a_dish_is_chosen_by_keyboard_and_filters_the_board(open_shop):
    page = open_shop()
    dishes = panel(page, "revenue-list").locator("tbody .row-do")
    first, second = dishes.nth(0), dishes.nth(1)
    dish = second.text_content()
    first.focus()
    page.keyboard.press("Tab")
    expect(second).to_be_focused()
    with expect_one_refresh(page):
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")  # the menu's first item

    expect(page.locator(".chip")).to_have_attribute("title", f"Dish: {dish}")
    expect(dishes).to_have_text([dish])
    expect(panel(page, "late").locator(".unfiltered")).to_contain_text("Dish")
