"""The rows of a dashboard's panels, from one snapshot. A failed panel does not affect others."""

import logging
from collections.abc import Collection, Mapping, Sequence
from time import monotonic
from typing import Any, Literal, NamedTuple

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from dashapp.domain import log_fields
from dashapp.domain.access.filters import Filters
from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import TooSlow
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.ask import Query
from dashapp.queries.reading.together import Asking, answer_together
from dashapp.store.row_security import is_past_time_limit
from dashapp.widgets.chosen import PanelScope, ViewerFilters, viewer_filters
from dashapp.widgets.placing.placed import PlacedPanel
from dashapp.widgets.widget import By, Widget

Status = Literal["ok", "empty", "error"]
_MAX_SECONDS = 8.0  # of a dashboard: a worker must not be busy for longer
_log = logging.getLogger(__name__)


class Answer(NamedTuple):
    """The rows of one panel. `widget` is None if this installation does not have it.

    `unfiltered` is what the viewer filtered by and the panel's events do not have: the numbers are
    those without that filter. `is_too_slow` says why a panel failed.
    """

    slug: str
    title: str
    widget: Widget[Any] | None
    status: Status
    rows: Sequence[Any]
    unfiltered: tuple[By, ...] = ()
    is_too_slow: bool = False


def answer(
    session: Session,
    scope: Scope,
    panels: Sequence[PlacedPanel],
    time_range: TimeRange,
    *,
    chosen: Filters = (),
    drawn: Sequence[PlacedPanel] | None = None,
    only: Collection[str] | None = None,
) -> list[Answer]:
    """Run the queries of the panels with one Scope, one range and one snapshot.

    `panels` are the dashboard's, which offer the viewer's `chosen` filters; `drawn` are the same
    panels as they are shown. `only` are the slugs of the panels to run. Raises BadInput for a
    filter that no panel offers. After _MAX_SECONDS, what is not read yet has failed.
    """
    shown = panels if drawn is None else drawn
    selected = [placed for placed in shown if only is None or placed.panel.widget in only]
    try:
        filters = viewer_filters(session, scope, time_range, chosen, panels) if chosen else None
    except (TooSlow, DBAPIError) as error:
        if not _is_too_slow(error):
            raise
        session.rollback()
        _log.warning("reading the values of a filter took too long")
        return [_answer(_asked(p, scope, None), None, {p.panel.widget: True}) for p in selected]
    asked = [_asked(placed, scope, filters) for placed in selected]
    return _answers(_Reading(session, scope, time_range, monotonic() + _MAX_SECONDS), asked)


def _answers(reading: "_Reading", asked: Sequence["_Asked"]) -> list[Answer]:
    """Read all panels together or, if that fails, each alone.

    A failed query ends the transaction on PostgreSQL: the other queries then run again in a new
    one, without it, so that all answers come from one snapshot.
    """
    failed: dict[str, bool] = {}
    read = _all_together
    while True:
        try:
            return read(reading, asked, failed)
        except _PanelFailed as error:
            failed[error.slug] = error.is_too_slow
        except Exception as error:  # noqa: BLE001 - reading the panels alone shows which one fails
            if _is_too_slow(error):
                _log.warning("reading the panels together took too long")
            else:
                _log.exception("reading the panels together failed")
            read = _one_by_one
        reading.session.rollback()


def _is_too_slow(error: Exception) -> bool:
    is_past_limit = isinstance(error, DBAPIError) and is_past_time_limit(error)
    return is_past_limit or isinstance(error, TooSlow)


class _Reading(NamedTuple):
    """What all panels share. `whole` is the Scope without the viewer's filters.

    No panel is read after the `deadline`.
    """

    session: Session
    whole: Scope
    time_range: TimeRange
    deadline: float

    def asking(self, scope: Scope) -> Asking:
        whole = None if scope == self.whole else self.whole
        return Asking(self.session, scope, self.time_range, whole)


