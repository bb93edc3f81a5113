"""A vendor's look can always be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.domain.errors import BadInput
from dashapp.domain.theme import (
    FAINT,
    READABLE,
    SURFACES,
    Theme,
    best_on,
    contrast,
    readable,
    theme_of,
    variables,
)
from dashapp.settings import resource

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(colours, st.sampled_from(sorted(SURFACES)))
def test_an_accent_reads_on_every_surface_and_text_reads_on_it(colour, mode):
    found = readable(colour, SURFACES[mode])

    assert all(contrast(found, surface) >= READABLE for surface in SURFACES[mode])
    assert contrast(found, best_on(found)) >= READABLE


@given(colours)
def test_what_is_behind_bars_has_the_accents_hue_and_text_reads_on_it(colour):
    found = variables(Theme(accent=colour))

    for mode, ink in {"light": "#151922", "dark": "#eceef2"}.items():
        soft = found[mode]["--accent-soft"]
        assert contrast(found[mode]["--accent"], soft) >= READABLE
        assert contrast(ink, soft) >= READABLE


def test_an_accent_that_reads_is_left_alone():
    assert readable("#2757d0", SURFACES["light"]) == "#2757d0"
    assert variables(Theme(accent="#2757d0"))["light"]["--on-accent"] == "#ffffff"


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


def test_the_surfaces_are_those_of_the_stylesheet():
    tokens = (resource("assets") / "10-tokens.css").read_text()

    for colour in (*SURFACES["light"], *SURFACES["dark"], *FAINT.values()):
        assert colour in tokens


@pytest.mark.parametrize(
    ("said", "theme"),
    [
        ("dark", Theme("dark")),
        ({}, Theme("auto")),
        ({"mode": "light", "accent": "#AbCdEf", "font": "Georgia, 'Times New Roman'", "radius": 0},
         Theme("light", "#AbCdEf", "Georgia, 'Times New Roman'", 0)),
        ({"background": "transparent"}, Theme(background="transparent")),
        ({"mode": "dark", "background": "#0d0f13"}, Theme("dark", background="#0d0f13")),
    ],
)  # fmt: skip
def test_a_theme_is_read(said, theme):
    assert theme_of(said) == theme


@pytest.mark.parametrize(
    "said",
    [None, 7, [], "blue", {"mode": "blue"}, {"accent": "red"}, {"accent": "#12345"}, {"accent": None},
     {"accent": "#12345g"}, {"font": "a;b"}, {"font": "url(x)"}, {"font": ""}, {"font": "x" * 121},
     {"font": " a ," * 29 + "!"}, {"font": "a,"}, {"font": "a\nb"}, {"font": 7},
     {"radius": -1}, {"radius": 25}, {"radius": True}, {"radius": "4"}, {"background": "red"},
     {"background": None}, {"css": "x"}, {"font": "O'Neil Sans"}, {"font": "'a', \"b"},
     {"mode": "light", "background": "#15181e"}, {"mode": "dark", "background": "#ffffff"},
     {"background": "#ffffff"}],
)  # fmt: skip
def test_what_is_no_theme_is_refused(said):
    with pytest.raises(BadInput):
        theme_of(said)


def test_corners_are_of_one_family():
    assert variables(Theme(radius=10))["all"] == {"--r-l": "10px", "--r-m": "6px", "--r-s": "4px"}
