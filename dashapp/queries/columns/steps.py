"""The steps of a funnel that users took on sealed days."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.conditions import Condition
from dashapp.queries.columns.cuts import Edge, around
from dashapp.queries.columns.from_columns import user_numbers
from dashapp.queries.columns.source import (
    Needs,
    Params,
    Source,
    text_column,
    users_named,
)
from dashapp.store.columns.duck import Question
from dashapp.store.columns.sealed import Sealed, Segment

STEPS = 16  # more than a funnel has: a time and a step are one number


class StepEvents(NamedTuple):
    """Which events are steps: their types in order, conditions, and two properties.

    Events of a chain have the same value of `same`. `by` is the field whose value at the first step
    tells chains apart.
    """

    types: tuple[str, ...]
    where: tuple[Condition, ...] = ()
    same: str | None = None
    by: str | None = None


# Number of the range, user, value of `same`; the moments of the steps times STEPS plus the step, in
# order; and the values of `by` at these moments.
Taken = tuple[int, object, str, list[int], list[str]]


def sealed_steps(
    session: Session, scope: Scope, sealed: Sealed, wanted: StepEvents, edges: Sequence[Edge]
) -> list[Taken]:
    """Return the steps of each user in each range, from sealed days. Raises TooSlow.

    The number of an edge is that of its range times STEPS, plus the step that it is for.
    """
    if not edges:
        return []
    users = user_numbers(session, scope, users_named(scope, wanted.where))

    def ask(question: Question, segments: Sequence[Segment]) -> list[Any]:
        params = Params()
        statement = _statement(params, Source(segments, scope, users), wanted, edges)
        return question.run(statement, params.values)

    return sealed.ask(session, scope, ask)


def _statement(params: Params, source: Source, wanted: StepEvents, edges: Sequence[Edge]) -> str:
    needs = Needs()
    for name in (wanted.same, wanted.by):
        needs.add_field(name or "")
    for condition in wanted.where:
        needs.add_condition(condition)
    rows = source.select(params, needs, *around(edges))
    same = text_column(wanted.same) if wanted.same else "''"
    label = f"coalesce({text_column(wanted.by)}, '')" if wanted.by else "''"
    labels = f"list({label} ORDER BY t, e.number % {STEPS})" if wanted.by else "[]::VARCHAR[]"
    conditions = ["u IS NOT NULL", *([f"{same} != ''"] if wanted.same else [])]
    conditions += [source.meets(params, condition) for condition in wanted.where]
    return (
        f"SELECT e.number // {STEPS} AS number, u, {same} AS same, "  # noqa: S608 - our own names
        f"list(t * {STEPS} + e.number % {STEPS} ORDER BY t, e.number % {STEPS}), {labels} "
        f"FROM ({rows}) AS s JOIN ({_listed(params, wanted, edges)}) AS e "
        f"ON s.type = e.type AND s.t >= e.low AND s.t < e.high "
        f"WHERE {' AND '.join(conditions)} GROUP BY ALL"
    )


def _listed(params: Params, wanted: StepEvents, edges: Sequence[Edge]) -> str:
    """Return the ranges of each step as a table."""
    types = params.add([wanted.types[number % STEPS] for number, _low, _high in edges])
    numbers, lows, highs = (params.add([edge[place] for edge in edges]) for place in range(3))
    return (
        f"SELECT unnest({types}::VARCHAR[]) AS type, unnest({numbers}::INTEGER[]) AS number, "
        f"unnest({lows}::BIGINT[]) AS low, unnest({highs}::BIGINT[]) AS high"
    )
