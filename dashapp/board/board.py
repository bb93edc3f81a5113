"""What a refresh answers: one range, one snapshot, every panel of the dashboard in scope."""

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple
from urllib.parse import parse_qs

from dash import no_update
from dash.exceptions import PreventUpdate
from flask import request
from sqlalchemy.orm import Session

from dashapp.board import layout, states
from dashapp.domain.errors import BadInput
from dashapp.domain.instant import parse, to_text, to_us
from dashapp.domain.labels import clock_label, range_label, zone_label
from dashapp.domain.language import _, say
from dashapp.domain.scope import Scope
from dashapp.domain.time_range import Choice, TimeRange, opening_preset, preset_of
from dashapp.queries.changes import has_events_between, revision
from dashapp.queries.saved_dashboards import has_events, saved_panels
from dashapp.store.engine import Store
from dashapp.widgets.answers import Answer, answer
from dashapp.widgets.catalog import Catalog
from dashapp.widgets.placed import placed

State = Literal["loading", "ready", "empty", "error", "stale"]
_log = logging.getLogger(__name__)
_MOST_FIELDS = 50
_IS_NEW = frozenset({"ready", "empty"})
_SHOWS_NUMBERS = frozenset({"ready", "empty", "stale"})


class Shown(NamedTuple):
    """What the browser says it shows now. Untrusted: a lie changes only what it is shown itself."""

    view: str
    states: Sequence[str]
    revision: str
    as_of: str
    is_tick: bool  # nobody asked for anything: the board refreshes itself


class Refresh(NamedTuple):
    """One answer, in the order of the callback's outputs."""

    figures: list[Any]
    bodies: list[Any]
    states: list[State]
    panel_as_of: list[Any]
    as_of: str
    time_range: str
    view: str
    revision: str
    dates: str
    zone: str
    as_of_label: str
    notice: Any


class _Panel(NamedTuple):
    state: State
    body: Any
    figure: Any


class _Asked(NamedTuple):
    """Answers by panel, the mark of what they are as of, and whether the org has no events yet."""

    answers: dict[str, Answer]
    mark: str
    is_new: bool


@dataclass(frozen=True)
class Board:
    store: Store
    catalog: Catalog
    clock: Callable[[], datetime]
    public_url: str | None
    mask: bytes  # a secret: what is sent to embedded viewers in place of counters is made with it

    def layout(self, scope: Scope, search: str) -> Any:
        """The frame of the scope's dashboard."""
        with self.store.reading(scope) as session:
            panels = saved_panels(session, scope)
        preset = preset_of(choice_of(search), scope.opens_with, scope.limits)
        opening = opening_preset(scope.opens_with, scope.limits).word
        return layout.board(
            [(panel, placed(self.catalog, panel)) for panel in panels],
            layout.Opening(
                word=preset.word if preset else None,
                default=opening,
                version=scope.layout_version,
                words=(opening,) if scope.limits.is_locked else scope.limits.presets,
                is_locked=scope.limits.is_locked,
            ),
        )

    def time_range(self, scope: Scope, search: str) -> TimeRange:
        """The range that an address asks for. Raises BadInput."""
        return scope.time_range(choice_of(search), now=self.clock())

    def refresh(
        self, scope: Scope, search: str, panels: Sequence[str], figures: Sequence[str], shown: Shown
    ) -> Refresh:
        """Fill the panels that the browser has; one that the dashboard does not hold is an error.

        Raises BadInput for an address that cannot be understood, PreventUpdate (a 204) where a
        tick has nothing new to show.
        """
        time_range, view = self.time_range(scope, search), _view(search)
        asked = self._ask(scope, time_range, view, panels, shown)
        before = dict(zip(panels, shown.states, strict=True)) if shown.view == view else {}
        drawn = {
            slug: _drawn(slug, asked.answers.get(slug), time_range, before.get(slug))
            for slug in panels
        }
        as_of = to_text(time_range.as_of)
        clock = clock_label(time_range.as_of, time_range.zone, self.clock())
        return Refresh(
            figures=[drawn[slug].figure for slug in figures],
            bodies=[panel.body for panel in drawn.values()],
            states=[panel.state for panel in drawn.values()],
            panel_as_of=[
                as_of if panel.state in _IS_NEW else no_update for panel in drawn.values()
            ],
            as_of=as_of,
            time_range=range_word(time_range),
            view=view,
            revision=asked.mark,
            dates=range_label(time_range),
            zone=zone_label(time_range.zone, time_range.as_of),
            as_of_label=say("as of %(time)s", time=clock),
            notice=self._first_event(scope) if asked.is_new and not scope.is_embedded else None,
        )

    def _ask(
        self,
        scope: Scope,
        time_range: TimeRange,
        view: str,
        panels: Sequence[str],
        shown: Shown,
    ) -> _Asked:
        """What the database says, in one snapshot. Raises PreventUpdate for an idle tick."""
        with self.store.reading(scope) as session:
            number = revision(session, scope)
            said = self._masked(scope, number) if scope.is_embedded else str(number)
            mark = _mark(said, time_range, scope.layout_version)
            if _is_current(shown, view, mark) and not _has_come(session, scope, shown, time_range):
                raise PreventUpdate
            wanted = [panel for panel in saved_panels(session, scope) if panel.widget in panels]
            answers = answer(session, scope, self.catalog, wanted, time_range)
            return _Asked({one.slug: one for one in answers}, mark, not has_events(session, scope))

    def _masked(self, scope: Scope, number: int) -> str:
        """How much an org writes is not for those who see a part of it."""
        said = f"{scope.org_id}:{number}".encode()
        return hashlib.blake2b(said, key=self.mask, digest_size=9).hexdigest()

    def _first_event(self, scope: Scope) -> Any:
        address = self.public_url or request.host_url.rstrip("/")
        return states.first_event(scope.org.slug, address)


