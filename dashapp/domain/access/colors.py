"""Colours as `#rrggbb`: how well they can be told apart, and how one is mended until it can.

Contrast is that of WCAG 2.2; distances are taken in OKLab, where equal steps look equal.
"""

from math import dist

# What drawings use, in the order of the tokens --chart-1 to --chart-8. The same in light and dark.
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
_ALIKE = 0.09  # in OKLab: closer than this, two lines look like one


def with_contrast(colour: str, surfaces: tuple[str, ...], ratio: float) -> str:
    """The colour, mixed with black or white until it has this contrast with all the surfaces."""
    towards = "#000000" if luminance(surfaces[0]) > 0.5 else "#ffffff"  # noqa: PLR2004
    for step in range(101):
        candidate = mix(colour, towards, step / 100)
        if all(contrast(candidate, surface) >= ratio for surface in surfaces):
            return candidate
    raise AssertionError("black or white reads on every surface of ours")


def text_color_on(colour: str) -> str:
    """Black or white: one of the two always reads, 4.58 to 1 at least."""
    return max(("#ffffff", "#000000"), key=lambda text: contrast(colour, text))


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2, from 0 to 1."""
    weights = (0.2126, 0.7152, 0.0722)
    return sum(weight * part for weight, part in zip(weights, _linear(colour), strict=True))


def mix(colour: str, other: str, part: float) -> str:
    """The colour with that part of another in it."""
    pairs = zip(_parts(colour), _parts(other), strict=True)
    return "#" + "".join(f"{round(own + (more - own) * part):02x}" for own, more in pairs)


def palette(own: tuple[str, ...]) -> tuple[str, ...]:
    """The given colours first, then ours, eight in all.

    One of ours that looks like one of the given is replaced by one of ours that is free.
    """
    spare = [colour for colour in SERIES_COLORS[: len(own)] if not _is_like_any(colour, own)]
    return own + tuple(
        spare.pop(0) if spare and _is_like_any(colour, own) else colour
        for colour in SERIES_COLORS[len(own) :]
    )


def _is_like_any(colour: str, others: tuple[str, ...]) -> bool:
    return any(dist(_oklab(colour), _oklab(other)) < _ALIKE for other in others)


def _parts(colour: str) -> list[int]:
    return [int(colour[n : n + 2], 16) for n in (1, 3, 5)]


def _linear(colour: str) -> list[float]:
    shares = [part / 255 for part in _parts(colour)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]  # noqa: PLR2004


def _oklab(colour: str) -> tuple[float, float, float]:
    """Björn Ottosson, “A perceptual color space for image processing” (2020)."""
    r, g, b = _linear(colour)
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    medium = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )
