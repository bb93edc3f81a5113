"""A board at any width, in any language, with any names: nothing is cut, covered or pushed away."""

import pytest
from playwright.sync_api import expect

from tests.browser.board_page import UPDATE, one_refresh, panel, wait_ready
from tests.browser.measuring import (
    WIDTHS,
    cut,
    narrow_sparks,
    overlaps,
    resize,
    uneven,
    wide_bars,
)

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
VIEW = "time_range=30d&compare=previous"
SOME = (320, 390, 640, 768, 900, 1024, 1180, 1440)
NAMES = {
    "long": "Internationalegesellschaftfuerausserordentlicheversicherungen",
    "right to left": "شركة الاتصالات الدولية للخدمات الرقمية والتقنية المتقدمة",
    "signs": "🎉🚀🔥",
    "one letter": "X",
}
# Every text of the page 1.6 times as long, in words that are longer, not more.
LONGER = """() => { const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) { const node = walk.currentNode;
    if (node.parentNode.closest("script, style, svg, .plot, .val, .sr, #zone, #dates, #as-of, kbd")) continue;
    node.data = node.data.replace(/\\p{L}+/gu, (word) => word + "n".repeat(Math.round(word.length * 0.6)));
  } }"""

# How far it is scrolled; where the panels begin on the page; where a row is in the window.
PLACES = """() => [scrollY, document.querySelector(".grid").getBoundingClientRect().top + scrollY,
  document.querySelector("[data-panel=warnings-by-code] .row-do").getBoundingClientRect().top]"""


def renamed(page, name):
    """As an org of this name would look, with as many dashboards as that."""
    page.evaluate(
        """(name) => document.querySelectorAll(".org .name").forEach((one) => { one.textContent = name; })""",
        name,
    )


def with_tabs(page, count, title):
    page.evaluate(
        """([count, title]) => { const tabs = document.querySelector(".tabs"), first = tabs.querySelector("a:not([aria-current])");
          tabs.replaceChildren(...Array.from({length: count}, (_, n) => { const tab = first.cloneNode(true);
            tab.textContent = `${title} ${n}`; return tab; }));
          tabs.lastElementChild.setAttribute("aria-current", "page"); window.dispatchEvent(new Event("resize")); }""",
        [count, title],
    )


def faults(page, widths=WIDTHS, measures=(cut,)):
    """What is found at each width, by width."""
    found = {}
    for width in widths:
        resize(page, width)
        found[width] = [fault for measure in measures for fault in measure(page)]
    return {width: what for width, what in found.items() if what}


@pytest.fixture
def speaking(open_page):
    """A page of somebody who has chosen a language, and has the one of before afterwards."""
    page = open_page()

    def speaking(language):
        page.goto(f"{page.at}/layout")
        page.click("details.user summary")
        page.click(f'button[name=language][value="{language}"]')
        page.wait_for_selector(f'html[lang="{language}"]')
        return page

    yield speaking
    speaking("en")


@pytest.fixture
def wide(open_page):
    page = open_page()
    page.goto(f"{page.at}?{VIEW}")
    wait_ready(page, time_range="30d")
    return page


def test_nothing_is_cut_uneven_or_covered_at_any_width(wide):
    assert faults(wide, measures=(cut, uneven, narrow_sparks, overlaps)) == {}


def test_what_is_cut_is_seen(wide):
    wide.evaluate("document.querySelector('.switch').style.cssText = 'width:60px;overflow:hidden'")
    wide.evaluate("document.querySelector('.val').style.cssText = 'margin-left:3000px'")

    assert [fault.split(":")[0] for fault in cut(wide)][:2] == ["page", "beyond the page"]
    assert any(fault.startswith("cut: LABEL") for fault in cut(wide))


@pytest.mark.parametrize("language", ["es", "pt-BR"])
def test_nothing_is_cut_in_another_language(speaking, language):
    page = speaking(language)
    page.goto(f"{page.at}?{VIEW}&tz=America/Argentina/ComodRivadavia")
    wait_ready(page, time_range="30d")

    assert faults(page, SOME, (cut, uneven, overlaps)) == {}