def _mark(number: str, time_range: TimeRange, version: int) -> str:
    """The same text means the same numbers: the org's revision, and which buckets there are.

    The version of the dashboard's layout stands last: board.js loads a new page for a new one.
    """
    last = time_range.buckets[-1].start
    return f"{number}-{to_us(time_range.start)}-{to_us(last)}-{version}"


def _is_current(shown: Shown, view: str, mark: str) -> bool:
    """Whether a tick would show what is shown. A panel that failed is asked again."""
    is_whole = all(state in _IS_NEW for state in shown.states)
    return shown.is_tick and is_whole and (shown.view, shown.revision) == (view, mark)


def _has_come(session: Session, scope: Scope, shown: Shown, time_range: TimeRange) -> bool:
    """Whether the time of an event that was stored ahead of it has come since."""
    try:
        since = to_us(parse(shown.as_of))
    except BadInput:
        return True
    return has_events_between(session, scope, since, to_us(time_range.as_of))


def choice_of(search: str) -> Choice:
    """What an address asks for: the first of each parameter, everything else ignored.

    Raises BadInput.
    """
    try:
        found = parse_qs(search.removeprefix("?"), max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise BadInput(_("That address has too many parameters.")) from None

    def first(name: str) -> str | None:
        return found[name][0] if name in found else None

    return Choice(first("time_range"), first("as_of"), first("from"), first("to"), first("tz"))


def range_word(time_range: TimeRange) -> str:
    """The preset's word, or `FROM/TO` of a custom range."""
    if time_range.preset:
        return time_range.preset.word
    return f"{to_text(time_range.start)}/{to_text(time_range.end)}"


def _view(search: str) -> str:
    """What was asked for, as one text: the same text, the same view."""
    return "|".join(part or "" for part in choice_of(search))


def _drawn(slug: str, found: Answer | None, time_range: TimeRange, shown: str | None) -> _Panel:
    """A panel's new content. Where its question failed, numbers of the same view stay, as old."""
    if found is None:
        return _Panel("error", states.not_here(), no_update)
    if found.widget is None:
        return _Panel("error", states.unknown_widget(slug), no_update)
    if found.status == "error":
        return _failed(shown)
    if found.status == "empty":
        return _Panel("empty", states.empty(time_range), no_update)
    try:
        painted = found.widget.draw.paint(found.widget, found.rows, time_range)
    except Exception:  # noqa: BLE001 - a fault stays in its panel
        _log.exception("drawing failed", extra={"panel": slug})
        return _failed(shown)
    figure = painted.figure if painted.figure is not None else no_update
    return _Panel("ready", painted.children, figure)


def _failed(shown: str | None) -> _Panel:
    if shown in _SHOWS_NUMBERS:
        return _Panel("stale", no_update, no_update)
    return _Panel("error", states.failed(), no_update)
