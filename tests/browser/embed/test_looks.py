"""A board in a page's own colours: nothing behind it is covered, and charts have the theme's."""

import struct
import zlib

import pytest

from tests.browser.embed.vendor import frame_of, with_script

GREEN = (0, 255, 0)


def pixel(page, x, y) -> tuple[int, ...]:
    """The colour that is painted there."""
    image = page.screenshot(clip={"x": x, "y": y, "width": 1, "height": 1})
    at, packed = 8, b""
    while at < len(image):
        length = struct.unpack(">I", image[at : at + 4])[0]
        packed += image[at + 8 : at + 8 + length] if image[at + 4 : at + 8] == b"IDAT" else b""
        at += 12 + length
    return tuple(zlib.decompress(packed)[1:4])


@pytest.mark.parametrize("prefers", ["light", "dark"])
def test_the_page_is_seen_behind_a_board_whatever_either_says_of_itself(base, signer, vendor, page, prefers):  # fmt: skip
    """Page and board light, dark or as the viewer prefers: nine pairs."""
    page.emulate_media(color_scheme=prefers)
    vendor.page = with_script(base, "<style>body{margin:0;background:#00ff00}</style>")
    page.goto(vendor.origin)
    frame = frame_of(page)
    bar = frame.locator("#board .bar").bounding_box()
    for scheme in ("light", "dark", "light dark"):
        page.evaluate("scheme => { document.documentElement.style.colorScheme = scheme; }", scheme)
        for mode in ("light", "dark", "auto"):
            page.evaluate("mode => document.querySelector('dashapp-board').setTheme(mode)", mode)
            frame.locator(f"html[data-theme={mode}]" if mode != "auto" else "html:not([data-theme])").wait_for()  # fmt: skip
            gap = pixel(page, bar["x"] + 200, bar["y"] + bar["height"] + 6)
            assert gap == GREEN, (scheme, mode)


def test_the_viewers_preference_is_the_page_arounds_where_a_frame_is_told_another(base, vendor, page):  # fmt: skip
    vendor.page = with_script(base)
    page.goto(vendor.origin)
    frame = frame_of(page)
    frame.locator("html").evaluate("() => { window.matchMedia = () => ({matches: true}); }")
    page.set_viewport_size({"width": 1280, "height": 400})
    page.mouse.wheel(0, 40)

    frame.locator("html[data-theme=light]").wait_for()


def colour(locator, name):
    return locator.evaluate(f"node => getComputedStyle(node).{name}")


def test_series_have_the_colours_of_the_theme_each_in_its_place(base, signer, vendor, page):
    theme = {"mode": "light", "accent": "#2757d0", "series": ["#aa0000", "#007755"]}
    vendor.token = lambda: signer.now(theme=theme)
    vendor.page = with_script(base)
    page.goto(vendor.origin)
    frame = frame_of(page)
    red, green = "rgb(170, 0, 0)", "rgb(0, 119, 85)"
    panel = frame.locator('[data-panel="users-time-series"]')

    marks = panel.locator(".legend i")
    assert [colour(marks.nth(n), "backgroundColor") for n in range(2)] == [red, green]
    drawn = panel.locator(".plotly [style*='rgb']").evaluate_all(
        "nodes => [...new Set(nodes.flatMap((n) => [getComputedStyle(n).fill, getComputedStyle(n).stroke]))]"
    )
    assert {red, green} <= set(drawn)
    assert not {"rgb(50, 105, 234)", "rgb(3, 159, 146)"} & set(drawn)
    assert colour(frame.locator(".spark-line").first, "stroke") == red
    panel.locator(".cursor").hover()
    cards = panel.locator(".card-of th i")
    assert [colour(cards.nth(n), "backgroundColor") for n in range(2)] == [red, green]
    assert panel.evaluate("node => dashappBoard.shownColour(node, '#039f92')") == "#007755"


def test_other_colours_come_by_message_and_the_accent_is_the_first(base, vendor, page):
    vendor.page = with_script(base)
    page.goto(vendor.origin)
    frame = frame_of(page)
    mark = frame.locator('[data-panel="users-time-series"] .legend i').first
    assert colour(mark, "backgroundColor") == "rgb(50, 105, 234)"
    page.evaluate("document.querySelector('dashapp-board').setTheme({mode: 'light', accent: '#8844cc'})")  # fmt: skip
    frame.locator("html[data-theme=light]").wait_for()

    assert colour(mark, "backgroundColor") == "rgb(136, 68, 204)"
