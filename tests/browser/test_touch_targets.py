"""On touch screens, whatever can be touched has 44 by 44 pixels, with the space around it."""

import pytest
from playwright.sync_api import expect

from tests.browser.board_page import panel, wait_until_ready

pytestmark = pytest.mark.browser
WIDTHS = (390, 820)
SIZE = 44

# What can be touched in an area, with the size of what it hits, if that is too small. Charts, the cells of
# tables, and links within sentences are exempt; a box is touched with its label.
_SMALL = """([selector, size]) => {
  const CONTROLS = "a[href], button, input:not([type=hidden], [type=file]), select, textarea, summary, [role=tab], [role=option]";
  const isInSentence = (element) => element.matches("a") && getComputedStyle(element).display === "inline"
    && element.parentElement.textContent.trim() !== element.textContent.trim();
  const labelOf = (element) => element.matches("[type=checkbox], [type=radio]")
    ? element.closest("label") ?? document.querySelector(`label[for="${element.id}"]`) : null;
  const reach = (target, x, y, dx, dy) => {
    let far = 0;
    const hits = (at) => { const hit = document.elementFromPoint(x + dx * at, y + dy * at);
      return hit === null || target.contains(hit); };
    while (far < size && hits(far + 1)) far += 1;
    return far;
  };
  const faults = [];
  for (const element of document.querySelectorAll(selector)[0].querySelectorAll(CONTROLS)) {
    const target = labelOf(element) ?? element;
    const isShown = element.checkVisibility({ visibilityProperty: true }) && target.getBoundingClientRect().width > 1;
    if (!isShown || isInSentence(element) || element.disabled || element.closest(".skip, td, tbody th")) continue;
    target.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
    const box = target.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    if (!target.contains(document.elementFromPoint(x, y))) continue; // scrolled out of its frame
    const width = reach(target, x, y, -1, 0) + reach(target, x, y, 1, 0) + 1;
    const height = reach(target, x, y, 0, -1) + reach(target, x, y, 0, 1) + 1;
    if (Math.min(width, height) < size - 1) {
      faults.push(`${width} x ${height}: ${element.tagName}.${element.className} ${element.textContent.trim().slice(0, 30)}`);
    }
  }
  return faults;
}"""


def small_targets(page, selector="body"):
    return page.evaluate(_SMALL, [selector, SIZE])


@pytest.fixture(params=WIDTHS)
def touched(request, open_page):
    return open_page(viewport={"width": request.param, "height": 900}, has_touch=True)


@pytest.fixture
def touched_board(touched):
    touched.goto(f"{touched.board_url}?time_range=7d&filter=channel:api")
    wait_until_ready(touched, time_range="7d")
    return touched


def test_a_board_can_be_touched(touched_board):
    assert small_targets(touched_board) == []


def test_a_small_target_is_found(touched_board):
    """A planted fault."""
    touched_board.evaluate(
        "document.querySelector('.btn.edit').style.cssText = 'min-height:0;height:30px'"
    )

    assert len(small_targets(touched_board)) == 1


@pytest.mark.parametrize("menu", [".custom", ".comparing", ".user", ".steps .pop"])
def test_menus_can_be_touched(touched_board, menu):
    if menu == ".custom":
        touched_board.goto(f"{touched_board.board_url}?time_range=7d")  # no chip over its calendar
        wait_until_ready(touched_board, time_range="7d")
    touched_board.locator(f"{menu} > summary").click()
    expect(touched_board.locator(f"{menu} > .menu")).to_be_visible()

    assert small_targets(touched_board, f"{menu} > .menu") == []


def test_the_menus_that_scripts_make_can_be_touched(touched_board):
    panel(touched_board, "events-time-series").locator("[data-do=menu]").click()
    assert small_targets(touched_board, ".panel-menu") == []
    touched_board.keyboard.press("Escape")
    touched_board.locator("[data-do=views]").click()
    expect(touched_board.locator(".floating")).to_be_visible()
    assert small_targets(touched_board, ".floating") == []


def test_the_editor_can_be_touched(touched_board):
    touched_board.locator("[data-do=edit]").click()
    expect(touched_board.locator(".edit-bar")).to_be_visible()
    assert small_targets(touched_board) == []
    touched_board.get_by_role("button", name="Add panel").click()
    expect(touched_board.locator("dialog[open] .gallery-find")).to_be_visible()
    assert small_targets(touched_board, "dialog[open]") == []


@pytest.mark.parametrize(
    "path",
    [
        "/app/acme/operations/edit",
        "/app/acme/settings",
        "/app/acme/settings/members",
        "/app/acme/settings/keys",
        "/app/acme/settings/embedding",
        "/app/acme/settings/data",
        "/app/acme/settings/audit",
        "/account",
    ],
)
def test_pages_can_be_touched(touched, path):
    response = touched.goto(f"{touched.base_url}{path}")
    assert response.ok

    assert small_targets(touched) == []