class _Asked(NamedTuple):
    """A panel, its widget, and whose rows it is about."""

    slug: str
    title: str
    widget: Widget[Any] | None
    panel_scope: PanelScope


def _asked(placed: PlacedPanel, scope: Scope, filters: ViewerFilters | None) -> _Asked:
    panel, widget = placed
    panel_scope = filters.scope_of(widget) if filters and widget else PanelScope(scope)
    title = widget.title if widget else panel.title or panel.widget
    return _Asked(panel.widget, title, widget, panel_scope)


def _all_together(
    reading: _Reading, asked: Sequence[_Asked], failed: Mapping[str, bool]
) -> list[Answer]:
    """Read the panels of each Scope together; queries of other kinds run one by one."""
    rows: dict[str, Sequence[Any] | None] = {}
    by_scope: dict[Scope, list[tuple[str, Query[Any]]]] = {}
    for panel in asked:
        if panel.widget is None or panel.slug in failed:
            continue
        if isinstance(panel.widget.query, Query):
            queries = by_scope.setdefault(panel.panel_scope.scope, [])
            queries.append((panel.slug, panel.widget.query))
        else:
            rows[panel.slug] = _rows(reading, panel)
    for scope, queries in by_scope.items():
        questions = [query.question for _slug, query in queries]
        answers = answer_together(reading.asking(scope), questions)
        rows |= {slug: of_panel for (slug, _q), of_panel in zip(queries, answers, strict=True)}
    return [_answer(panel, rows.get(panel.slug), failed) for panel in asked]


def _one_by_one(
    reading: _Reading, asked: Sequence[_Asked], failed: Mapping[str, bool]
) -> list[Answer]:
    late = dict(failed)
    answers = []
    for panel in asked:
        rows = None
        if panel.slug not in late:
            try:
                rows = _rows(reading, panel)
            except _PanelFailed as error:
                if monotonic() < reading.deadline:
                    raise
                late |= {other.slug: True for other in asked[asked.index(panel) :]}
                late[panel.slug] = error.is_too_slow
        answers.append(_answer(panel, rows, late))
    return answers


def _rows(reading: _Reading, asked: _Asked) -> Sequence[Any] | None:
    """Return the rows of one panel. Raises _PanelFailed."""
    if asked.widget is None:
        return None
    query, scope = asked.widget.query, asked.panel_scope.scope
    try:
        if isinstance(query, Query):
            rows: Sequence[Any] = answer_together(reading.asking(scope), [query.question])[0]
            return rows
        return query(reading.session, scope, reading.time_range)
    except Exception as error:
        is_too_slow = _is_too_slow(error)
        log_fields.give_reason("too_slow" if is_too_slow else "panel_failed")
        if is_too_slow:
            _log.warning("a panel took too long", extra={"panel": asked.slug})
        else:
            _log.exception("panel failed", extra={"panel": asked.slug})
        raise _PanelFailed(asked.slug, is_too_slow=is_too_slow) from error


class _PanelFailed(Exception):
    def __init__(self, slug: str, *, is_too_slow: bool) -> None:
        super().__init__(slug)
        self.slug, self.is_too_slow = slug, is_too_slow


def _answer(asked: _Asked, rows: Sequence[Any] | None, failed: Mapping[str, bool]) -> Answer:
    """Return the answer with these rows; they are None if it failed or is not installed."""
    slug, title, widget, panel_scope = asked
    if widget is None or rows is None:
        return Answer(slug, title, widget, "error", [], is_too_slow=failed.get(slug, False))
    try:
        status: Status = "empty" if widget.draw.is_empty(rows) else "ok"
    except Exception:  # noqa: BLE001 - only this panel fails
        log_fields.give_reason("panel_failed")
        _log.exception("panel failed", extra={"panel": slug})
        return Answer(slug, title, widget, "error", [])
    return Answer(slug, title, widget, status, rows, panel_scope.unfiltered)
