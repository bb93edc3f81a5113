"""What a refresh shows: a panel each, and the head of the board; what a page has, and what is new.

`Head` names what stands around the panels once: callbacks.py wires its fields to components, and
layout.py puts them there when a page begins.
"""

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from dash import no_update

from dashapp.board import ids, states
from dashapp.domain.errors import BadInput
from dashapp.domain.language import _, say
from dashapp.domain.time.instant import parse, to_text, to_us
from dashapp.domain.time.labels import clock_label, previous_label, range_label, zone_label
from dashapp.domain.time.presets import Choice
from dashapp.domain.time.time_range import TimeRange
from dashapp.widgets.answers import Answer
from dashapp.widgets.drawings.element import flatten

State = Literal["loading", "ready", "empty", "error", "stale"]
_log = logging.getLogger(__name__)
_CUSTOM = _("Custom range")
IS_NEW = frozenset({"ready", "empty"})
_SHOWS_NUMBERS = frozenset({"ready", "empty", "stale"})


class BrowserState(NamedTuple):
    """What the browser says it shows now. Untrusted: a lie changes only what it is shown itself."""

    view: str
    states: Sequence[str]
    revision: str
    as_of: str
    is_tick: bool  # nobody asked for anything: the board refreshes itself

    @property
    def moment(self) -> datetime | None:
        """The moment that is shown."""
        try:
            return parse(self.as_of)
        except BadInput:
            return None


class Ways(NamedTuple):
    """What an empty panel can offer: presets to choose, or the end of filters by some fields."""

    words: Sequence[str]
    fields: int


class Drawn(NamedTuple):
    """One panel: its state, its body, its figure, and the moment of its numbers."""

    state: State
    body: Any
    figure: Any
    as_of: Any


class Head(NamedTuple):
    """What stands around the panels."""

    as_of: str
    time_range: str
    view: str
    revision: str
    start: str
    end: str
    zone_name: str
    earlier: str
    later: str
    dates: str
    before: str
    compared: str
    placeholder: str
    zone: str
    as_of_label: str
    chips: Any
    notice: Any
    said: str


# The components that show a field of Head, and which of their properties.
PLACES: dict[str, tuple[str, str]] = {
    "as_of": (ids.BOARD, "data-as-of"),
    "time_range": (ids.BOARD, "data-time-range"),
    "view": (ids.BOARD, "data-view"),
    "revision": (ids.BOARD, "data-revision"),
    "start": (ids.BOARD, "data-start"),
    "end": (ids.BOARD, "data-end"),
    "zone_name": (ids.BOARD, "data-zone"),
    "earlier": (ids.BOARD, "data-earlier"),
    "later": (ids.BOARD, "data-later"),
    "dates": (ids.DATES, "children"),
    "before": (ids.BEFORE, "children"),
    "compared": (ids.BOARD, "data-compared"),
    "placeholder": (ids.RANGE, "placeholder"),
    "zone": (ids.ZONE, "children"),
    "as_of_label": (ids.AS_OF, "children"),
    "chips": (ids.CHIPS, "children"),
    "notice": (ids.NOTICE, "children"),
    "said": (ids.SAID, "children"),
}


class Refresh(NamedTuple):
    """One answer: the panels that were asked for, by slug, and the head."""

    panels: dict[str, Drawn]
    head: Head


def head_of(
    time_range: TimeRange,
    now: datetime,
    *,
    view: str,
    revision: str,
    chips: Any,
    notice: Any,
    is_fixed: bool,
) -> Head:
    """`is_fixed`: other ranges than those in the list may not be had."""
    clock = clock_label(time_range.as_of, time_range.zone, now)
    dates = range_label(time_range)
    title = time_range.preset.title if time_range.preset else _CUSTOM
    return Head(
        as_of=to_text(time_range.as_of),
        time_range=range_word(time_range),
        view=view,
        revision=revision,
        start=to_text(time_range.start),
        end=to_text(time_range.end),
        zone_name=str(time_range.zone),
        earlier="" if is_fixed else _address(time_range.earlier),
        later="" if is_fixed else _address(time_range.later(now)),
        dates=dates,
        before=say("with %(dates)s", dates=previous_label(time_range)),
        compared=time_range.compared.word if time_range.is_compared else "",
        placeholder=say(title),
        zone=zone_label(time_range.zone, time_range.as_of),
        as_of_label=say("Updated %(time)s", time=clock),
        chips=flatten(chips),
        notice=flatten(notice),
        said=say("Showing %(range)s, %(dates)s", range=say(title), dates=dates),
    )


