"""The content of a refresh: the panels, and the head, which is everything around them.

callbacks.py connects the fields of `Head` to components, and layout.py fills the same components of
a new page.
"""

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from dash import no_update

from dashapp.board import ids, states
from dashapp.board.controls.comparison import comparison_label
from dashapp.board.island import ShownIsland, encode, step_of
from dashapp.domain.errors import BadInput
from dashapp.domain.language import _, say
from dashapp.domain.time.instant import parse, to_text, to_us
from dashapp.domain.time.labels import clock_label, range_label, zone_label
from dashapp.domain.time.time_range import TimeRange
from dashapp.widgets.answers import Answer
from dashapp.widgets.drawings.element import flatten
from dashapp.widgets.drawings.traces import check_traces

State = Literal["loading", "ready", "empty", "error", "stale"]
_log = logging.getLogger(__name__)
_CUSTOM = _("Custom range")
_IS_CURRENT = frozenset({"ready", "empty"})
_SHOWS_NUMBERS = frozenset({"ready", "empty", "stale"})


class BrowserState(NamedTuple):
    """What the browser says it shows. Untrusted: it affects only what the same browser is sent."""

    view: str
    states: Sequence[str]
    revision: str
    as_of: str
    is_tick: bool  # an automatic refresh

    @property
    def moment(self) -> datetime | None:
        """The moment of the numbers; None if it is invalid."""
        try:
            return parse(self.as_of)
        except BadInput:
            return None


class Offers(NamedTuple):
    """What an empty panel can offer: other presets, or the removal of filters on some fields."""

    presets: Sequence[str]
    fields: int


class DrawnPanel(NamedTuple):
    """One panel: its state, its body, its figure, and the moment of its numbers."""

    state: State
    body: Any
    figure: Any
    as_of: Any


class Head(NamedTuple):
    """What is around the panels."""

    as_of: str
    time_range: str
    shown: str  # JSON for scripts
    dates: str
    before: str
    placeholder: str
    zone: str
    as_of_label: str
    chips: Any
    notice: Any
    announcement: str  # for screen readers
    comparisons: Any = None  # the items of the menu, if viewers have one


# The component and the property that show each field of Head.
PLACES: dict[str, tuple[str, str]] = {
    "as_of": (ids.BOARD, "data-as-of"),
    "time_range": (ids.BOARD, "data-time-range"),
    "shown": (ids.SHOWN, "children"),
    "dates": (ids.DATES, "children"),
    "before": (ids.BEFORE, "children"),
    "comparisons": (ids.COMPARISONS, "children"),
    "placeholder": (ids.RANGE, "placeholder"),
    "zone": (ids.ZONE, "children"),
    "as_of_label": (ids.AS_OF, "children"),
    "chips": (ids.CHIPS, "children"),
    "notice": (ids.NOTICE, "children"),
    "announcement": (ids.ANNOUNCEMENT, "children"),
}


class Refresh(NamedTuple):
    """One response: the requested panels, by slug, and the head."""

    panels: dict[str, DrawnPanel]
    head: Head


def head_of(
    time_range: TimeRange,
    now: datetime,
    *,
    view: str,
    revision: str,
    layout_version: int,
    chips: Any,
    notice: Any,
    is_fixed: bool,
) -> Head:
    """Return the head. `is_fixed` means that viewers can choose only presets."""
    clock = clock_label(time_range.as_of, time_range.zone, now)
    shown = ShownIsland(
        layout_version=layout_version,
        view=view,
        revision=revision,
        as_of=to_text(time_range.as_of),
        start=to_text(time_range.start),
        end=to_text(time_range.end),
        zone=str(time_range.zone),
        earlier=None if is_fixed else step_of(time_range.earlier),
        later=None if is_fixed else step_of(time_range.later(now)),
        comparison=time_range.compared.word if time_range.is_compared else "",
    )
    dates = range_label(time_range)
    title = time_range.preset.title if time_range.preset else _CUSTOM
    return Head(
        as_of=shown.as_of,
        time_range=range_word(time_range),
        shown=encode(shown),
        dates=dates,
        before=comparison_label(time_range),
        placeholder=say(title),
        zone=zone_label(time_range.zone, time_range.as_of),
        as_of_label=say("Updated %(time)s", time=clock),
        chips=flatten(chips),
        notice=flatten(notice),
        announcement=say("Showing %(range)s, %(dates)s", range=say(title), dates=dates),
    )


def range_word(time_range: TimeRange) -> str:
    """Return the preset's word, or `FROM/TO` for a custom range."""
    if time_range.preset:
        return time_range.preset.word
    return f"{to_text(time_range.start)}/{to_text(time_range.end)}"


def revision_tag(number: str, time_range: TimeRange, version: int) -> str:
    """Return a text that changes when the numbers of a view may have changed.

    It contains the org's revision, the edges of the buckets and the version of the layout. It does
    not change when events enter or leave the range because time has passed: see `has_moved`.
    """
    starts = [bucket.start for bucket in time_range.buckets]
    return f"{number}-{to_us(starts[min(1, len(starts) - 1)])}-{to_us(starts[-1])}-{version}"


def masked_revision(org_id: int, number: int, secret: bytes) -> str:
    """Return a hash of the revision: a filtered viewer must not learn how much an org writes."""
    revision = f"{org_id}:{number}".encode()
    return hashlib.blake2b(revision, key=secret, digest_size=9).hexdigest()


def is_current(browser: BrowserState, view: str, tag: str) -> bool:
    """Return whether the browser shows the current numbers. Panels that failed are not current."""
    has_no_failure = all(state in _IS_CURRENT for state in browser.states)
    return browser.is_tick and has_no_failure and (browser.view, browser.revision) == (view, tag)


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

    Returns the panels, and the message to show above them if all failed or all are empty.
    """
    panel_states = {slug: panel.state for slug, panel in panels.items()}
    if len(panels) > 1 and set(panel_states.values()) == {"error"}:
        return _shortened(panels, list(panels)), states.all_failed()
    if len(panels) > 1 and set(panel_states.values()) == {"empty"}:
        message = states.all_empty(time_range, offers.presets, is_filtered=offers.fields > 0)
        return _shortened(panels, list(panels)), message
    empty = [slug for slug, state in panel_states.items() if state == "empty"]
    return _shortened(panels, empty[1:]), None  # the first empty panel keeps its full message


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
    return _replaced("error", states.failed())
