"""A panel's new content: its drawing, or a message without numbers."""

import logging
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from dash import no_update

from dashapp.board import states
from dashapp.domain.time.instant import to_text
from dashapp.domain.time.time_range import TimeRange
from dashapp.widgets.answers import Answer
from dashapp.widgets.drawings.element import flatten
from dashapp.widgets.drawings.traces import check_traces

State = Literal["loading", "ready", "empty", "error", "stale"]
_SHOWS_NUMBERS = frozenset({"ready", "empty", "stale"})
_log = logging.getLogger(__name__)


class Offers(NamedTuple):
    """What an empty panel can offer: other presets, or the removal of filters on some fields."""

    presets: Sequence[str]
    fields: int


class DrawnPanel(NamedTuple):
    """One panel: its state, its body, its figure, and the moment of its numbers.

    An unexplained error says only that the panel could not be loaded.
    """

    state: State
    body: Any
    figure: Any
    as_of: Any
    is_unexplained: bool = False


def draw_panel(
    slug: str,
    answer: Answer | None,
    time_range: TimeRange,
    state: str | None,
    *,
    offers: Offers,
) -> DrawnPanel:
    """Return a panel's new content. `state` is the old one, or None if the view has changed.

    If the query failed, numbers of the same view stay and are marked as stale.
    """
    if answer is None:
        return _replaced("error", states.removed_panel())
    if answer.widget is None:
        return _replaced("error", states.unknown_widget(slug))
    if answer.status == "error":
        return _failed(state, is_too_slow=answer.is_too_slow)
    as_of = to_text(time_range.as_of)
    note = states.unfiltered(answer.unfiltered)
    if answer.status == "empty":
        is_filtered = offers.fields > len(answer.unfiltered)
        body = states.empty(time_range, offers.presets, is_filtered=is_filtered)
        return DrawnPanel("empty", flatten([*note, body]), no_update, as_of)
    try:
        painted = answer.widget.draw.paint(answer.widget, answer.rows, time_range)
        check_traces(slug, painted.figure)
    except Exception:  # noqa: BLE001 - only this panel fails
        _log.exception("drawing failed", extra={"panel": slug})
        return _failed(state)
    figure = painted.figure if painted.figure is not None else no_update
    return DrawnPanel("ready", flatten(_with_note(note, painted.children)), figure, as_of)


def _with_note(note: list[Any], children: Any) -> Any:
    """Return a drawing below the note on filters, if there is one."""
    return [*note, *(children if isinstance(children, list) else [children])] if note else children


def combine_messages(
    panels: dict[str, DrawnPanel], time_range: TimeRange, offers: Offers
) -> tuple[dict[str, DrawnPanel], Any]:
    """Replace messages that panels would repeat by short ones.

    Returns the panels, and the message to show above them if several failed or all are empty.
    """
    panel_states = {slug: panel.state for slug, panel in panels.items()}
    if len(panels) > 1 and set(panel_states.values()) == {"error"}:
        return _shortened(panels, list(panels)), states.all_failed()
    if len(panels) > 1 and set(panel_states.values()) == {"empty"}:
        message = states.all_empty(time_range, offers.presets, is_filtered=offers.fields > 0)
        return _shortened(panels, list(panels)), message
    empty = [slug for slug, state in panel_states.items() if state == "empty"]
    failed = [slug for slug, panel in panels.items() if panel.is_unexplained]
    panels = _shortened(panels, empty[1:])  # the first empty panel keeps its full message
    if len(failed) > 1:
        return _shortened(panels, failed), states.some_failed(len(failed), len(panels))
    return panels, None


def _shortened(panels: dict[str, DrawnPanel], slugs: Sequence[str]) -> dict[str, DrawnPanel]:
    return {
        slug: panel._replace(body=flatten(states.short_message(panel.state)))
        if slug in slugs
        else panel
        for slug, panel in panels.items()
    }


def _replaced(state: State, body: Any) -> DrawnPanel:
    return DrawnPanel(state, body if body is no_update else flatten(body), no_update, no_update)


def _failed(state: str | None, *, is_too_slow: bool = False) -> DrawnPanel:
    if is_too_slow:
        return _replaced("error", states.too_slow())
    if state in _SHOWS_NUMBERS:
        return _replaced("stale", no_update)
    return _replaced("error", states.failed())._replace(is_unexplained=True)
