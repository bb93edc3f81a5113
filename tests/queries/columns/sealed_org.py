"""Events of several sealed days, and questions about them."""

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from dashapp.domain.boards.definitions import Measured
from dashapp.queries.questions.lists import Order, ranking
from dashapp.queries.questions.number import number
from dashapp.queries.questions.quantities import By, Quantity
from dashapp.queries.reading.together import Asking, answer_together
from dashapp.store.columns.columns import Columns
from dashapp.store.columns.duck import Question
from tests.factories import NOW, event, send, time_range
from tests.sealing import seal

DAYS = 6
TYPE = "order.paid"
CITY, TOTAL = "properties.city", "properties.total"
LOCKED = ((CITY, ("both",)),)
RANGE = time_range("30d")
ORDERS = Quantity((Measured((TYPE,)),))
QUESTIONS = (
    number(ORDERS),
    number(Quantity((Measured((TYPE,), "sum", TOTAL),))),
    number(Quantity((Measured((), "users"),))),
    number(Quantity((Measured((), "p50", TOTAL),))),
    ranking(ORDERS, By("properties.label"), Order(20)),
)


def orders(label, a_day, days=DAYS):
    """Return orders of 1, 2, 3… on several days, in two cities: that of the org, and “both”."""
    return [
        event(
            TYPE, NOW - timedelta(days=day + 2, minutes=n), user=f"{label}-{n}",
            properties={"total": n + 1, "label": label, "city": (label, "both")[n % 2], "n": n},
        )
        for day in range(days)
        for n in range(a_day)
    ]  # fmt: skip


def fill(store, owner, label, a_day=6, **segments):
    """Store and seal events of an org; return them. There are several segments."""
    events = orders(label, a_day)
    send(store, owner, events)
    assert seal(store, owner, **{"most": 2 * a_day, **segments}) == len(events)
    return events


def answers(store, owner, questions=QUESTIONS, resolved=RANGE):
    """Return what a viewer sees: numbers, and the labels of the list."""
    with store.read(owner) as session:
        rows = answer_together(Asking(session, owner, resolved), questions)
    return [shown(of_one) for of_one in rows]


def shown(rows):
    """Return the number of a question, its numbers by label, or its rows."""
    if rows and hasattr(rows[0], "label"):
        return {row.label: row.value for row in rows}
    return rows[0].value if rows and hasattr(rows[0], "trend") else rows


def from_events(store, owner, questions=QUESTIONS, resolved=RANGE):
    """Return the same, counted from events."""
    with patch.object(Columns, "of", lambda _session: None):
        return answers(store, owner, questions, resolved)


@contextmanager
def recorded():
    """Record the statements that DuckDB runs, with their parameters."""
    statements = []
    run = Question.run

    def record(question, statement, params):
        statements.append((statement, dict(params)))
        return run(question, statement, params)

    with patch.object(Question, "run", record):
        yield statements
