"""Slugs of panels that set none: the metric's name, and if needed the drawing and the breakdown.

They do not depend on the order of the panels: conflicts are resolved by the rank of the drawing.
"""

from collections.abc import Sequence
from typing import NamedTuple

from dashapp.domain.boards.spec import PanelSpec

_RANK = {"number": 0, "line": 1, "bars": 2, "list": 3, "heatmap": 4, "funnel": 5, "events": 6}
_MAX_LENGTH = 100


class _Candidate(NamedTuple):
    rank: int
    by: str
    place: int


def panel_slugs(panels: Sequence[PanelSpec]) -> list[str]:
    """Return a slug for each panel, in order. Given slugs are kept; duplicates are not resolved."""
    slugs = [panel.slug or panel.widget or "" for panel in panels]
    taken = {slug for slug in slugs if slug}
    for index in _by_rank(panels, slugs):
        options = _options(panels[index])
        slugs[index] = next((slug for slug in options if slug not in taken), options[-1])
        taken.add(slugs[index])
    return slugs


def _by_rank(panels: Sequence[PanelSpec], slugs: Sequence[str]) -> list[int]:
    candidates = [
        _Candidate(_RANK.get(panel.show or "", 9), panel.by or "", index)
        for index, panel in enumerate(panels)
        if not slugs[index]
    ]
    return [candidate.place for candidate in sorted(candidates)]


def _options(panel: PanelSpec) -> list[str]:
    """Return the slugs to try, the shortest first."""
    name = panel.metric or "-".join(panel.metrics or ()) or "text"
    base = _slug(name)
    with_show = f"{base}-{panel.show}" if panel.metric or panel.metrics else base
    by = _slug((panel.by or "").removeprefix("properties."))
    return [base, with_show, *([f"{with_show}-{by}"] if by else [])]


def _slug(text: str) -> str:
    return text.replace(".", "-").lower()[:_MAX_LENGTH].strip("-")
