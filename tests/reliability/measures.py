"""Every measure and shape of one org, from the database and from a naive count in Python."""

from datetime import timedelta

from dashapp.domain.boards.definitions import Funnel, Measured
from dashapp.domain.metrics.conditions import Condition
from dashapp.domain.metrics.tallies import Label
from dashapp.queries.questions.funnels import funnel
from dashapp.queries.questions.heat import heat
from dashapp.queries.questions.lists import Order, ranking
from dashapp.queries.questions.number import number
from dashapp.queries.questions.quantities import TOTAL, By, Quantity
from dashapp.queries.reading.together import Asking, answer_together
from tests import measures_model as model

TOTALS = (25, 0.1, 19.99, -3.5, 0, "12", True, None, 1.0000005, 123456789.123456)
FINDINGS, OF = ("finding.recorded",), "properties.total"
LARGE = Condition(OF, (), 0.1, 25)
QUANTITIES = {
    "sum": Quantity((Measured(FINDINGS, "sum", OF),)),
    "average": Quantity((Measured((), "average", OF),)),
    "min": Quantity((Measured(FINDINGS, "min", OF),)),
    "max": Quantity((Measured((), "max", OF, (Condition("channel", ("web",)),)),)),
    "p90": Quantity((Measured((), "p90", OF),)),
    "unique": Quantity((Measured((), "unique", "properties.product"),)),
    "users": Quantity((Measured(FINDINGS, "users"),)),
    "large": Quantity((Measured(("finding.*", "page.viewed"), where=(LARGE,)),)),
    "ratio": Quantity((Measured(FINDINGS, "sum", OF), Measured(FINDINGS, where=(LARGE,)))),
}
BY = By("properties.product", label=Label.EXACT)
FUNNEL = Funnel(("validation_run.created", "finding.recorded", "page.viewed"), 2 * 86_400)
TALLIES = [
    *(tally for quantity in QUANTITIES.values() for tally in quantity.tallies(TOTAL)),
    *QUANTITIES["sum"].tallies(BY),
]
_HEAT, _LIST = "average", "sum"


def actual_measures(session, owner, time_range) -> dict:
    """Return the answers of all questions, asked together."""
    asking = Asking(session, owner, time_range)
    questions = [number(quantity) for quantity in QUANTITIES.values()]
    *numbers, rows, hours, steps = answer_together(
        asking,
        [
            *questions,
            ranking(QUANTITIES[_LIST], BY, Order(20)),
            heat(QUANTITIES[_HEAT]),
            funnel(FUNNEL),
        ],
    )
    return {
        **{name: row.value for name, (row,) in zip(QUANTITIES, numbers, strict=True)},
        "list": {row.label: row.value for row in rows},
        "heat": {(row.weekday, row.hour): row.value for row in hours},
        "funnel": [row.value for row in steps],
    }


def expected_measures(events, time_range) -> dict:
    """Return the same numbers, counted in Python."""
    within = model.within(events, time_range.start, time_range.end)
    after = min(timedelta(seconds=FUNNEL.within_seconds), time_range.as_of - time_range.end)
    last = max(time_range.end, time_range.end + after)
    bounds = (time_range.start, time_range.end, last)
    return {
        **{name: model.value(quantity, within) for name, quantity in QUANTITIES.items()},
        "list": model.by_value(QUANTITIES[_LIST], BY.field, within),
        "heat": model.heat(QUANTITIES[_HEAT], within, time_range.zone),
        "funnel": model.funnel(FUNNEL, events, *bounds),
    }


def is_right(actual: dict, expected: dict) -> bool:
    """Return whether all numbers are exact, and percentiles within one percent."""
    numbers, right = dict(actual), dict(expected)
    percentile, exact = numbers.pop("p90"), right.pop("p90")
    if exact is None or percentile is None:
        return numbers == right and percentile is exact
    return numbers == right and abs(float(percentile) - float(exact)) <= abs(float(exact)) * 0.01
