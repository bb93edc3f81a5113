"""Shades of a heat map: numbers are readable on each, in both modes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.domain.access.colors import contrast
from dashapp.domain.access.heat import INKS, heat_variables
from dashapp.domain.access.theme import SURFACES, Theme, css_variables
from dashapp.settings import resource

colors = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(colors, st.sampled_from(["light", "dark"]))
def test_a_number_is_readable_on_every_shade(color, mode):
    ink, inverse = INKS[mode]
    shades = heat_variables(color, SURFACES[mode][0], mode)

    for number in (1, 2, 3):
        assert contrast(ink, shades[f"--heat-{number}"]) >= 4.5
    for number in (4, 5):
        assert contrast(inverse, shades[f"--heat-{number}"]) >= 4.5


def test_shades_become_darker_in_light_mode():
    assert heat_variables("#c2571a", "#ffffff", "light") == {
        "--heat-1": "#f5e2d8",
        "--heat-2": "#e5b89f",
        "--heat-3": "#d4895f",
        "--heat-4": "#c0561a",
        "--heat-5": "#6b300e",
    }


def test_the_accent_reaches_heat_maps_and_bars():
    light = css_variables(Theme(accent="#c2571a"))["light"]

    assert light["--series-1"] == "#c2571a"
    assert light["--heat-5"] == "#6b300e"
    assert light["--chart-bar-soft"] == "#f8ebe4"
    assert "--heat-1" not in css_variables(Theme(mode="dark"))["light"]


@pytest.mark.parametrize(("mode", "block"), [("light", 0), ("dark", 1), ("dark", 2)])
def test_numbers_are_readable_on_the_default_shades(mode, block):
    tokens = (resource("assets") / "css" / "tokens.css").read_text()
    shades = re.findall(r"--heat-[0-5]: (#\w{6});", tokens)[6 * block : 6 * block + 6]
    ink, inverse = INKS[mode]

    assert all(contrast(ink, shade) >= 4.5 for shade in shades[:4])
    assert all(contrast(inverse, shade) >= 4.5 for shade in shades[4:])
    assert f"--heat-ink: {ink};" in tokens
    assert f"--heat-ink-inv: {inverse};" in tokens
