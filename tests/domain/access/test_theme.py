"""A vendor's look can always be read."""

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

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(colours, st.sampled_from(sorted(SURFACES)))
def test_an_accent_reads_on_every_surface_and_text_reads_on_it(colour, mode):
    found = with_contrast(colour, SURFACES[mode], MIN_TEXT_CONTRAST)

    assert all(contrast(found, surface) >= MIN_TEXT_CONTRAST for surface in SURFACES[mode])
    assert contrast(found, text_color_on(found)) >= MIN_TEXT_CONTRAST


@given(colours)
def test_what_is_behind_bars_has_the_accents_hue_and_text_reads_on_it(colour):
    found = css_variables(Theme(accent=colour))

    for mode, ink in {"light": "#151922", "dark": "#eceef2"}.items():
        soft = found[mode]["--accent-soft"]
        assert contrast(found[mode]["--accent"], soft) >= MIN_TEXT_CONTRAST
        assert contrast(ink, soft) >= MIN_TEXT_CONTRAST


def test_an_accent_that_reads_is_left_alone():
    assert with_contrast("#2757d0", SURFACES["light"], MIN_TEXT_CONTRAST) == "#2757d0"
    assert css_variables(Theme(accent="#2757d0"))["light"]["--on-accent"] == "#ffffff"


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


def test_the_surfaces_are_those_of_the_stylesheet():
    tokens = (resource("assets") / "10-tokens.css").read_text()

    for colour in (*SURFACES["light"], *SURFACES["dark"], *FAINT_TEXT.values()):
        assert colour in tokens


def test_the_colours_of_series_are_those_of_the_stylesheet():
    tokens = (resource("assets") / "10-tokens.css").read_text()

    for number, colour in enumerate(SERIES_COLORS, 1):
        assert f"--chart-{number}: {colour};" in tokens


@pytest.mark.parametrize(
    ("said", "theme"),
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
def test_a_theme_is_read(said, theme):
    assert parse_theme(said) == theme


@pytest.mark.parametrize(
    "said",
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
def test_what_is_no_theme_is_refused(said):
    with pytest.raises(BadInput):
        parse_theme(said)


def test_corners_are_of_one_family():
    assert css_variables(Theme(radius=10))["all"] == {
        "--r-l": "10px",
        "--r-m": "6px",
        "--r-s": "4px",
    }


@given(st.lists(colours, min_size=1, max_size=8), st.sampled_from(sorted(SURFACES)))
def test_colours_of_series_can_be_seen_on_a_panel_of_each_mode(own, mode):
    shown = css_variables(Theme(series=tuple(own)))[mode]

    assert len([name for name in shown if name.startswith("--series-")]) == 8
    for number in range(1, 9):
        assert contrast(shown[f"--series-{number}"], SURFACES[mode][0]) >= MIN_GRAPHIC_CONTRAST


def test_colours_of_series_that_can_be_seen_are_left_alone():
    own = ("#aa0000", "#007755")
    shown = css_variables(Theme(accent="#2757d0", series=own))

    assert (shown["light"]["--series-1"], shown["light"]["--series-2"]) == own
    assert shown["all"]["--chart-2"] == "var(--series-2)"


def test_without_colours_of_its_own_the_first_series_has_the_accent():
    assert css_variables(Theme(accent="#8844cc"))["light"]["--series-1"] == "#8844cc"
    assert "--series-1" not in css_variables(Theme(mode="dark"))["light"]


def test_a_colour_of_ours_that_looks_like_the_vendors_is_replaced():
    """Ours for the second series is an orange, too; the first one, blue, is free."""
    assert palette(("#c2571a",))[:3] == ("#c2571a", "#3269ea", "#039f92")
    assert palette(("#8844cc",))[1:3] == SERIES_COLORS[1:3]


def test_the_surface_behind_a_list_is_a_shade_of_the_first_series():
    ink = {"light": "#151922", "dark": "#eceef2"}
    shown = css_variables(Theme(series=("#007755",)))

    for mode, text in ink.items():
        assert contrast(text, shown[mode]["--chart-bar-soft"]) >= MIN_TEXT_CONTRAST
