"""The steps of a heat map in shades of one color.

Steps 1 to 3 have dark ink and steps 4 and 5 light ink in light mode; in dark mode, it is the other
way round. `assets/css/tokens.css` has the inks, and the steps of the default color.
"""

from dashapp.domain.access.colors import mix, with_contrast

_MIN_CONTRAST = 4.5  # WCAG 2.2, AA, between a number and its cell
_WHITE, _BLACK = "#ffffff", "#000000"
# The ink on steps 1 to 3, and on steps 4 and 5.
INKS = {"light": ("#151922", "#ffffff"), "dark": ("#ffffff", "#0d0f13")}
_LIGHT_SHARES = (0.17, 0.42, 0.7)  # of the color, in white
_DARK_SHARES = (0.3, 0.52, 0.8)  # of the color, in the dark surface
_DEEP, _PALE, _PALEST = 0.45, 0.3, 0.7  # of black or white, in the color


def heat_variables(color: str, surface: str, mode: str) -> dict[str, str]:
    """Return the CSS variables --heat-1 to --heat-5 in shades of a color, for one mode."""
    ink, inverse = INKS[mode]
    shares = _LIGHT_SHARES if mode == "light" else _DARK_SHARES
    low = [with_contrast(mix(surface, color, share), (ink,), _MIN_CONTRAST) for share in shares]
    strong = (color, mix(color, _BLACK, _DEEP))
    pale = (mix(color, _WHITE, _PALE), mix(color, _WHITE, _PALEST))
    high = [
        with_contrast(shade, (inverse,), _MIN_CONTRAST)
        for shade in (strong if mode == "light" else pale)
    ]
    return {f"--heat-{number}": shade for number, shade in enumerate((*low, *high), 1)}
