"""How an embedded board looks: light or dark, and the vendor's own accent, font and corners.

An accent is made lighter or darker until it can be read (WCAG 2.2, 1.4.3: 4.5 to 1) on both
surfaces that it stands on; text on it is black or white, whichever reads better.
"""

import re
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, cast

from dashapp.domain.errors import BadInput

Mode = Literal["light", "dark", "auto"]
MODES: tuple[Mode, ...] = ("light", "dark", "auto")
MAX_RADIUS = 24
READABLE = 4.5
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
_FAMILY = re.compile(r"[A-Za-z0-9 _-]+|'[A-Za-z0-9 _-]+'|\"[A-Za-z0-9 _-]+\"", re.ASCII)
_MAX_FONT = 120
_SOFT = 0.12  # of an accent, in the surface behind bars and chips
_KEYS = frozenset({"mode", "accent", "font", "radius", "background"})
# The faintest text of each mode, which stands on the background.
FAINT = {"light": "#626a7a", "dark": "#8d95a4"}
# The surfaces of assets/10-tokens.css on which an accent stands as text.
SURFACES = {"light": ("#ffffff", "#f2f4f7"), "dark": ("#15181e", "#1e222a")}


class Theme(NamedTuple):
    """What is None is the stylesheet's. `background` is `transparent` or a colour."""

    mode: Mode = "auto"
    accent: str | None = None
    font: str | None = None
    radius: int | None = None
    background: str | None = None


def theme_of(value: Any) -> Theme:
    """A theme from outside: a mode, or an object. Raises BadInput that says what is wrong."""
    if isinstance(value, str):
        value = {"mode": value}
    if not isinstance(value, Mapping) or not value.keys() <= _KEYS:
        raise BadInput(f"theme is neither a mode nor an object of {', '.join(sorted(_KEYS))}")
    mode, radius, background = (
        value.get("mode", "auto"),
        value.get("radius"),
        value.get("background"),
    )
    if mode not in MODES:
        raise BadInput(f"theme.mode is none of {', '.join(MODES)}")
    if "accent" in value and not _is(value["accent"], _COLOUR):
        raise BadInput("theme.accent is not a colour such as #2757d0")
    if "font" in value and not _is_font(value["font"]):
        raise BadInput("theme.font is not a list of font names")
    if "radius" in value and (type(radius) is not int or not 0 <= radius <= MAX_RADIUS):
        raise BadInput(f"theme.radius is not a whole number from 0 to {MAX_RADIUS}")
    if "background" in value:
        _check_background(background, mode)
    return Theme(cast("Mode", mode), value.get("accent"), value.get("font"), radius, background)


def _check_background(background: Any, mode: Mode) -> None:
    """Text stands on it: the faintest there is must be readable in every mode that can be shown."""
    if background == "transparent":
        return
    if not _is(background, _COLOUR):
        raise BadInput("theme.background is neither transparent nor a colour such as #ffffff")
    for shown in ("light", "dark") if mode == "auto" else (mode,):
        if contrast(FAINT[shown], background) < READABLE:
            raise BadInput(f"theme.background is a colour on which {shown} text cannot be read")


def variables(theme: Theme) -> dict[str, dict[str, str]]:
    """CSS variables of a theme: `all`, and those that differ in `light` and `dark`."""
    found: dict[str, dict[str, str]] = {"all": {}, "light": {}, "dark": {}}
    if theme.font is not None:
        found["all"]["--font"] = theme.font
    if theme.radius is not None:
        found["all"] |= {
            "--r-l": f"{theme.radius}px",
            "--r-m": f"{round(theme.radius * 0.6)}px",
            "--r-s": f"{round(theme.radius * 0.4)}px",
        }
    if theme.background is not None:
        found["all"]["--bg"] = theme.background
    if theme.accent is not None:
        for mode, surfaces in SURFACES.items():
            soft = _mixed(surfaces[0], theme.accent, _SOFT)
            accent = readable(theme.accent, (*surfaces, soft))
            found[mode] |= {
                "--accent": accent,
                "--accent-hover": accent,
                "--accent-soft": soft,
                "--focus": accent,
                "--on-accent": best_on(accent),
            }
    return found


def readable(colour: str, surfaces: tuple[str, ...]) -> str:
    """The colour, mixed with black or white until it reads on all of these surfaces."""
    towards = "#000000" if luminance(surfaces[0]) > 0.5 else "#ffffff"  # noqa: PLR2004
    for step in range(101):
        mixed = _mixed(colour, towards, step / 100)
        if all(contrast(mixed, one) >= READABLE for one in surfaces):
            return mixed
    raise AssertionError("black or white reads on every surface of ours")


def best_on(colour: str) -> str:
    """Black or white: one of the two always reads, 4.58 to 1 at least."""
    return max(("#ffffff", "#000000"), key=lambda text: contrast(colour, text))


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2, from 0 to 1."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]  # noqa: PLR2004
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _mixed(colour: str, other: str, part: float) -> str:
    """The colour with that part of another in it."""
    pairs = ((int(colour[n : n + 2], 16), int(other[n : n + 2], 16)) for n in (1, 3, 5))
    return "#" + "".join(f"{round(own + (more - own) * part):02x}" for own, more in pairs)


def _is_font(value: Any) -> bool:
    """Names between commas, each looked at by itself: no text makes that slow."""
    if not isinstance(value, str) or len(value) > _MAX_FONT:
        return False
    return all(_FAMILY.fullmatch(name.strip(" ")) for name in value.split(","))


def _is(value: Any, pattern: re.Pattern[str]) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
