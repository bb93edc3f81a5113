"""What a new page of a board shows first."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dashapp.domain.time.presets import TimeLimits
from dashapp.widgets.drill.offers import Offer
from dashapp.widgets.placing.charted import Chart


class Opening(NamedTuple):
    """What the controls show first, and what viewers can choose.

    `word` is the preset that the range control shows (None for a custom range) and `words` are the
    presets that it lists. `default` is the preset if the URL has none. `version` is that of the
    layout, `search` the query string of the URL, and `heading` the title of an embedded board,
    whose page has no other heading. `offers` is what is behind the numbers of each panel.
    `can_edit` is whether this person may edit the dashboard. `chart` is the large chart, for which
    number cards choose a metric.
    """

    word: str | None
    default: str
    version: int
    words: Sequence[str]
    limits: TimeLimits
    is_compared: bool
    search: str
    org_zone: str
    heading: str | None
    offers: Mapping[str, Offer]
    can_edit: bool = False
    chart: Chart | None = None

    @property
    def is_embedded(self) -> bool:
        """Whether the viewers have no account here."""
        return self.heading is not None