def test_nothing_is_cut_where_words_are_long(wide):
    wide.evaluate(LONGER)

    assert "Comparennnn" in wide.locator(".bar .switch").text_content()
    assert faults(wide, SOME) == {}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_no_name_of_an_org_widens_the_page_or_hides_its_tabs(wide, name):
    renamed(wide, name)
    for width in (320, 390, 768, 1024, 1440):
        resize(wide, width)
        assert cut(wide) == []
        assert wide.locator(".tabs").bounding_box()["width"] >= 150


@pytest.mark.parametrize(("count", "title"), [(1, "Ops"), (30, "Betriebsübersicht"), (3, NAMES["long"])])  # fmt: skip
def test_every_tab_can_be_reached_however_many_there_are(wide, count, title):
    with_tabs(wide, count, title)
    for width in (320, 768, 1440):
        resize(wide, width)
        assert cut(wide) == []
        expect(wide.locator(".tabs [aria-current]")).to_be_in_viewport(ratio=0.4)
        is_short = wide.evaluate("(tabs => tabs.scrollWidth > tabs.clientWidth + 1)(document.querySelector('.tabs'))")  # fmt: skip
        assert wide.locator(".places > .all").is_visible() == is_short


def test_the_list_of_all_dashboards_opens_where_the_tabs_do_not_fit(wide):
    with_tabs(wide, 30, "Board")
    wide.locator(".all summary").click()

    assert wide.locator(".all .menu a").count() == 2  # those that there really are
    expect(wide.locator(".all .menu a").last).to_be_in_viewport()


def test_a_whole_name_is_a_title_where_it_is_cut(wide):
    titles = wide.evaluate("['.org-one', '.org-btn', '.tabs a', '.ph h2'].map((one) => document.querySelector(one)?.title || null)")  # fmt: skip

    assert titles == ["Acme", None, "Operations", "Number of Validations"]


def test_the_whole_board_fits_a_screen_of_900(wide):
    resize(wide, 1440)

    assert wide.evaluate("document.documentElement.scrollHeight") <= 900
    resize(wide, 2560, 1440)
    assert wide.evaluate("document.documentElement.scrollHeight") <= 1440
    resize(wide, 390, 844)
    assert 192 <= wide.locator(".chart").first.bounding_box()["height"] <= 220


def test_numbers_begin_at_the_same_height_beside_a_long_title(wide):
    wide.evaluate("document.querySelector('.kpi h2').textContent = 'A title that takes several lines in a card'")  # fmt: skip

    assert faults(wide, (390, 768), (uneven,)) == {}


def test_a_long_number_becomes_smaller_and_is_not_cut(wide):
    wide.evaluate("document.querySelector('.val').textContent = '1,234,567,890'")
    for width in (320, 390, 768, 1024):
        resize(wide, width)
        assert cut(wide) == []


@pytest.mark.parametrize("preset", ["7d", "24h"])
def test_labels_marks_and_bars_have_their_room(open_page, preset):
    page = open_page()
    page.goto(f"{page.at}?time_range={preset}&as_of=2026-11-20T08:30:00Z")
    wait_ready(page, time_range=preset)

    assert faults(page, (320, 390, 1024, 2560), (overlaps, wide_bars)) == {}


def test_the_legend_is_at_the_edge_and_the_menu_can_be_seen(wide):
    resize(wide, 1440)
    box = panel(wide, "users-time-series").bounding_box()
    legend = panel(wide, "users-time-series").locator(".legend").bounding_box()

    assert box["x"] + box["width"] - legend["x"] - legend["width"] <= 26
    for more in wide.locator(".more").all():
        assert float(more.evaluate("one => getComputedStyle(one).opacity")) >= 0.5
        assert more.bounding_box()["width"] >= 24


