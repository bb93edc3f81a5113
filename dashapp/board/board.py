"""A dashboard as a page: its panels, filled when it begins, and what every refresh answers."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from dash.exceptions import PreventUpdate
from flask import request
from sqlalchemy.orm import Session

from dashapp.board import layout, states
from dashapp.board.opening import Opening
from dashapp.board.refresh import (
    Refresh,
    Shown,
    Ways,
    drawn,
    head_of,
    is_current,
    mark_of,
    masked,
    together,
)
from dashapp.domain.access.roles import Role
from dashapp.domain.access.scope import Scope
from dashapp.domain.access.view import View, asked_by, ignored, view_of
from dashapp.domain.errors import DashappError
from dashapp.domain.language import say
from dashapp.domain.time.presets import opening_preset, preset_of
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.changes import has_moved, revision
from dashapp.queries.saved_dashboards import Panel, has_events, saved_panels
from dashapp.store.engine import Store
from dashapp.widgets.answers import Answer, answer
from dashapp.widgets.catalog import Catalog
from dashapp.widgets.chosen import Chip, chips
from dashapp.widgets.placed import placed

_log = logging.getLogger(__name__)
_NOTHING_YET = Shown("", (), "", "", is_tick=False)


class _Asked(NamedTuple):
    """Answers by panel, the mark of what they are as of, and whether the org has no events yet."""

    answers: dict[str, Answer]
    mark: str
    chips: list[Chip]
    is_new: bool


@dataclass(frozen=True)
class Board:
    store: Store
    catalog: Catalog
    clock: Callable[[], datetime]
    public_url: str | None
    mask: bytes  # a secret: what is sent to embedded viewers in place of counters is made with it

    def layout(self, scope: Scope, search: str) -> Any:
        """The scope's dashboard, with its numbers."""
        with self.store.reading(scope) as session:
            panels = saved_panels(session, scope)
        view = view_of(asked_by(search))
        preset = preset_of(view.choice, scope.opens_with, scope.limits)
        opening = opening_preset(scope.opens_with, scope.limits).word
        return layout.board(
            [(panel, placed(self.catalog, panel)) for panel in panels],
            Opening(
                word=preset.word if preset else None,
                default=opening,
                version=scope.layout_version,
                words=(opening,) if scope.limits.is_locked else scope.limits.menu,
                limits=scope.limits,
                is_compared=view.is_compared,
                search=search,
                own_zone=scope.org.timezone,
                heading=say(scope.title) if scope.is_embedded else None,
            ),
            self._first(scope, search, panels),
        )

    def _first(self, scope: Scope, search: str, panels: Sequence[Panel]) -> Refresh | None:
        """What a page begins with. None where it failed: each panel then says so, with a way on."""
        try:
            return self.refresh(scope, search, [panel.widget for panel in panels], _NOTHING_YET)
        except DashappError:
            raise
        except Exception:  # noqa: BLE001 - whatever it is, the panels say so
            _log.exception("a page begins without numbers")
            return None

    def shapes(self, scope: Scope, search: str) -> list[str]:
        """What stands where the panels will be. Raises BadInput where no board can be shown."""
        view = view_of(asked_by(search))
        self._time_range(scope, view, self.clock())
        with self.store.reading(scope) as session:
            panels = saved_panels(session, scope)
        chips(self.catalog, panels, view.chosen)
        return [layout.look_of(placed(self.catalog, panel)) for panel in panels]

    def _time_range(self, scope: Scope, view: View, now: datetime) -> TimeRange:
        return scope.time_range(view.choice, now=now, comparison=view.comparison)

    def refresh(self, scope: Scope, search: str, panels: Sequence[str], shown: Shown) -> Refresh:
        """Fill the panels that the browser has; one that the dashboard does not hold is an error.

        Raises BadInput for an address that cannot be understood, PreventUpdate (a 204) where a
        tick has nothing new to show.
        """
        view, now = view_of(asked_by(search)), self.clock()
        time_range = self._time_range(scope, view, now)
        asked = self._ask(scope, time_range, view, panels, shown)
        words = () if scope.limits.is_locked else scope.limits.menu
        ways = Ways(words, len(view.chosen))
        before = dict(zip(panels, shown.states, strict=False)) if shown.view == view.name else {}
        filled = {
            slug: drawn(slug, asked.answers.get(slug), time_range, before.get(slug), ways=ways)
            for slug in panels
        }
        filled, said = together(filled, time_range, ways)
        return Refresh(
            filled,
            head_of(
                time_range,
                now,
                view=view.name,
                revision=asked.mark,
                chips=states.chips(asked.chips),
                notice=self._notice(scope, search, said, is_new=asked.is_new),
                is_fixed=scope.limits.is_restricted,
            ),
        )

    def _ask(
        self,
        scope: Scope,
        time_range: TimeRange,
        view: View,
        panels: Sequence[str],
        shown: Shown,
    ) -> _Asked:
        """What the database says, in one snapshot. Raises PreventUpdate for an idle tick."""
        with self.store.reading(scope) as session:
            number = revision(session, scope)
            said = masked(scope.org_id, number, self.mask) if scope.is_embedded else str(number)
            mark = mark_of(said, time_range, scope.layout_version)
            if is_current(shown, view.name, mark) and not self._has_moved(
                session, scope, shown, view, time_range
            ):
                raise PreventUpdate
            saved = saved_panels(session, scope)
            found = answer(
                session,
                scope,
                self.catalog,
                saved,
                time_range,
                chosen=view.chosen,
                only=panels,
            )
            return _Asked(
                {one.slug: one for one in found},
                mark,
                chips(self.catalog, saved, view.chosen),
                not has_events(session, scope),
            )

    def _has_moved(
        self, session: Session, scope: Scope, shown: Shown, view: View, time_range: TimeRange
    ) -> bool:
        """Whether the ranges hold other events than at the moment that the browser shows."""
        if shown.moment is None or shown.moment > time_range.now:
            return True
        return has_moved(session, scope, self._time_range(scope, view, shown.moment), time_range)

    def _notice(self, scope: Scope, search: str, said: Any, *, is_new: bool) -> Any:
        """What is said above the panels: of all of them together, and of the address."""
        of_board = self._first_event(scope) if is_new else said
        notices = (of_board, states.ignored(ignored(asked_by(search))))
        return [notice for notice in notices if notice is not None] or None

    def _first_event(self, scope: Scope) -> Any:
        """A command only for those who may make a key."""
        if scope.is_embedded or scope.role not in {Role.OWNER, Role.ADMIN}:
            return states.no_events()
        address = self.public_url or request.host_url.rstrip("/")
        return states.first_event(scope.org.slug, address)
