"""Layout of a board at any width, in any language, with any names: nothing is cut off or covered."""

import pytest
from playwright.sync_api import expect

from tests.browser.board_page import panel, wait_until_ready
from tests.browser.measuring import (
    WIDTHS,
    cut_elements,
    give_long_names,
    narrow_sparklines,
    overlaps,
    resize,
    uneven_rows,
    unreadable_texts,
    wide_bars,
)

pytestmark = pytest.mark.browser
VIEW_SEARCH = "time_range=30d&compare=previous"
SOME_WIDTHS = (320, 390, 640, 768, 900, 1024, 1180, 1440)
NAMES = {
    "long": "Internationalegesellschaftfuerausserordentlicheversicherungen",
    "right to left": "شركة الاتصالات الدولية للخدمات الرقمية والتقنية المتقدمة",
    "signs": "🎉🚀🔥",
    "one letter": "X",
}
# Make every text on the page 1.6 times as long, with longer words instead of more words.
LENGTHEN_TEXTS = """() => { const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) { const node = walk.currentNode;
    if (node.parentNode.closest("script, style, svg, .plot, .val, .sr, #zone, #dates, #as-of, kbd")) continue;
    node.data = node.data.replace(/\\p{L}+/gu, (word) => word + "n".repeat(Math.round(word.length * 0.6)));
  } }"""


# Make the labels of all time axes 1.6 times as long, and return how many charts there are.
LENGTHEN_LABELS = """() => Promise.all([...document.querySelectorAll(".js-plotly-plot")].map((plot) => window.Plotly.relayout(plot,
  { "xaxis.ticktext": plot.layout.xaxis.ticktext.map((text) => text + "n".repeat(Math.round(text.length * 0.6))) }))).then((plots) => plots.length)"""


def rename_org(page, name):
    """Show this name as the name of the org."""
    page.evaluate(
        """(name) => document.querySelectorAll(".org .name").forEach((element) => { element.textContent = name; })""",
        name,
    )


def show_tabs(page, count, title):
    page.evaluate(
        """([count, title]) => { const tabs = document.querySelector(".tabs"), first = tabs.querySelector("a:not([aria-current])");
          tabs.replaceChildren(...Array.from({length: count}, (_, n) => { const tab = first.cloneNode(true);
            tab.textContent = `${title} ${n}`; return tab; }));
          tabs.lastElementChild.setAttribute("aria-current", "page"); window.dispatchEvent(new Event("resize")); }""",
        [count, title],
    )


def faults_by_width(page, widths=WIDTHS, measures=(cut_elements,)):
    """Return the faults that these measurements find, by width."""
    faults = {}
    for width in widths:
        resize(page, width)
        faults[width] = [fault for measure in measures for fault in measure(page)]
    return {width: width_faults for width, width_faults in faults.items() if width_faults}


@pytest.fixture
def open_in_language(open_page):
    """Open a page in a language; English is restored after the test."""
    page = open_page()

    def open_in_language(language):
        page.goto(f"{page.board_url}/layout")
        page.click("details.user summary")
        page.click(f'button[name=language][value="{language}"]')
        page.wait_for_selector(f'html[lang="{language}"]')
        return page

    yield open_in_language
    open_in_language("en")


@pytest.fixture
def month_board(open_page):
    page = open_page()
    page.goto(f"{page.board_url}?{VIEW_SEARCH}")
    wait_until_ready(page, time_range="30d")
    return page


def test_nothing_is_cut_uneven_or_covered_at_any_width(month_board):
    assert (
        faults_by_width(
            month_board,
            measures=(cut_elements, uneven_rows, narrow_sparklines, overlaps, unreadable_texts),
        )
        == {}
    )


def test_cut_elements_are_detected(month_board):
    month_board.evaluate(
        "document.querySelector('.switch').style.cssText = 'width:60px;overflow:hidden'"
    )
    month_board.evaluate("document.querySelector('.val').style.cssText = 'margin-left:3000px'")

    assert [fault.split(":")[0] for fault in cut_elements(month_board)][:2] == [
        "page",
        "beyond the page",
    ]
    assert any(fault.startswith("cut: LABEL") for fault in cut_elements(month_board))


@pytest.mark.parametrize("language", ["es", "pt-BR"])
def test_nothing_is_cut_in_another_language(open_in_language, language):
    page = open_in_language(language)
    page.goto(f"{page.board_url}?{VIEW_SEARCH}&tz=America/Argentina/ComodRivadavia")
    wait_until_ready(page, time_range="30d")

    assert faults_by_width(page, SOME_WIDTHS, (cut_elements, uneven_rows, overlaps)) == {}


def test_nothing_is_cut_with_long_words(month_board):
    month_board.evaluate(LENGTHEN_TEXTS)

    assert "Comparennnn" in month_board.locator(".bar .switch").text_content()
    assert faults_by_width(month_board, SOME_WIDTHS) == {}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_no_org_name_widens_the_page_or_hides_its_tabs(month_board, name):
    rename_org(month_board, name)
    for width in (320, 390, 768, 1024, 1440):
        resize(month_board, width)
        assert cut_elements(month_board) == []
        assert month_board.locator(".tabs").bounding_box()["width"] >= 150


