"""A dashboard as a Dash page: its layout with the first numbers, and its refreshes."""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from dash.exceptions import PreventUpdate
from flask import request
from sqlalchemy.orm import Session

from dashapp.board import first_run, layout, sentence, states
from dashapp.board.controls.comparison import comparison_items
from dashapp.board.opening import Opening
from dashapp.board.panels import Offers, combine_messages, draw_panel
from dashapp.board.refresh import (
    BrowserState,
    Refresh,
    head_of,
    is_current,
    masked_revision,
    revision_tag,
)
from dashapp.domain.access.dashboard import Opened
from dashapp.domain.access.roles import Role
from dashapp.domain.access.scope import Scope
from dashapp.domain.access.view import View, ignored_params, parse_search, view_of
from dashapp.domain.errors import DashappError
from dashapp.domain.language import _, say
from dashapp.domain.time.presets import opening_preset, preset_of
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.changes import has_moved, revision
from dashapp.queries.questions.ranges import comparable_from
from dashapp.queries.saved_dashboards import has_events
from dashapp.store.people.member_list import administrators
from dashapp.widgets.drill.offers import Offer, offers
from dashapp.widgets.insights import insights
from dashapp.widgets.library import Library
from dashapp.widgets.show import Shown, show, show_frame, unknown_card

_log = logging.getLogger(__name__)
_NO_CARD = _("No number card “%(text)s” on this dashboard. It was ignored.")
_NEW_PAGE = BrowserState("", (), "", "", is_tick=False)
Read = Callable[[Scope], AbstractContextManager[Session]]


