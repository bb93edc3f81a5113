"""Colors as `#rrggbb`: contrast, mixing, and a palette of distinguishable series colors.

Contrast is as defined by WCAG 2.2. Distances are measured in OKLab, where equal steps look equal.
"""

from math import dist

# The colors of the tokens --chart-1 to --chart-8, in order; the same in light and dark mode.
SERIES_COLORS = (
    "#3269ea",
    "#d37418",
    "#039f92",
    "#a834a8",
    "#886606",
    "#5f6a7a",
    "#d8407c",
    "#4e8f2c",
)
_MIN_DISTANCE = 0.09  # in OKLab: lines with closer colors look the same


def with_contrast(color: str, surfaces: tuple[str, ...], ratio: float) -> str:
    """Mix a color with black or white until it has this contrast with all surfaces."""
    target = "#000000" if luminance(surfaces[0]) > 0.5 else "#ffffff"  # noqa: PLR2004
    for step in range(101):
        candidate = mix(color, target, step / 100)
        if all(contrast(candidate, surface) >= ratio for surface in surfaces):
            return candidate
    raise AssertionError("neither black nor white is readable on every surface")


def text_color_on(color: str) -> str:
    """Return black or white, the one with more contrast: always at least 4.58 to 1."""
    return max(("#ffffff", "#000000"), key=lambda text: contrast(color, text))


def contrast(color: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2.2, from 1 to 21."""
    darker, lighter = sorted((luminance(color), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    """Return the relative luminance of WCAG 2.2, from 0 to 1."""
    weights = (0.2126, 0.7152, 0.0722)
    return sum(weight * channel for weight, channel in zip(weights, _linear(color), strict=True))


def mix(color: str, other: str, share: float) -> str:
    """Mix a color with a share of another, from 0 to 1."""
    pairs = zip(_channels(color), _channels(other), strict=True)
    return "#" + "".join(f"{round(own + (added - own) * share):02x}" for own, added in pairs)


def palette(custom: tuple[str, ...]) -> tuple[str, ...]:
    """Return eight colors: the custom ones, then the defaults.

    A default that resembles a custom color is replaced by an unused default.
    """
    spare = [color for color in SERIES_COLORS[: len(custom)] if not _resembles_any(color, custom)]
    return custom + tuple(
        spare.pop(0) if spare and _resembles_any(color, custom) else color
        for color in SERIES_COLORS[len(custom) :]
    )


def _resembles_any(color: str, others: tuple[str, ...]) -> bool:
    return any(dist(_oklab(color), _oklab(other)) < _MIN_DISTANCE for other in others)


def _channels(color: str) -> list[int]:
    return [int(color[n : n + 2], 16) for n in (1, 3, 5)]


def _linear(color: str) -> list[float]:
    shares = [channel / 255 for channel in _channels(color)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]  # noqa: PLR2004


def _oklab(color: str) -> tuple[float, float, float]:
    """Convert to OKLab (Björn Ottosson, “A perceptual color space for image processing”, 2020)."""
    r, g, b = _linear(color)
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    medium = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )
