"""What can be asked about a metric: the shapes of answers, and which of them make sense."""

from typing import Literal, NamedTuple, get_args

from dashapp.domain.boards.definitions import Funnel, Measured, Metric, Vocabulary
from dashapp.domain.boards.names import BREAKDOWNS, is_property
from dashapp.domain.errors import BadInput, excerpt
from dashapp.domain.metrics.conditions import Condition
from dashapp.queries.questions.defined import quantity_of
from dashapp.queries.questions.funnels import DEFAULT_LABELS, completion, funnel, funnel_by
from dashapp.queries.questions.heat import heat
from dashapp.queries.questions.latest import DEFAULT_ROWS, latest
from dashapp.queries.questions.lists import DEFAULT_LIMIT, Order, ranking
from dashapp.queries.questions.number import number
from dashapp.queries.questions.quantities import TOTAL, By, Quantity
from dashapp.queries.questions.series import DEFAULT_SERIES, series, series_by
from dashapp.queries.reading.together import Question

Shape = Literal["total", "series", "list", "heatmap", "funnel", "events"]
SHAPES: tuple[Shape, ...] = get_args(Shape)
MAX_TOP = 500  # rows of a list
MAX_SHOWN = 100  # series, steps or events
_WITH_BY = ("series", "list", "funnel")


class Wanted(NamedTuple):
    """The shape of an answer: the field to break it down by, and how many rows or series."""

    shape: Shape
    by: str | None = None
    top: int | None = None


class Subject(NamedTuple):
    """A metric, how the field is counted, and more conditions.

    `columns` are those of its events, and `rows` is how many are listed if `top` is not given.
    """

    metric: Metric
    vocabulary: Vocabulary
    by: By = TOTAL
    where: tuple[Condition, ...] = ()
    columns: tuple[str, ...] = ()
    rows: int = DEFAULT_ROWS


def require_sense(wanted: Wanted, metric: Metric) -> None:
    """Raise BadInput for a shape that the metric does not have, or what the shape does not take."""
    shape, by, top = wanted
    is_funnel = isinstance(metric.kind, Funnel)
    if is_funnel and shape not in {"total", "funnel"}:
        raise BadInput(f'A funnel has no shape "{shape}". Use "total" or "funnel".')
    if shape == "funnel" and not is_funnel:
        raise BadInput('The shape "funnel" needs a metric with "steps".')
    if shape == "events" and not isinstance(metric.kind, Measured):
        raise BadInput('The shape "events" needs a metric of events, not a ratio.')
    if shape == "list" and by is None:
        raise BadInput('The shape "list" needs "by": type, channel, project or properties.NAME.')
    _require_by(shape, by)
    if top is not None and shape not in {*_WITH_BY, "events"}:
        raise BadInput(f'The shape "{shape}" takes no "top".')
    if top is not None and shape in {"series", "funnel"} and by is None:
        raise BadInput('"top" needs "by".')
    if top is not None and shape != "list" and top > MAX_SHOWN:
        raise BadInput(f'The shape "{shape}" takes a "top" of at most {MAX_SHOWN}.')


def _require_by(shape: Shape, by: str | None) -> None:
    if by is None:
        return
    if shape not in _WITH_BY:
        raise BadInput(f'The shape "{shape}" takes no "by". Use "series", "list" or "funnel".')
    if by not in BREAKDOWNS and not is_property(by):
        raise BadInput(
            "Invalid “by”: “%(field)s” is not type, channel, project or properties.NAME.",
            field=excerpt(by),
        )


def question_of(wanted: Wanted, subject: Subject) -> Question:
    """Return the question. `require_sense` has accepted it."""
    kind = subject.metric.kind
    if isinstance(kind, Funnel):
        if wanted.by is not None:
            return funnel_by(kind, wanted.by, wanted.top or DEFAULT_LABELS, subject.where)
        ask = funnel if wanted.shape == "funnel" else completion
        return ask(kind, subject.where)
    quantity = quantity_of(subject.metric, subject.vocabulary, subject.where)
    assert quantity is not None
    return _question(wanted, subject, quantity)


def _question(wanted: Wanted, subject: Subject, quantity: Quantity) -> Question:
    shape, by, top = wanted
    if shape == "list":
        return ranking(quantity, subject.by, Order(top or DEFAULT_LIMIT))
    if shape == "heatmap":
        return heat(quantity)
    if shape == "events":
        return latest(quantity.parts[0], subject.columns, top or subject.rows)
    if shape == "total":
        return number(quantity)
    if by is None:
        return series({subject.metric.name: quantity})
    return series_by(quantity, subject.by, top or DEFAULT_SERIES)
