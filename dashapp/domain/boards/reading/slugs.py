"""Slugs of panels that set none: the metric's name, and if needed the drawing and the breakdown.

They do not depend on the order of the panels: conflicts are resolved by the rank of the drawing.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from dashapp.domain.boards.reading.faults import Faults
from dashapp.domain.boards.reading.fields import read_conditions
from dashapp.domain.boards.spec import PanelSpec

_RANK = {"number": 0, "line": 1, "bars": 2, "list": 3, "heatmap": 4, "funnel": 5, "events": 6}
_MAX_LENGTH = 100


class _Candidate(NamedTuple):
    rank: int
    by: str
    place: int


def panel_slugs(
    panels: Sequence[PanelSpec],
    stored: Sequence[PanelSpec] = (),
    current: Callable[[str], str] = str,
) -> list[str]:
    """Return a slug for each panel, in order. Given slugs are kept; duplicates are not resolved.

    A panel that is already stored keeps its stored slug: it is recognized by its metrics, drawing
    and breakdown. `current` returns the current name of a metric.
    """
    slugs = [panel.slug or panel.widget or "" for panel in panels]
    _keep_stored(slugs, panels, stored, current)
    stored_slugs = {panel.slug for panel in stored}
    old_slugs = {old for panel in panels for old in panel.was}
    taken = {*filter(None, slugs), *stored_slugs, *old_slugs}
    for index in _by_rank(panels, slugs):
        options = _options(panels[index])
        if (stored_slugs | old_slugs).intersection(options):
            options += [f"{options[-1]}-{number}" for number in range(2, len(taken) + 3)]
        slugs[index] = next((slug for slug in options if slug not in taken), options[-1])
        taken.add(slugs[index])
    return slugs


def _keep_stored(
    slugs: list[str],
    panels: Sequence[PanelSpec],
    stored: Sequence[PanelSpec],
    current: Callable[[str], str],
) -> None:
    """Set the stored slugs, of equal panels first: two panels may differ only in `where`."""
    used = {*slugs, *(old for panel in panels for old in panel.was)}
    remaining = [panel for panel in stored if panel.slug and panel.slug not in used]
    for identity in (_whole, _recognized):
        for index, panel in enumerate(panels):
            if slugs[index]:
                continue
            key = identity(panel, current)
            match = next((old for old in remaining if identity(old, current) == key), None)
            if match is not None:
                remaining.remove(match)
                slugs[index] = match.slug or ""


def _recognized(panel: PanelSpec, current: Callable[[str], str]) -> tuple[object, ...]:
    names = [panel.metric] if panel.metric else panel.metrics or []
    return [current(name) for name in names], panel.show, panel.by


def _whole(panel: PanelSpec, current: Callable[[str], str]) -> tuple[object, ...]:
    return (*_recognized(panel, current), _conditions(panel), panel.title, panel.text)


def _conditions(panel: PanelSpec) -> tuple[object, ...]:
    return read_conditions(panel.where, (), Faults())


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
