"""Actions and readings on a board: its panels, its URL, and the requests that a choice makes."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, Route, expect

from dashapp.settings import resource
from tests import factories

UPDATE_URL = "**/_dash-update-component*"
_RESOURCE_TYPES = {"document", "fetch", "xhr", "script"}


def log_in(page: Page, email: str, password: str = factories.PASSWORD) -> None:
    """Submit the login form of the current page."""
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", password)
    page.click("button[type=submit]")


def open_as(page: Page, url: str, email: str = "ada@example.com") -> None:
    """Open a URL as this user, without showing the login form.

    Tests of the form fill it in with `log_in`.
    """
    scheme, _, host = url.split("/")[:3]
    login, requests = f"{scheme}//{host}/login", page.context.request
    token = factories.hidden_value(requests.get(login).text(), "csrf_token")
    form = {"email": email, "password": factories.PASSWORD, "csrf_token": token}
    answer = requests.post(login, form=form, max_redirects=0)
    assert answer.status == 303, answer.text()
    page.goto(url)


def panel(page: Page, slug: str) -> Locator:
    return page.locator(f'[data-panel="{slug}"]')


def wait_until_ready(page: Page, **attributes: str) -> None:
    """Wait until the board shows numbers, and its data attributes have these values."""
    board = page.locator("#board")
    for name, value in attributes.items():
        expect(board).to_have_attribute(f"data-{name.replace('_', '-')}", value, timeout=15_000)
    expect(board).to_have_attribute("aria-busy", "false", timeout=15_000)
    expect(page.locator("[data-panel]").last).to_have_attribute("data-state", "ready")


def wait_until_true(page: Page, condition: str, arg: object = None) -> object:
    """Return the condition's value once it is true.

    This polls from outside: Playwright's `wait_for_function` needs eval, which the policy of a page blocks unless
    the condition is true at once.
    """
    for _ in range(200):
        if value := page.evaluate(condition, arg):
            return value
        page.wait_for_timeout(25)
    raise AssertionError(condition)


def wait_for_zone(page: Page, zone: str) -> None:
    """Wait until the board shows its numbers in this time zone."""
    island = "JSON.parse(document.getElementById('shown')?.textContent || '{}')"
    wait_until_true(page, f"zone => {island}.zone === zone", zone)


def serve_modules(page: Page) -> None:
    """Let the page import the modules of assets/ from `/modules/`."""
    assets = resource("assets")

    def respond(route: Route) -> None:
        path = assets / route.request.url.split("/modules/")[1]
        if path.is_file():
            route.fulfill(path=path)
        else:  # without a response, the page would wait forever
            route.fulfill(status=404, body=f"{path.name} does not exist")

    page.route("**/modules/**", respond)


def url_query(page: Page) -> dict[str, list[str]]:
    """Return the query parameters of the page's URL."""
    return parse_qs(urlsplit(page.url).query)


def hover_card(page: Page) -> Locator:
    return page.locator(".card-of:visible")


def cell_texts(cells: Locator) -> list[str]:
    return [text.strip() for text in cells.all_text_contents()]


def choose_in_menu(page: Page, slug: str, choice: str) -> None:
    """Open a panel's menu and choose an item by its name."""
    panel(page, slug).hover(position={"x": 20, "y": 10})
    panel(page, slug).locator("[data-do=menu]").click()
    page.get_by_role("menuitem", name=choice, exact=True).click()


def choose_for(page: Page, part: Locator, choice: str) -> None:
    """Open the menu of a row or a legend entry, and choose an item by its name."""
    part.click()
    page.get_by_role("menuitem", name=choice, exact=True).click()


@contextmanager
def expect_requests(page: Page, expected: list[str]) -> Iterator[None]:
    """Check that the block makes exactly these requests, given by the last part of their path.

    A page load counts as a request.
    """
    requested: list[str] = []

    def record(request):
        if request.resource_type in _RESOURCE_TYPES:
            requested.append(urlsplit(request.url).path.rsplit("/", 1)[1])

    page.on("request", record)
    yield
    page.wait_for_timeout(150)
    page.remove_listener("request", record)
    assert requested == expected


@contextmanager
def expect_one_refresh(page: Page) -> Iterator[None]:
    """Check that the block refreshes the board with exactly one request, and wait for the numbers."""
    with expect_requests(page, ["_dash-update-component"]):
        with page.expect_response(UPDATE_URL):
            yield
        expect(page.locator("#board")).to_have_attribute("aria-busy", "false")


def go_back_and_forward(page: Page, before: dict, after: dict) -> None:
    """Go back to the URL query `before`, then forward to `after`; each refreshes the board."""
    with page.expect_response(UPDATE_URL):
        page.go_back()
    expect(page.locator("#board")).to_have_attribute("aria-busy", "false")
    assert url_query(page) == before
    with page.expect_response(UPDATE_URL):
        page.go_forward()
    expect(page.locator("#board")).to_have_attribute("aria-busy", "false")
    assert url_query(page) == after


LAST_7_DAYS = {"time_range": ["7d"]}


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
