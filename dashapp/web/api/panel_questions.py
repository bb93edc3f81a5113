"""The JSON API: questions about what a panel counts, or about a part of it, such as a bar."""

from collections.abc import Iterator, Sequence
from time import monotonic
from typing import Any, NamedTuple

import orjson
from flask import Response
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from dashapp.domain.access.dashboard import Opened, current_dashboard
from dashapp.domain.access.filters import is_value
from dashapp.domain.access.scope import Scope, current_scope
from dashapp.domain.boards.definitions import Funnel, Metric
from dashapp.domain.errors import BadInput, NotFound, excerpt
from dashapp.domain.language import say
from dashapp.domain.time.instant import parse_query_param, to_text
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.questions.defined import by_of
from dashapp.queries.questions.latest import Behind, behind, place_of
from dashapp.queries.reading.newest_events import Page, Place
from dashapp.queries.reading.together import Asking, answer_together
from dashapp.queries.reading.together import Question as Asked
from dashapp.queries.saved_dashboards import open_dashboard
from dashapp.queries.shapes import MAX_SHOWN, Subject, question_of, require_sense
from dashapp.web.api import embedded
from dashapp.web.api.asked import Question
from dashapp.web.api.panel_files import FileName, csv_of
from dashapp.web.api.rows import json_rows, resolved
from dashapp.web.api.schemas import Numbers, respond
from dashapp.web.services import services
from dashapp.widgets.drill.parts import (
    Drilled,
    Part,
    columns_of,
    drilled,
    range_within,
    ranges_of,
    scope_of,
)
from dashapp.widgets.drill.titles import field_title, titles_of

MAX_FILE_ROWS = 10_000
_FILE_PAGE = 1_000
_MAX_SECONDS = 8.0  # for a file: a worker must not be busy for longer
_ROWS = 50
_DIGITS = 18  # of a time in microseconds


class Prepared(NamedTuple):
    """A question about a panel that may be asked."""

    question: Question
    drill: Drilled
    metric: Metric
    part: Part
    scope: Scope

    def ask(self, session: Session, asked: Asked, time_range: TimeRange) -> Any:
        return answer_together(Asking(session, self.scope, time_range), [asked])[0]


def answer(session: Session, scope: Scope, question: Question) -> ResponseReturnValue:
    """Answer a question about a panel. Raises BadInput or NotFound."""
    opened = _opened(session, scope, question)
    if question.shape == "events":
        embedded.require_events(f"events of the panel {excerpt(question.panel)}")
    app = services()
    drill = drilled(
        session, app.library, opened, question.view, str(question.panel), now=app.clock()
    )
    if drill is None:
        raise _no_panel(question)
    metric = drill.metric(_name(question))
    part = _part(question)
    narrowed = scope_of(session, drill, metric, question.value)
    prepared = Prepared(question, drill, metric, part, narrowed)
    return (_events if question.shape == "events" else _numbers)(session, prepared)


def _opened(session: Session, scope: Scope, question: Question) -> Opened:
    """Return the panel's dashboard: the token's, or the one that the question names."""
    if scope.is_embedded:
        if question.dashboard not in {None, scope.dashboard}:
            embedded.refuse(f"dashboard {excerpt(question.dashboard)}")
        return current_dashboard()
    if question.dashboard is None:
        raise BadInput("“panel” needs “dashboard”.")
    return open_dashboard(session, scope.of_dashboard(question.dashboard)).for_programs()


def _no_panel(question: Question) -> NotFound:
    if current_scope().is_embedded:
        embedded.refuse(f"numbers of the panel {excerpt(question.panel)}")
    return NotFound("The dashboard has no panel of a board file “%(slug)s”.", slug=question.panel)


def _name(question: Question) -> str | None:
    if isinstance(question.metric, dict):
        raise BadInput("“metric” must be the name of one of the panel's metrics.")
    return question.metric


def _part(question: Question) -> Part:
    within, hour = question.within, question.hour
    return Part(
        metric=_name(question),
        value=question.value,
        within=(parse_query_param(within.from_), parse_query_param(within.to)) if within else None,
        hour=(hour.weekday, hour.hour) if hour else None,
    )


# -- Numbers --------------------------------------------------------------------------------------


def _numbers(session: Session, prepared: Prepared) -> ResponseReturnValue:
    question, drill, _metric, part, _scope = prepared
    if part.hour is not None or question.after is not None:
        raise BadInput('“hour” and “after” go with the shape "events".')
    time_range = range_within(drill.time_range, part)
    rows: Sequence[Any] = []
    if time_range is not None:
        rows = prepared.ask(session, _asked(session, prepared), time_range)
    shown = time_range or drill.time_range
    named = json_rows(rows, shown, has_previous=bool(question.compare))
    return _respond(prepared, shown, named)


