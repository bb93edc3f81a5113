"""The JSON API: metrics, and questions about them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope, current_scope
from dashapp.domain.boards.inline import read_inline_metric
from dashapp.domain.boards.names import unit_of_org
from dashapp.domain.boards.titles import english
from dashapp.domain.errors import NotFound, TooSlow, Unavailable, excerpt
from dashapp.domain.language import say
from dashapp.domain.time.instant import to_text
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.questions.defined import by_of
from dashapp.queries.reading.together import Asking, answer_together
from dashapp.queries.shapes import Subject, Wanted, question_of, require_sense
from dashapp.store.row_security import is_past_time_limit
from dashapp.web.access import request_session
from dashapp.web.access.policies import reader
from dashapp.web.api import embedded, panel_questions
from dashapp.web.api.asked import Question, read_question
from dashapp.web.api.panel_files import csv_of
from dashapp.web.api.parameters import require_known
from dashapp.web.api.rows import json_rows, resolved
from dashapp.web.api.schemas import MetricItem, Metrics, Numbers, respond
from dashapp.web.services import services
from dashapp.widgets.filtering import filtered
from dashapp.widgets.metrics import KnownMetric, defined_metrics, find_metric

blueprint = Blueprint("metrics", __name__, url_prefix="/api/v1")
_RETRY_AFTER = 5


class Prepared(NamedTuple):
    """A question that may be asked: what about, when, and whose rows."""

    wanted: Wanted
    subject: Subject
    time_range: TimeRange
    scope: Scope


@blueprint.get("/metrics")
@reader
def metrics() -> ResponseReturnValue:
    require_known(request.args.to_dict(flat=False), names=["org"])
    scope = current_scope()
    with request_session.read(scope) as session:
        known = _known(session, scope)
    items = [_item(entry, scope.org.currency) for entry in known.values()]
    return respond(Metrics(items))


def _known(session: Session, scope: Scope) -> Mapping[str, KnownMetric]:
    if scope.is_embedded:
        return embedded.board_of(session).metrics
    return defined_metrics(services().library.definitions)


def _item(known: KnownMetric, currency: str | None) -> MetricItem:
    metric = known.metric
    return MetricItem(
        metric.name,
        say(english(metric.title)),
        known.measure,  # type: ignore[arg-type]
        unit_of_org(metric.unit, currency),
        list(known.fields),
    )


@blueprint.post("/query")
@reader
def query() -> ResponseReturnValue:
    require_known(request.args.to_dict(flat=False), names=["org"])
    question, scope = read_question(request), current_scope()
    with request_session.read(scope) as session, _in_time():
        if question.panel is not None:
            return panel_questions.answer(session, scope, question)
        prepare = _prepare_embedded if scope.is_embedded else _prepare
        prepared = prepare(session, scope, question)
        rows = _rows(session, prepared)
    time_range, name = prepared.time_range, question.metric
    named = json_rows(rows, time_range, has_previous=bool(question.compare))
    if question.format == "csv":
        return panel_questions.csv_response(csv_of(named))
    metric = name if isinstance(name, dict) else prepared.subject.metric.name
    return respond(Numbers(to_text(time_range.as_of), resolved(time_range), metric, named))


def _prepare(session: Session, scope: Scope, question: Question) -> Prepared:
    """Return what a key or a person asks. Raises BadInput, or NotFound for an unknown metric."""
    definitions, wanted, view = services().library.definitions, question.wanted, question.view
    known = _named(question)
    require_sense(wanted, known.metric)
    time_range = scope.time_range(view.choice, now=services().clock(), comparison=view.comparison)
    fields = {name: by_of(name, definitions.vocabulary) for name in definitions.vocabulary.fields}
    subject = Subject(
        known.metric,
        known.vocabulary,
        by_of(wanted.by, known.vocabulary),
        columns=known.columns,
    )
    return Prepared(
        wanted, subject, time_range, filtered(session, scope, time_range, view.chosen, fields)
    )


def _named(question: Question) -> KnownMetric:
    definitions = services().library.definitions
    if isinstance(question.metric, dict):
        vocabulary = definitions.vocabulary
        return KnownMetric(read_inline_metric(question.metric, vocabulary), vocabulary)
    known = find_metric(defined_metrics(definitions), str(question.metric))
    if known is None:
        raise NotFound(
            "There is no metric “%(name)s”. GET /api/v1/metrics lists them.",
            name=excerpt(question.metric, 70),
        )
    return known


def _prepare_embedded(session: Session, scope: Scope, question: Question) -> Prepared:
    """Return what an embedded viewer asks. Raises NotFound for what the dashboard does not show."""
    wanted, view = question.wanted, question.view
    board = embedded.board_of(session)
    known = board.require_metric(question.metric or "")
    require_sense(wanted, known.metric)
    board.require_filters(known, view.chosen)
    subject = board.subject(known, wanted)
    time_range = board.opened.time_range(view, now=services().clock())
    return Prepared(
        wanted,
        subject,
        time_range,
        filtered(session, scope, time_range, view.chosen, board.fields),
    )


def _rows(session: Session, prepared: Prepared) -> list[object]:
    asking = Asking(session, prepared.scope, prepared.time_range)
    question = question_of(prepared.wanted, prepared.subject)
    return list(answer_together(asking, [question])[0])


@contextmanager
def _in_time() -> Iterator[None]:
    """Raise Unavailable if it takes the database too long."""
    try:
        yield
    except (DBAPIError, TooSlow) as error:
        if isinstance(error, DBAPIError) and not is_past_time_limit(error):
            raise
        raise Unavailable(
            "This takes too long to count. Ask about a shorter time range, remove filters, or put "
            "the metric on a dashboard of the org: its numbers are then counted in advance.",
            retry_after=_RETRY_AFTER,
        ) from None
