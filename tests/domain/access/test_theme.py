"""Themes: text and series stay readable with any vendor colors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.domain.access.colors import (
    SERIES_COLORS,
    contrast,
    palette,
    text_color_on,
    with_contrast,
)
from dashapp.domain.access.theme import (
    FAINT_TEXT,
    MIN_GRAPHIC_CONTRAST,
    MIN_TEXT_CONTRAST,
    SURFACES,
    Theme,
    css_variables,
    parse_theme,
)
from dashapp.domain.errors import BadInput
from dashapp.settings import resource

colors = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(colors, st.sampled_from(sorted(SURFACES)))
def test_an_accent_is_readable_on_every_surface_and_so_is_text_on_it(color, mode):
    accent = with_contrast(color, SURFACES[mode], MIN_TEXT_CONTRAST)

    assert all(contrast(accent, surface) >= MIN_TEXT_CONTRAST for surface in SURFACES[mode])
    assert contrast(accent, text_color_on(accent)) >= MIN_TEXT_CONTRAST


@given(colors)
def test_text_is_readable_on_the_soft_accent_surface(color):
    by_mode = css_variables(Theme(accent=color))

    for mode, ink in {"light": "#151922", "dark": "#eceef2"}.items():
        soft = by_mode[mode]["--accent-soft"]
        assert contrast(by_mode[mode]["--accent"], soft) >= MIN_TEXT_CONTRAST
        assert contrast(ink, soft) >= MIN_TEXT_CONTRAST


def test_a_readable_accent_is_unchanged():
    assert with_contrast("#2757d0", SURFACES["light"], MIN_TEXT_CONTRAST) == "#2757d0"
    assert css_variables(Theme(accent="#2757d0"))["light"]["--on-accent"] == "#ffffff"


def test_contrast_is_computed_as_in_wcag():
    assert contrast("#000000", "#ffffff") == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


def test_the_surfaces_match_the_stylesheet():
    tokens = (resource("assets") / "css" / "tokens.css").read_text()

    for color in (*SURFACES["light"], *SURFACES["dark"], *FAINT_TEXT.values()):
        assert color in tokens


def test_the_series_colors_match_the_stylesheet():
    tokens = (resource("assets") / "css" / "tokens.css").read_text()

    for number, color in enumerate(SERIES_COLORS, 1):
        assert f"--chart-{number}: {color};" in tokens


@pytest.mark.parametrize(
    ("value", "theme"),
    [
        ("dark", Theme("dark")),
        ({}, Theme("auto")),
        ({"mode": "light", "accent": "#AbCdEf", "font": "Georgia, 'Times New Roman'", "radius": 0},
         Theme("light", "#AbCdEf", "Georgia, 'Times New Roman'", 0)),
        ({"background": "transparent"}, Theme(background="transparent")),
        ({"mode": "dark", "background": "#0d0f13"}, Theme("dark", background="#0d0f13")),
        ({"series": ["#AA0000", "#00aa00"]}, Theme(series=("#AA0000", "#00aa00"))),
        ({"radius": 4.0}, Theme(radius=4)),
    ],
)  # fmt: skip
def test_a_valid_theme_is_parsed(value, theme):
    assert parse_theme(value) == theme


@pytest.mark.parametrize(
    "value",
    [None, 7, [], "blue", {"mode": "blue"}, {"accent": "red"}, {"accent": "#12345"}, {"accent": None},
     {"accent": "#12345g"}, {"font": "a;b"}, {"font": "url(x)"}, {"font": ""}, {"font": "x" * 121},
     {"font": " a ," * 29 + "!"}, {"font": "a,"}, {"font": "a\nb"}, {"font": 7},
     {"series": "#aa0000"}, {"series": []}, {"series": ["red"]}, {"series": [None]}, {"series": None},
     {"series": ["#aa0000"] * 9}, {"series": {"1": "#aa0000"}}, {"series": ["#aa00000"]}, {"radius": 4.5},
     {"radius": -1}, {"radius": 25}, {"radius": True}, {"radius": "4"}, {"background": "red"},
     {"background": None}, {"css": "x"}, {"font": "O'Neil Sans"}, {"font": "'a', \"b"},
     {"mode": "light", "background": "#15181e"}, {"mode": "dark", "background": "#ffffff"},
     {"background": "#ffffff"}],
)  # fmt: skip
def test_an_invalid_theme_is_rejected(value):
    with pytest.raises(BadInput):
        parse_theme(value)


def test_all_corner_radii_follow_from_one_value():
    assert css_variables(Theme(radius=10))["all"] == {
        "--r-l": "10px",
        "--r-m": "6px",
        "--r-s": "4px",
    }


@given(st.lists(colors, min_size=1, max_size=8), st.sampled_from(sorted(SURFACES)))
def test_series_colors_are_visible_on_panels_in_each_mode(series, mode):
    css = css_variables(Theme(series=tuple(series)))[mode]

    assert len([name for name in css if name.startswith("--series-")]) == 8
    for number in range(1, 9):
        assert contrast(css[f"--series-{number}"], SURFACES[mode][0]) >= MIN_GRAPHIC_CONTRAST


def test_visible_series_colors_are_unchanged():
    series = ("#aa0000", "#007755")
    by_mode = css_variables(Theme(accent="#2757d0", series=series))

    assert (by_mode["light"]["--series-1"], by_mode["light"]["--series-2"]) == series
    assert by_mode["all"]["--chart-2"] == "var(--series-2)"


def test_without_series_colors_the_first_series_has_the_accent():
    assert css_variables(Theme(accent="#8844cc"))["light"]["--series-1"] == "#8844cc"
    assert "--series-1" not in css_variables(Theme(mode="dark"))["light"]


def test_a_default_color_that_resembles_a_vendor_color_is_replaced():
    """The second default is also orange; the first default, blue, is unused."""
    assert palette(("#c2571a",))[:3] == ("#c2571a", "#3269ea", "#039f92")
    assert palette(("#8844cc",))[1:3] == SERIES_COLORS[1:3]


def test_text_is_readable_on_the_bars_of_a_list():
    ink = {"light": "#151922", "dark": "#eceef2"}
    by_mode = css_variables(Theme(series=("#007755",)))

    for mode, text in ink.items():
        assert contrast(text, by_mode[mode]["--chart-bar-soft"]) >= MIN_TEXT_CONTRAST