def _asked(session: Session, prepared: Prepared) -> Asked:
    """Return the question: the panel's own list with more rows, or another break-down."""
    question, drill, metric = prepared.question, prepared.drill, prepared.metric
    wanted, panel = question.wanted, drill.defined.panel
    if wanted.shape == "list" and wanted.by is None and panel.show == "list":
        return drill.list_of(wanted.top)
    require_sense(wanted, metric)
    if wanted.by is None:
        by = by_of(None, drill.defined.vocabulary)
    elif drill.scope.is_embedded:
        board = embedded.board_of(session)
        by = board.by_of(board.require_metric(metric.name), wanted.by)
    else:
        by = by_of(wanted.by, drill.defined.vocabulary)
    return question_of(wanted, Subject(metric, drill.defined.vocabulary, by, panel.where))


# -- Events ---------------------------------------------------------------------------------------


def _events(session: Session, prepared: Prepared) -> ResponseReturnValue:
    question, drill = prepared.question, prepared.drill
    if question.by is not None:
        raise BadInput('The shape "events" takes no "by".')
    if isinstance(prepared.metric.kind, Funnel):
        drill.quantity(prepared.metric)  # says why there are none
    if question.format == "csv":
        return _file(session, prepared)
    top = question.top or _ROWS
    if top > MAX_SHOWN:
        raise BadInput(f'The shape "events" takes a "top" of at most {MAX_SHOWN}.')
    found = _page(session, prepared, Page(top, _place(question.after)))
    rows = json_rows(found.rows, drill.time_range)
    after = _text_of(place_of(found.rows[-1])) if len(found.rows) == top else None
    return _respond(prepared, drill.time_range, rows, total=found.total, after=after)


def _page(session: Session, prepared: Prepared, page: Page) -> Behind:
    drill = prepared.drill
    ranges = ranges_of(drill.time_range, prepared.part)
    asked = behind(drill.measured(prepared.metric), _columns(prepared), ranges, page)
    found: Behind = prepared.ask(session, asked, drill.time_range)
    return found


def _columns(prepared: Prepared) -> Sequence[str]:
    drill = prepared.drill
    return columns_of(drill.defined.panel, drill.measured(prepared.metric))


def _file(session: Session, prepared: Prepared) -> ResponseReturnValue:
    """Return the newest events as CSV. The header `X-Total-Count` says how many there are."""
    rows: list[dict[str, Any]] = []
    total = 0
    for found in _pages(session, prepared):
        rows += (_flat(row) for row in json_rows(found.rows, prepared.drill.time_range))
        total = found.total
    names = dict.fromkeys((*_columns(prepared), "id", "user", "channel", "project", "properties"))
    response = _named_file(prepared, csv_of(rows, [*names]), say("Events"))
    response.headers["X-Total-Count"] = str(total)
    return response


def _pages(session: Session, prepared: Prepared) -> Iterator[Behind]:
    deadline, place, count = monotonic() + _MAX_SECONDS, None, 0
    while count < MAX_FILE_ROWS and monotonic() < deadline:
        found = _page(session, prepared, Page(_FILE_PAGE, place))
        yield found
        if len(found.rows) < _FILE_PAGE:
            return
        count += len(found.rows)
        place = place_of(found.rows[-1])


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "properties": orjson.dumps(row["properties"]).decode()}


def csv_response(text: str) -> Response:
    """Return an answer as CSV."""
    return Response(text, content_type="text/csv; charset=utf-8")


def _named_file(prepared: Prepared, text: str, *more_titles: str) -> Response:
    """Return CSV with a name that says of what part it is."""
    drill, part = prepared.drill, prepared.part
    titles = [*titles_of(drill, part), *more_titles]
    name = FileName(
        drill.scope, str(prepared.question.panel), titles, drill.time_range, part.within
    )
    response = csv_response(text)
    response.headers["Content-Disposition"] = name.disposition("csv")
    return response


def _place(text: str | None) -> Place | None:
    """Parse the place of a page: a time and an id. Raises BadInput."""
    if text is None:
        return None
    at, dot, event_id = text.partition(".")
    is_time = at.isascii() and at.isdigit() and len(at) <= _DIGITS
    if not (dot and is_time and is_value(event_id)):
        raise BadInput("“after” must be the one of an answer.")
    return Place(int(at), event_id)


def _text_of(place: Place) -> str:
    return f"{place.at}.{place.id}"


def _respond(
    prepared: Prepared, time_range: TimeRange, rows: list[dict[str, Any]], **more: Any
) -> Response:
    if prepared.question.format == "csv":
        by = prepared.question.by
        titles = [field_title(prepared.drill, by)] if by else []
        return _named_file(prepared, csv_of(rows), *titles)
    return respond(
        Numbers(to_text(time_range.as_of), resolved(time_range), prepared.metric.name, rows, **more)
    )
