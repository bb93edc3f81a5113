"""A board in the colors of its page: the background shows through, and charts use the theme."""

import struct
import zlib

import pytest

from dashapp.domain.access.colors import SERIES_COLORS
from tests.browser.embed.vendor import board_frame, with_script

GREEN = (0, 255, 0)


def pixel(page, x, y) -> tuple[int, ...]:
    """Return the color of a pixel of the page."""
    image = page.screenshot(clip={"x": x, "y": y, "width": 1, "height": 1})
    offset, compressed = 8, b""
    while offset < len(image):
        length = struct.unpack(">I", image[offset : offset + 4])[0]
        compressed += (
            image[offset + 8 : offset + 8 + length]
            if image[offset + 4 : offset + 8] == b"IDAT"
            else b""
        )
        offset += 12 + length
    return tuple(zlib.decompress(compressed)[1:4])


@pytest.mark.parametrize("prefers", ["light", "dark"])
def test_the_page_shows_through_a_board_in_any_color_scheme(base_url, signer, vendor, page, prefers):  # fmt: skip
    """Page and board light, dark, or as the viewer prefers: nine pairs."""
    page.emulate_media(color_scheme=prefers)
    vendor.page = with_script(base_url, "<style>body{margin:0;background:#00ff00}</style>")
    page.goto(vendor.origin)
    frame = board_frame(page)
    bar = frame.locator("#board .bar").bounding_box()
    for scheme in ("light", "dark", "light dark"):
        page.evaluate("scheme => { document.documentElement.style.colorScheme = scheme; }", scheme)
        for mode in ("light", "dark", "auto"):
            page.evaluate("mode => document.querySelector('dashapp-board').setTheme(mode)", mode)
            frame.locator(f"html[data-theme={mode}]" if mode != "auto" else "html:not([data-theme])").wait_for()  # fmt: skip
            gap = pixel(page, bar["x"] + 200, bar["y"] + bar["height"] + 6)
            assert gap == GREEN, (scheme, mode)


def test_the_board_uses_the_preference_of_the_page_not_of_the_frame(base_url, vendor, page):  # fmt: skip
    vendor.page = with_script(base_url)
    page.goto(vendor.origin)
    frame = board_frame(page)
    frame.locator("html").evaluate("() => { window.matchMedia = () => ({matches: true}); }")
    page.set_viewport_size({"width": 1280, "height": 400})
    page.mouse.wheel(0, 40)

    frame.locator("html[data-theme=light]").wait_for()


def color_of(locator, css_property):
    return locator.evaluate(f"node => getComputedStyle(node).{css_property}")


def test_series_have_the_colors_of_the_theme_in_order(base_url, signer, vendor, page):
    theme = {"mode": "light", "accent": "#2757d0", "series": ["#aa0000", "#007755"]}
    vendor.token = lambda: signer.now(theme=theme)
    vendor.page = with_script(base_url)
    page.goto(vendor.origin)
    frame = board_frame(page)
    red, green = "rgb(170, 0, 0)", "rgb(0, 119, 85)"
    panel = frame.locator('[data-panel="users-time-series"]')

    marks = panel.locator(".legend i")
    assert [color_of(marks.nth(n), "backgroundColor") for n in range(2)] == [red, green]
    chart_colors = panel.locator(".plotly [style*='rgb']").evaluate_all(
        "nodes => [...new Set(nodes.flatMap((n) => [getComputedStyle(n).fill, getComputedStyle(n).stroke]))]"
    )
    assert {red, green} <= set(chart_colors)
    assert not {"rgb(50, 105, 234)", "rgb(3, 159, 146)"} & set(chart_colors)
    assert color_of(frame.locator(".spark-line").first, "stroke") == red
    panel.locator(".cursor").hover()
    cards = panel.locator(".card-of th i")
    assert [color_of(cards.nth(n), "backgroundColor") for n in range(2)] == [red, green]
    variable = f"--chart-{SERIES_COLORS.index('#039f92') + 1}"
    shown = panel.evaluate(
        "(node, name) => getComputedStyle(node).getPropertyValue(name)", variable
    )
    assert shown.strip() == "#007755"


def test_a_message_changes_the_colors_and_the_accent_is_the_first_series_color(
    base_url, vendor, page
):
    vendor.page = with_script(base_url)
    page.goto(vendor.origin)
    frame = board_frame(page)
    mark = frame.locator('[data-panel="users-time-series"] .legend i').first
    assert color_of(mark, "backgroundColor") == "rgb(50, 105, 234)"
    page.evaluate("document.querySelector('dashapp-board').setTheme({mode: 'light', accent: '#8844cc'})")  # fmt: skip
    frame.locator("html[data-theme=light]").wait_for()

    assert color_of(mark, "backgroundColor") == "rgb(136, 68, 204)"
