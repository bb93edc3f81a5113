"""What a new page of a board shows first."""

from collections.abc import Sequence
from typing import NamedTuple

from dashapp.domain.time.presets import TimeLimits


class Opening(NamedTuple):
    """What the controls show first, and what viewers can choose.

    `word` is the preset of the range control (None for a custom range), `default` the preset
    without one in the URL, `version` that of the layout, `words` the presets of the control,
    `search` the query of the URL, `own_zone` the org's zone, and `heading` the title of an
    embedded board, whose page has no other.
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