@pytest.mark.parametrize(("count", "title"), [(1, "Ops"), (30, "Betriebsübersicht"), (3, NAMES["long"])])  # fmt: skip
def test_every_tab_can_be_reached_with_any_number_of_tabs(month_board, count, title):
    show_tabs(month_board, count, title)
    for width in (320, 768, 1440):
        resize(month_board, width)
        assert cut_elements(month_board) == []
        expect(month_board.locator(".tabs [aria-current]")).to_be_in_viewport(ratio=0.4)
        is_overflowing = month_board.evaluate("(tabs => tabs.scrollWidth > tabs.clientWidth + 1)(document.querySelector('.tabs'))")  # fmt: skip
        assert month_board.locator(".places > .all").is_visible() == is_overflowing


def test_a_list_of_all_dashboards_opens_when_the_tabs_do_not_fit(month_board):
    show_tabs(month_board, 30, "Board")
    month_board.locator(".all summary").click()

    assert (
        month_board.locator(".all .menu a").count() == 3
    )  # the dashboards that exist, and the settings
    expect(month_board.locator(".all .menu a").last).to_be_in_viewport()


def test_truncated_names_have_their_full_text_as_a_title(month_board):
    titles = month_board.evaluate("['.org-one', '.org-btn', '.tabs a', '.ph h2'].map((selector) => document.querySelector(selector)?.title || null)")  # fmt: skip

    assert titles == ["Acme", None, "Operations", "Number of validations"]


def test_the_whole_board_fits_on_a_screen_900_pixels_high(month_board):
    resize(month_board, 1440)

    assert month_board.evaluate("document.documentElement.scrollHeight") <= 900
    resize(month_board, 2560, 1440)
    assert month_board.evaluate("document.documentElement.scrollHeight") <= 1440
    resize(month_board, 390, 844)
    assert 192 <= month_board.locator(".chart").first.bounding_box()["height"] <= 220


def test_numbers_start_at_the_same_height_next_to_a_long_title(month_board):
    month_board.evaluate("document.querySelector('.kpi h2').textContent = 'A title that takes several lines in a card'")  # fmt: skip

    assert faults_by_width(month_board, (390, 768), (uneven_rows,)) == {}


def test_a_long_number_shrinks_and_is_not_cut(month_board):
    month_board.evaluate("document.querySelector('.val').textContent = '1,234,567,890'")
    for width in (320, 390, 768, 1024):
        resize(month_board, width)
        assert cut_elements(month_board) == []


def test_no_text_is_covered_or_cut_with_names_of_60_characters(month_board):
    give_long_names(month_board)

    faults = faults_by_width(month_board, (320, 640, 768, 1024, 1440, 2560), (unreadable_texts, cut_elements))  # fmt: skip
    assert month_board.locator(".legend").first.inner_text().count("Donau") >= 1
    assert faults == {}


def test_unreadable_texts_are_detected(month_board):
    month_board.evaluate("document.querySelector('.legend li + li').style.cssText = 'margin-left:-60px'")  # fmt: skip
    month_board.evaluate("document.querySelector('.vs').style.cssText = 'width:20px;overflow:hidden;white-space:nowrap'")  # fmt: skip

    faults = unreadable_texts(month_board)

    assert {fault.split(":")[0] for fault in faults} == {"cut", "overlap"}


def test_a_narrow_chart_has_fewer_labels_at_even_steps(month_board):
    labels = panel(month_board, "events-time-series").locator(".xtick text:visible")

    resize(month_board, 1440)
    expect(labels).to_have_text(["Mon 26 Oct", "Mon 2 Nov", "Mon 9 Nov", "Mon 16 Nov", "Today"])
    resize(month_board, 320)
    expect(labels).to_have_text(["Mon 2 Nov", "Mon 16 Nov"])


def test_labels_of_axes_do_not_overlap_with_long_words(month_board):
    assert month_board.evaluate(LENGTHEN_LABELS) == 3

    assert faults_by_width(month_board, (320, 390, 768, 1024, 1440, 2560), (overlaps,)) == {}


@pytest.mark.parametrize("preset", ["1h", "24h", "7d", "14d", "90d", "12mo"])
def test_labels_and_marks_do_not_overlap_and_bars_are_not_too_wide(open_page, preset):
    page = open_page()
    page.goto(f"{page.board_url}?time_range={preset}&as_of=2026-11-20T08:30:00Z")
    wait_until_ready(page, time_range=preset)

    assert faults_by_width(page, (280, 320, 390, 1024, 2560), (overlaps, wide_bars)) == {}


def test_the_legend_is_at_the_edge_and_the_menu_button_is_visible(month_board):
    resize(month_board, 1440)
    box = panel(month_board, "users-time-series").bounding_box()
    legend = panel(month_board, "users-time-series").locator(".legend").bounding_box()

    assert box["x"] + box["width"] - legend["x"] - legend["width"] <= 26
    for menu_button in month_board.locator(".more").all():
        assert float(menu_button.evaluate("button => getComputedStyle(button).opacity")) >= 0.5
        assert menu_button.bounding_box()["width"] >= 24


@pytest.mark.parametrize("path", ["/login", "/app/acme/operations?as_of=yesterday", "/app/acme/operations/layout"])  # fmt: skip
def test_nothing_is_cut_on_other_pages(open_page, path):
    page = open_page()
    if path == "/login":
        page.context.clear_cookies()
    page.goto(f"{page.base_url}{path}")
    assert faults_by_width(page, (320, 768, 1440)) == {}
    page.evaluate(LENGTHEN_TEXTS)

    assert faults_by_width(page, (320, 390, 1024)) == {}