@dataclass(frozen=True)
class Board:
    """Draws the dashboard that a request has opened.

    `read` opens the request's session for a Scope. `mask` is a secret: embedded viewers get a keyed
    hash of the org's revision instead of the number.
    """

    read: Read
    library: Callable[[], Library]
    clock: Callable[[], datetime]
    public_url: str | None
    mask: bytes

    def layout(self, opened: Opened, search: str) -> Any:
        """Return the page's components, filled with the first numbers."""
        viewed = self._viewed(opened, search)
        with self.read(opened.scope) as session:
            shown, first = self._first(session, viewed)
            behind = offers(session, opened.scope, viewed.library, shown.panels)
        opening = _opening(viewed, search, behind)._replace(chart=shown.chart)
        return layout.board(shown.drawn, opening, first)

    def _first(self, session: Session, viewed: "_ViewRequest") -> tuple[Shown, Refresh | None]:
        """Return what a new page shows. If the Refresh is None, each panel offers to retry."""
        opened, library, view, now, _params = viewed
        try:
            shown = show(session, library, opened, view, now=now)
            slugs = [panel.widget for panel, _widget in shown.panels]
            return shown, self._drawn(session, viewed, shown, slugs, _NEW_PAGE)
        except DashappError:
            raise
        except Exception:  # noqa: BLE001 - the page opens and says which panels failed
            _log.exception("initial panel refresh failed")
            return show_frame(session, library, opened, view, now=now), None

    def shapes(self, opened: Opened, search: str) -> list[str]:
        """Return CSS classes for the placeholders of the panels. Raises BadInput."""
        _opened, library, view, now, _params = self._viewed(opened, search)
        with self.read(opened.scope) as session:
            frame = show_frame(session, library, opened, view, now=now)
        return [layout.panel_classes(widget) for _panel, widget in frame.panels]

    def refresh(
        self, opened: Opened, search: str, slugs: Sequence[str], browser: BrowserState
    ) -> Refresh:
        """Return new content for the panels that the browser has.

        A panel that is no longer on the dashboard shows an error. Raises BadInput for an invalid
        URL, and PreventUpdate (a 204) for an automatic refresh without changes.
        """
        viewed = self._viewed(opened, search)
        with self.read(opened.scope) as session:
            if self._is_unchanged(session, viewed, browser):
                raise PreventUpdate
            view, now = viewed.view, viewed.now
            shown = show(session, viewed.library, opened, view, now=now, only=slugs)
            return self._drawn(session, viewed, shown, slugs, browser)

    def _viewed(self, opened: Opened, search: str) -> "_ViewRequest":
        params = parse_search(search)
        return _ViewRequest(opened, self.library(), view_of(params), self.clock(), params)

    def _is_unchanged(
        self, session: Session, viewed: "_ViewRequest", browser: BrowserState
    ) -> bool:
        """Return whether an automatic refresh would change nothing in the browser."""
        opened, _library, view, now, _params = viewed
        time_range = opened.time_range(view, now=now)
        tag = self._revision_tag(viewed, time_range, revision(session, opened.scope))
        if not is_current(browser, view.name, tag):
            return False
        if browser.moment is None or browser.moment > time_range.now:
            return False
        earlier = opened.time_range(view, now=browser.moment)
        return not has_moved(session, opened.scope, earlier, time_range)

    def _drawn(
        self,
        session: Session,
        viewed: "_ViewRequest",
        shown: Shown,
        slugs: Sequence[str],
        browser: BrowserState,
    ) -> Refresh:
        opened, _library, view, now, _params = viewed
        scope, time_range = opened.scope, shown.time_range
        limits = scope.limits
        offers = Offers(() if limits.is_locked else limits.words, len(view.chosen))
        answers = {answer.slug: answer for answer in shown.answers}
        is_same_view = browser.view == view.name
        before = dict(zip(slugs, browser.states, strict=False)) if is_same_view else {}
        panels = {
            slug: draw_panel(slug, answers.get(slug), time_range, before.get(slug), offers=offers)
            for slug in slugs
        }
        panels, message = combine_messages(panels, time_range, offers)
        if not has_events(session, scope):
            message = self._first_run(session, scope, shown)
        notices = (message, states.ignored_params(_ignored(viewed, shown)))
        head = head_of(
            time_range,
            now,
            view=view.name,
            revision=self._revision_tag(viewed, time_range, shown.revision),
            layout_version=viewed.version,
            chips=states.chips(shown.chips),
            notice=[notice for notice in notices if notice is not None] or None,
            insight=sentence.said(
                insights(shown.answers, time_range), time_range, can_zoom=not limits.is_restricted
            ),
            metric=(shown.chart and shown.chart.chosen) or "",
            is_fixed=limits.is_restricted,
        )
        comparisons = self._comparisons(session, scope, time_range)
        return Refresh(panels, head._replace(comparisons=comparisons))

    def _comparisons(self, session: Session, scope: Scope, time_range: TimeRange) -> Any:
        """Return the menu of comparisons; empty for viewers who can choose only presets."""
        if scope.limits.is_restricted:
            return None
        return comparison_items(time_range, comparable_from(session, scope))

    def _revision_tag(self, viewed: "_ViewRequest", time_range: TimeRange, number: int) -> str:
        """Return a text that changes when the numbers may have changed."""
        scope = viewed.opened.scope
        state = (
            masked_revision(scope.org_id, number, self.mask) if scope.is_embedded else str(number)
        )
        return revision_tag(state, time_range, viewed.version)

    def _first_run(self, session: Session, scope: Scope, shown: Shown) -> Any:
        """Return the notice of an org without events. Those who may add a key get the steps."""
        titles = [answer.title for answer in shown.answers if answer.widget]
        if scope.is_embedded:
            return first_run.for_embedded(titles)
        if scope.role not in {Role.OWNER, Role.ADMIN}:
            return first_run.for_members(scope.org.name, administrators(session, scope), titles)
        address = self.public_url or request.host_url.rstrip("/")
        settings = f"{request.script_root}/app/{scope.org.slug}/settings"
        return first_run.for_administrators(settings, address, titles)


class _ViewRequest(NamedTuple):
    """A request for a dashboard: which one, by which definitions, in which view, and when."""

    opened: Opened
    library: Library
    view: View
    now: datetime
    params: Mapping[str, Sequence[str]]

    @property
    def version(self) -> int:
        """A number that grows when the layout or a definition changes. Open pages then reload."""
        return self.opened.dashboard.version + self.library.definitions.version


def _ignored(viewed: _ViewRequest, shown: Shown) -> list[tuple[str, str]]:
    """Return the parts of the URL that the board ignores, as `ignored_params` does."""
    card = unknown_card(shown, viewed.view)
    return [*ignored_params(viewed.params), *([(_NO_CARD, card)] if card else [])]


def _opening(viewed: _ViewRequest, search: str, behind: Mapping[str, Offer]) -> Opening:
    """Return what the controls show first."""
    (scope, dashboard), view = viewed.opened, viewed.view
    preset = preset_of(view.choice, dashboard.opens_with, scope.limits)
    default = opening_preset(dashboard.opens_with, scope.limits).word
    return Opening(
        word=preset.word if preset else None,
        default=default,
        version=viewed.version,
        words=(default,) if scope.limits.is_locked else scope.limits.words,
        limits=scope.limits,
        is_compared=view.is_compared,
        search=search,
        org_zone=scope.org.timezone,
        heading=say(dashboard.title) if scope.is_embedded else None,
        offers=behind,
        can_edit=scope.role.can_edit_dashboards and dashboard.is_editable and not scope.is_embedded,
    )
