"""How a page of a board begins."""

from collections.abc import Sequence
from typing import NamedTuple

from dashapp.domain.time.presets import TimeLimits


class Opening(NamedTuple):
    """What the controls show first, and what they may do.

    `word` is the preset of the range control (None is a custom range), `default` the one that is
    shown where none is asked for, `version` that of the dashboard's layout, `words` the presets
    that can be chosen, `search` the address that was opened, `own_zone` the org's;
    `heading` where no page around the board has one.
    """

    word: str | None
    default: str
    version: int
    words: Sequence[str]
    limits: TimeLimits
    is_compared: bool
    search: str
    own_zone: str
    heading: str | None
