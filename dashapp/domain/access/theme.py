"""Themes of embedded boards: light or dark mode, and the vendor's colors, font and corners.

An accent is made lighter or darker until it is readable (WCAG 2.2, 1.4.3: 4.5 to 1) on both
surfaces that it is used on; text on it is black or white. Series colors are adjusted in the same
way until they are visible on a panel (1.4.11: 3 to 1).
"""

import re
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, cast

from dashapp.domain.access.colors import (
    SERIES_COLORS,
    contrast,
    mix,
    palette,
    text_color_on,
    with_contrast,
)
from dashapp.domain.access.heat import heat_variables
from dashapp.domain.access.whole_numbers import whole_number
from dashapp.domain.errors import BadInput

Mode = Literal["light", "dark", "auto"]
MODES: tuple[Mode, ...] = ("light", "dark", "auto")
MAX_RADIUS = 24
MIN_TEXT_CONTRAST = 4.5
MIN_GRAPHIC_CONTRAST = 3.0
MAX_SERIES = len(SERIES_COLORS)
_COLOR = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
_FAMILY = re.compile(r"[A-Za-z0-9 _-]+|'[A-Za-z0-9 _-]+'|\"[A-Za-z0-9 _-]+\"", re.ASCII)
_MAX_FONT = 120
_SOFT_SHARE = 0.12  # of the accent, in the surface behind bars and chips
_KEYS = frozenset({"mode", "accent", "series", "font", "radius", "background"})
# The faintest text color of each mode; this text is on the background.
FAINT_TEXT = {"light": "#626a7a", "dark": "#8d95a4"}
# The surfaces of assets/css/tokens.css that have text in the accent color.
SURFACES = {"light": ("#ffffff", "#f2f4f7"), "dark": ("#15181e", "#1e222a")}


class Theme(NamedTuple):
    """Values that replace those of the stylesheet. `background` is `transparent` or a color."""

    mode: Mode = "auto"
    accent: str | None = None
    font: str | None = None
    radius: int | None = None
    background: str | None = None
    series: tuple[str, ...] = ()

    @property
    def series_colors(self) -> tuple[str, ...]:
        """The given series colors; without any, the accent is the first."""
        return self.series or ((self.accent,) if self.accent is not None else ())


def parse_theme(value: Any) -> Theme:
    """Parse an untrusted theme: a mode or an object. Raises BadInput that names the fault."""
    if isinstance(value, str):
        value = {"mode": value}
    if not isinstance(value, Mapping) or not value.keys() <= _KEYS:
        raise BadInput(f"theme must be a mode or an object with {', '.join(sorted(_KEYS))}")
    mode, background = value.get("mode", "auto"), value.get("background")
    if mode not in MODES:
        raise BadInput(f"theme.mode must be one of {', '.join(MODES)}")
    if "accent" in value and not _matches(value["accent"], _COLOR):
        raise BadInput("theme.accent must be a color such as #2757d0")
    if "font" in value and not _is_font(value["font"]):
        raise BadInput("theme.font must be a list of font names")
    if "background" in value:
        _check_background(background, mode)
    return Theme(
        cast("Mode", mode),
        value.get("accent"),
        value.get("font"),
        _radius(value["radius"]) if "radius" in value else None,
        background,
        _series(value["series"]) if "series" in value else (),
    )


def _radius(value: Any) -> int:
    radius = whole_number(value)
    if radius is None or not 0 <= radius <= MAX_RADIUS:
        raise BadInput(f"theme.radius must be a whole number from 0 to {MAX_RADIUS}")
    return radius


def _series(value: Any) -> tuple[str, ...]:
    if not (
        isinstance(value, list)
        and 0 < len(value) <= MAX_SERIES
        and all(_matches(color, _COLOR) for color in value)
    ):
        raise BadInput(f"theme.series must be a list of 1 to {MAX_SERIES} colors such as #2757d0")
    return tuple(value)


def _check_background(background: Any, mode: Mode) -> None:
    """Raise BadInput unless the faintest text is readable on the background in each mode."""
    if background == "transparent":
        return
    if not _matches(background, _COLOR):
        raise BadInput("theme.background must be transparent or a color such as #ffffff")
    for shown in ("light", "dark") if mode == "auto" else (mode,):
        if contrast(FAINT_TEXT[shown], background) < MIN_TEXT_CONTRAST:
            raise BadInput(f"theme.background has too little contrast with text in {shown} mode")


def css_variables(theme: Theme) -> dict[str, dict[str, str]]:
    """Return the CSS variables of a theme: for `all` modes, and for `light` and `dark`."""
    variables: dict[str, dict[str, str]] = {"all": {}, "light": {}, "dark": {}}
    if theme.font is not None:
        variables["all"]["--font"] = theme.font
    if theme.radius is not None:
        variables["all"] |= {
            "--r-l": f"{theme.radius}px",
            "--r-m": f"{round(theme.radius * 0.6)}px",
            "--r-s": f"{round(theme.radius * 0.4)}px",
        }
    if theme.background is not None:
        variables["all"]["--bg"] = theme.background
    if theme.accent is not None:
        for mode, surfaces in SURFACES.items():
            soft = mix(surfaces[0], theme.accent, _SOFT_SHARE)
            accent = with_contrast(theme.accent, (*surfaces, soft), MIN_TEXT_CONTRAST)
            variables[mode] |= {
                "--accent": accent,
                "--accent-hover": accent,
                "--accent-soft": soft,
                "--focus": accent,
                "--on-accent": text_color_on(accent),
            }
    if theme.series_colors:
        for number in range(1, MAX_SERIES + 1):
            variables["all"][f"--chart-{number}"] = f"var(--series-{number})"
        for mode in SURFACES:
            variables[mode] |= _series_variables(theme, SURFACES[mode][0], mode)
    return variables


def _series_variables(theme: Theme, surface: str, mode: str) -> dict[str, str]:
    """Return the series colors for a surface; heat maps and bars get shades of the first."""
    colors = tuple(
        with_contrast(color, (surface,), MIN_GRAPHIC_CONTRAST) for color in theme.series_colors
    )
    variables = {f"--series-{number}": color for number, color in enumerate(palette(colors), 1)}
    return {
        **variables,
        **heat_variables(theme.series_colors[0], surface, mode),
        "--chart-bar-soft": mix(surface, colors[0], _SOFT_SHARE),
    }


def _is_font(value: Any) -> bool:
    """Whether the value is a list of font names. Each name is matched alone, in linear time."""
    if not isinstance(value, str) or len(value) > _MAX_FONT:
        return False
    return all(_FAMILY.fullmatch(name.strip(" ")) for name in value.split(","))


def _matches(value: Any, pattern: re.Pattern[str]) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
