"""Answers the questions of many panels together, round by round.

A question is a generator: it yields what it asks and is given the answers, until it returns its
rows. All questions that wait at the same time are answered by the same statements.
"""

from collections.abc import Callable, Generator, Sequence
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.reading.asks import AnyAsk
from dashapp.queries.reading.reader import Reader


class Asking(NamedTuple):
    """Whose rows a question is about, and when.

    `unfiltered` is the Scope without the viewer's filters, if there are any.
    """

    session: Session
    scope: Scope
    time_range: TimeRange
    unfiltered: Scope | None = None


Steps = Generator[Sequence[AnyAsk], list[Any], Any]
Question = Callable[[Asking], Steps]


def answer_together(asking: Asking, questions: Sequence[Question]) -> list[Any]:
    """Return what each question returns."""
    reader = Reader(asking.session, asking.scope)
    steps = in_step(*(question(asking) for question in questions))
    given = None
    while True:
        try:
            asks = next(steps) if given is None else steps.send(given)
        except StopIteration as stop:
            answers: list[Any] = stop.value
            return answers
        given = reader.read(asks)


def in_step(*questions: Steps) -> Steps:
    """Run several parts of a question at the same time; return what each returns."""
    answers: list[Any] = [None] * len(questions)
    waiting: list[tuple[int, Steps, Sequence[AnyAsk]]] = []
    for index, steps in enumerate(questions):
        _advance(index, steps, None, waiting, answers)
    while waiting:
        given = iter((yield [ask for _index, _steps, asks in waiting for ask in asks]))
        current, waiting = waiting, []
        for index, steps, asks in current:
            _advance(index, steps, [next(given) for _ask in asks], waiting, answers)
    return answers


def _advance(
    index: int,
    steps: Steps,
    given: list[Any] | None,
    waiting: list[tuple[int, Steps, Sequence[AnyAsk]]],
    answers: list[Any],
) -> None:
    """Run a question until it asks again, or returns its rows."""
    try:
        asks = next(steps) if given is None else steps.send(given)
    except StopIteration as stop:
        answers[index] = stop.value
    else:
        waiting.append((index, steps, asks))
