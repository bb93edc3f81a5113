"""How many users complete the steps of a funnel in order, within a time after the first step?

For each user, the latest start of a chain of events that reached each step is carried along. Events
at the same time pass in the order of the steps. Window functions would give the same answer: SQLite
needs ten times as long for them.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Integer, String, bindparam, literal, select

from dashapp.domain.boards.definitions import Funnel
from dashapp.domain.metrics.conditions import Condition
from dashapp.domain.series import FunnelRow, ScalarRow
from dashapp.domain.time.instant import SECOND, to_us
from dashapp.queries.questions.ranges import is_comparable, previous, whole
from dashapp.queries.reading.together import Asking, Question, Steps
from dashapp.store.sql.counted import meets, text_field
from dashapp.store.sql.dialect import as_list
from dashapp.store.sql.ordered import ordered
from dashapp.store.sql.parameters import row_list
from dashapp.store.sql.scoped import events

_step_list = row_list(
    "steps_of_funnel",
    {"number": Integer, "step": Integer, "type": String, "low": BigInteger, "high": BigInteger},
)


def funnel(metric: Funnel, where: tuple[Condition, ...] = ()) -> Question:
    """Return the question for one row per step."""

    def ask(asking: Asking) -> Steps:
        yield from ()
        counts, before = _counts(asking, metric, where)
        first = counts[0]
        return [
            FunnelRow(
                step,
                count,
                count / first if first else None,
                before[place] if before else None,
            )
            for place, (step, count) in enumerate(zip(metric.steps, counts, strict=True))
        ]

    return ask


def completion(metric: Funnel, where: tuple[Condition, ...] = ()) -> Question:
    """Return the question for the share of users who complete all steps, as one row."""

    def ask(asking: Asking) -> Steps:
        yield from ()
        counts, before = _counts(asking, metric, where)
        can_compare = before is not None
        return [
            ScalarRow(_share(counts), _share(before) if before else None, is_comparable=can_compare)
        ]

    return ask


def _share(counts: Sequence[int]) -> float | None:
    return counts[-1] / counts[0] if counts[0] else None


def _counts(
    asking: Asking, metric: Funnel, where: tuple[Condition, ...]
) -> tuple[list[int], list[int] | None]:
    """Return the users of each step in the range, and in the previous one if it can be compared.

    The first step is in the range; the others may follow until the time is over. The previous range
    is given as much time after its end as the range has had.
    """
    session, scope, time_range = asking[:3]
    low, high = whole(time_range)
    within = metric.within_seconds * SECOND
    after = max(0, min(within, to_us(time_range.as_of) - high))
    ranges = [(low, high)]
    if is_comparable(session, scope, time_range):
        ranges.append(previous(time_range))
    rows = [
        (number, step, name, start, end if step == 0 else end + after)
        for number, (start, end) in enumerate(ranges)
        for step, name in enumerate(metric.steps)
    ]
    params = {**scope.params, "steps": as_list(rows)}
    reached = [[set[str]() for _step in metric.steps] for _range in ranges]
    starts: dict[Any, list[int | None]] = {}
    statement = _statement(metric.same, where)
    for at, step, number, user, same in session.execute(statement, params):
        chain = starts.setdefault((number, user, same), [None] * len(metric.steps))
        start = at if step == 0 else chain[step - 1]
        if start is not None and at - start <= within:
            chain[step] = start
            reached[number][step].add(user)
    first, *others = [[len(users) for users in steps] for steps in reached]
    return first, others[0] if others else None


@lru_cache(maxsize=256)
def _statement(same: str | None, where: tuple[Condition, ...]) -> Any:
    """Select the events of the steps, by time, that have a user and a value of `same`."""
    steps = _step_list(bindparam("steps", type_=String)).alias("steps")
    is_of_step = (
        (events.c.type == steps.c.type)
        & (events.c.occurred_at >= steps.c.low)
        & (events.c.occurred_at < steps.c.high)
    )
    value = text_field(events, same) if same else literal("")
    columns = (events.c.occurred_at, steps.c.step, steps.c.number, events.c.user_id, value)
    conditions = [meets(condition, events) for condition in where]
    return (
        select(*columns)
        .select_from(ordered(steps, events, is_of_step))
        .where(events.c.user_id.is_not(None), *([value != ""] if same else []), *conditions)
        .order_by(events.c.occurred_at, steps.c.step)
    )
