"""How the values of a panel are shown: unit, names and colors. The numbers do not depend on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Look:
    """All texts are English and translated when shown.

    `unit` is an ISO 4217 code, `percent` (a share from 0 to 1), `%` (0 to 100), `ms`, `s`, `min`,
    `bytes`, another short text, or None for plain numbers. `decimals` fixes the number of decimals.
    `title` names the values and `label` the field that they are broken down by. `names` and
    `colors` are those of the field's values; a color is `good`, `bad`, or one of the palette.
    `more` has the titles of a list's other metrics, by metric. `titles_of`, `units_of` and
    `names_of` (of values) are those of the fields that an event table shows. `is_additive` says
    whether a total is the sum of its parts. `is_count` says that the values count something: a
    chart of nothing but zeros is then empty, even if the values do not add up. `is_extreme` says
    that a value is the highest or lowest one, which tells nothing about the others.
    """

    unit: str | None = None
    decimals: int | None = None
    title: str = ""
    label: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    colors: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, str] = field(default_factory=dict)
    titles_of: Mapping[str, str] = field(default_factory=dict)
    units_of: Mapping[str, str] = field(default_factory=dict)
    names_of: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    is_additive: bool = True
    is_count: bool = False
    is_extreme: bool = False
