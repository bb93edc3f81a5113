"""The names of built-in series, and the colors of all series.

A value keeps its color when others come and go: it takes the free color that ranks highest for it
(rendezvous hashing, Thaler and Ravishankar, 1998).
"""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from itertools import chain

from dashapp.domain.access.colors import SERIES_COLORS
from dashapp.domain.language import _, say

SERIES = SERIES_COLORS[:6]  # the most that a chart shows; the last can be the rest
_BLUE, _ORANGE, _TEAL, _PURPLE, _OCHRE, GRAY = SERIES
_FREE = (_BLUE, _PURPLE, _OCHRE, _TEAL, _ORANGE)  # for series without a color of their own
PALETTE = {
    "good": _TEAL,
    "bad": _ORANGE,
    "blue": _BLUE,
    "orange": _ORANGE,
    "teal": _TEAL,
    "purple": _PURPLE,
    "ochre": _OCHRE,
    "gray": GRAY,
}
# A color has one meaning on the whole board: orange is failed, gray is other.
COLOR_OF = {
    "events": _BLUE,
    "api": _BLUE,
    "web": _TEAL,
    "other": GRAY,
    "succeeded": _BLUE,
    "failed": _ORANGE,
    "canceled": _OCHRE,
    "timed_out": _PURPLE,
}
NAME_OF = {
    "events": _("Events"),
    "api": _("API"),
    "web": _("Web"),
    "other": _("Other"),
    "succeeded": _("Succeeded"),
    "failed": _("Failed"),
    "canceled": _("Canceled"),
    "timed_out": _("Timed out"),
}


def name_of(series: str) -> str:
    """The translated name of a built-in series; other names are returned unchanged."""
    return say(NAME_OF[series]) if series in NAME_OF else series


def colors_of(names: Sequence[str], given: Mapping[str, str]) -> dict[str, str]:
    """The color of each series: the one it is given, its fixed one, or one chosen by its name.

    `given` has names of PALETTE or colors such as #2757d0.
    """
    fixed = {
        **{name: COLOR_OF[name] for name in names if name in COLOR_OF},
        **{name: PALETTE.get(given[name], given[name]) for name in names if name in given},
    }
    if len(names) == 1 and not fixed:
        return {names[0]: _FREE[0]}
    colors = dict(fixed)
    for name in sorted(set(names) - set(fixed)):
        free = (color for color in _ranked(name) if color not in colors.values())
        colors[name] = next(chain(free, [GRAY]))
    return colors


def _ranked(name: str) -> list[str]:
    """The free colors in an order that depends only on the name."""
    return sorted(
        _FREE, key=lambda color: blake2b(f"{name} {color}".encode(), digest_size=8).digest()
    )