# -- Filters ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [320, 768, 1024, 1440])
def test_a_filter_moves_nothing_and_the_page_stays_where_it_is(open_page, width):
    page = open_page(viewport={"width": width, "height": 500})
    page.goto(f"{page.at}?time_range=7d")
    wait_ready(page, time_range="7d")
    place = panel(page, "warnings-by-code").locator(".row-do").first
    place.scroll_into_view_if_needed()
    scrolled, top, here = page.evaluate(PLACES)
    with one_refresh(page):
        place.click()

    expect(page.locator(".chip")).to_have_count(1)
    assert page.evaluate(PLACES)[1] == top
    assert abs(page.evaluate(PLACES)[2] - here) <= 2
    assert page.evaluate(PLACES)[0] > scrolled / 2 > 0
    with one_refresh(page):
        page.locator(".chip").evaluate("chip => chip.click()")
    assert page.evaluate(PLACES)[1] == top


def test_what_was_clicked_keeps_the_focus_and_looks_chosen(board):
    entry = panel(board, "users-time-series").get_by_role("button", name="API")
    with one_refresh(board):
        entry.press("Enter")

    expect(entry).to_be_focused()
    expect(entry).to_have_attribute("aria-pressed", "true")
    with one_refresh(board):
        entry.press("Enter")
    expect(board.locator(".chip")).to_have_count(0)


def test_many_filters_stay_in_their_row_and_each_can_be_reached(open_page):
    page = open_page()
    many = [f"properties.code:a-long-value-number-{n}" for n in range(12)]
    page.goto(f"{page.at}?time_range=7d&" + "&".join(f"filter={one}" for one in many))
    page.wait_for_selector(".chip")
    for width in (320, 768, 1440):
        resize(page, width)
        assert page.locator(".chips").bounding_box()["height"] <= 44
        page.locator(".chip").last.focus()
        expect(page.locator(".chip").last).to_be_in_viewport()
        assert cut(page) == []


# -- Feedback ----------------------------------------------------------------------------------------


def test_a_choice_shows_at_once_that_it_works(board):
    waiting = []

    def hold(route):
        waiting.append(route)

    board.route(UPDATE, hold)
    panel(board, "users-time-series").get_by_role("button", name="API").click()
    board.wait_for_timeout(100)
    shown = board.evaluate("""() => [getComputedStyle(document.querySelector(".ic-refresh")).animationName,
      getComputedStyle(document.querySelector(".board-in"), "::before").height,
      document.querySelector("[data-filter='channel:api']").getAttribute("aria-pressed")]""")

    assert shown == ["turn", "2px", "true"]
    waiting[0].continue_()
    expect(board.locator("#board")).to_have_attribute("aria-busy", "false")


def test_the_age_of_numbers_is_told_from_a_minute_on(board):
    place = board.locator(".fresh")
    assert place.text_content() == "as of 09:30"
    board.evaluate("Date.now = (now => () => now() + 130000)(Date.now)")

    expect(place).to_have_text("as of 09:30, 2 min. ago")


def test_what_stands_in_the_place_of_a_board_can_be_seen(open_page):
    page = open_page()
    page.route("**/_dash-layout*", lambda _route: None)
    page.goto(page.at, wait_until="commit")
    page.wait_for_selector(".sk-title")

    colours = page.evaluate("[...document.querySelectorAll('.sk')].map((one) => getComputedStyle(one).backgroundColor)")  # fmt: skip
    assert set(colours) == {"rgb(228, 231, 236)"}


# -- Other pages -------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/login", "/app/acme/operations?as_of=yesterday", "/app/acme/operations/layout"])  # fmt: skip
def test_nothing_is_cut_on_other_pages(open_page, path):
    page = open_page()
    if path == "/login":
        page.context.clear_cookies()
    page.goto(f"{page.base}{path}")
    assert faults(page, (320, 768, 1440)) == {}
    page.evaluate(LONGER)

    assert faults(page, (320, 390, 1024)) == {}
