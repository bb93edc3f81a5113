"""Which steps of a funnel users reached, in order and within a time after the first step.

For each user, the latest start of a chain of events that reached each step is carried along. Events
at the same time pass in the order of the steps. Window functions would give the same answer: SQLite
needs ten times as long for them, and DuckDB one sort for each step.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Integer, String, bindparam, func, literal, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.queries.columns.cuts import around
from dashapp.queries.columns.steps import STEPS, StepEvents, Taken, sealed_steps
from dashapp.queries.reading.asks import Range
from dashapp.store.columns.sealed import sealed_between
from dashapp.store.sql.counted import meets, text_field
from dashapp.store.sql.dialect import as_list
from dashapp.store.sql.ordered import ordered
from dashapp.store.sql.parameters import row_list
from dashapp.store.sql.scoped import event_users, events

# By range and label: the users who reached each step.
Reached = list[dict[str, list[set[object]]]]

_step_list = row_list(
    "steps_of_funnel",
    {"number": Integer, "step": Integer, "type": String, "low": BigInteger, "high": BigInteger},
)


def reached(
    session: Session, scope: Scope, wanted: StepEvents, within: int, ranges: Sequence[list[Range]]
) -> Reached:
    """Return the users who reached each step, for several ranges.

    `within` is in microseconds. `ranges` has, for each range, the bounds of each step.
    """
    edges = [
        (number * STEPS + step, low, high)
        for number, bounds in enumerate(ranges)
        for step, (low, high) in enumerate(bounds)
    ]
    sealed = sealed_between(session, scope, *around(edges))
    of_days, of_events = sealed.split(edges)
    by_chain: dict[tuple[int, object, str], list[tuple[int, str]]] = {}
    for taken in (
        *sealed_steps(session, scope, sealed, wanted, of_days),
        *_recent_steps(session, scope, wanted, of_events),
    ):
        number, user, same, moments, labels = taken
        listed = zip(moments, labels or [""] * len(moments), strict=True)
        by_chain.setdefault((number, user, same), []).extend(listed)
    users_of: Reached = [{} for _range in ranges]
    for (number, user, _same), moments_and_labels in by_chain.items():
        moments_and_labels.sort()
        for label, steps in _steps_of(moments_and_labels, len(wanted.types), within):
            sets = users_of[number].setdefault(label, [set() for _step in wanted.types])
            for step in steps:
                sets[step].add(user)
    return users_of


def _steps_of(
    moments: Iterable[tuple[int, str]], count: int, within: int
) -> Iterator[tuple[str, set[int]]]:
    """Yield the steps that a user reached, by the label of the first step."""
    chain: list[tuple[int, str] | None] = [None] * count
    steps_by_label: dict[str, set[int]] = {}
    for moment, label in moments:
        at, step = divmod(moment, STEPS)
        start = (at, label) if step == 0 else chain[step - 1]
        if start is not None and at - start[0] <= within:
            chain[step] = start
            steps_by_label.setdefault(start[1], set()).add(step)
    yield from steps_by_label.items()


def _recent_steps(
    session: Session, scope: Scope, wanted: StepEvents, edges: Sequence[tuple[int, int, int]]
) -> Iterator[Taken]:
    """Yield the steps that are read from events."""
    if not edges:
        return
    rows = [
        (number // STEPS, number % STEPS, wanted.types[number % STEPS], low, high)
        for number, low, high in edges
    ]
    params = {**scope.params, "steps": as_list(rows)}
    statement = _statement(wanted)
    for at, step, number, user, known, same, label in session.execute(statement, params):
        yield number, user if known is None else known, same, [at * STEPS + step], [label]


@lru_cache(maxsize=256)
def _statement(wanted: StepEvents) -> Any:
    """Select the events of the steps that have a user and a value of `same`."""
    steps = _step_list(bindparam("steps", type_=String)).alias("steps")
    is_of_step = (
        (events.c.type == steps.c.type)
        & (events.c.occurred_at >= steps.c.low)
        & (events.c.occurred_at < steps.c.high)
    )
    same = text_field(events, wanted.same) if wanted.same else literal("")
    label = func.coalesce(text_field(events, wanted.by), "") if wanted.by else literal("")
    columns = (
        events.c.occurred_at,
        steps.c.step,
        steps.c.number,
        events.c.user_id,
        event_users.c.number,
        same,
        label,
    )
    conditions = [meets(condition, events) for condition in wanted.where]
    source = ordered(steps, events, is_of_step)
    return (
        select(*columns)
        .select_from(source.outerjoin(event_users, event_users.c.user_id == events.c.user_id))
        .where(events.c.user_id.is_not(None), *([same != ""] if wanted.same else []), *conditions)
    )