def _address(choice: Choice | None) -> str:
    """A step in time as the board's script reads it: the parameters it sets, joined by `|`."""
    if choice is None:
        return ""
    parts = (choice.time_range, choice.as_of, choice.from_, choice.to)
    return "|".join(part or "" for part in parts)


def range_word(time_range: TimeRange) -> str:
    """The preset's word, or `FROM/TO` of a custom range."""
    if time_range.preset:
        return time_range.preset.word
    return f"{to_text(time_range.start)}/{to_text(time_range.end)}"


def mark_of(number: str, time_range: TimeRange, version: int) -> str:
    """The same text means the same numbers, but for events that a moving bound has passed.

    The org's revision, and which buckets there are: those at the ends may be cut. The version of
    the dashboard's layout comes last: board.js loads a new page for a new one.
    """
    starts = [bucket.start for bucket in time_range.buckets]
    return f"{number}-{to_us(starts[min(1, len(starts) - 1)])}-{to_us(starts[-1])}-{version}"


def masked(org_id: int, number: int, secret: bytes) -> str:
    """How much an org writes is not for those who see a part of it."""
    said = f"{org_id}:{number}".encode()
    return hashlib.blake2b(said, key=secret, digest_size=9).hexdigest()


def is_current(shown: BrowserState, view: str, mark: str) -> bool:
    """Whether a tick would show what is shown. A panel that failed is asked again."""
    is_whole = all(state in IS_NEW for state in shown.states)
    return shown.is_tick and is_whole and (shown.view, shown.revision) == (view, mark)


def drawn(
    slug: str,
    found: Answer | None,
    time_range: TimeRange,
    shown: str | None,
    *,
    ways: Ways,
) -> Drawn:
    """A panel's new content. Where its question failed, numbers of the same view stay, as old."""
    if found is None:
        return _told("error", states.not_here())
    if found.widget is None:
        return _told("error", states.unknown_widget(slug))
    if found.status == "error":
        return _failed(shown)
    as_of = to_text(time_range.as_of)
    note = states.unfiltered(found.unfiltered)
    if found.status == "empty":
        is_filtered = ways.fields > len(found.unfiltered)
        body = states.empty(time_range, ways.words, is_filtered=is_filtered)
        return Drawn("empty", flatten([*note, body]), no_update, as_of)
    try:
        painted = found.widget.draw.paint(found.widget, found.rows, time_range)
    except Exception:  # noqa: BLE001 - a fault stays in its panel
        _log.exception("drawing failed", extra={"panel": slug})
        return _failed(shown)
    figure = painted.figure if painted.figure is not None else no_update
    return Drawn("ready", flatten(_with_note(note, painted.children)), figure, as_of)


def _with_note(note: list[Any], children: Any) -> Any:
    """What a drawing made, under a note on filters where there is one."""
    return [*note, *(children if isinstance(children, list) else [children])] if note else children


def together(
    panels: dict[str, Drawn], time_range: TimeRange, ways: Ways
) -> tuple[dict[str, Drawn], Any]:
    """What several panels would say, once: quieter panels, and what is said above them."""
    found = {slug: panel.state for slug, panel in panels.items()}
    if len(found) > 1 and set(found.values()) == {"error"}:
        return _quieter(panels, list(found)), states.all_failed()
    if len(found) > 1 and set(found.values()) == {"empty"}:
        said = states.all_empty(time_range, ways.words, is_filtered=ways.fields > 0)
        return _quieter(panels, list(found)), said
    empty = [slug for slug, state in found.items() if state == "empty"]
    return _quieter(panels, empty[1:]), None  # the first one offers the way out


def _quieter(panels: dict[str, Drawn], slugs: Sequence[str]) -> dict[str, Drawn]:
    return {
        slug: one._replace(body=flatten(states.quiet(one.state))) if slug in slugs else one
        for slug, one in panels.items()
    }


def _told(state: State, body: Any) -> Drawn:
    return Drawn(state, body if body is no_update else flatten(body), no_update, no_update)


def _failed(shown: str | None) -> Drawn:
    if shown in _SHOWS_NUMBERS:
        return _told("stale", no_update)
    return _told("error", states.failed())
