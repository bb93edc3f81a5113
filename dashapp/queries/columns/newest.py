"""The newest events on sealed days: where to find their rows."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.boards.definitions import Measured
from dashapp.queries.columns.cuts import Edge, around
from dashapp.queries.columns.from_columns import user_numbers
from dashapp.queries.columns.source import (
    Needs,
    Params,
    Source,
    is_of_types,
    range_table,
    users_named,
)
from dashapp.store.columns.duck import Question
from dashapp.store.columns.sealed import Sealed, Segment


class Newest(NamedTuple):
    """Which events are wanted, and how many."""

    measured: Measured
    limit: int


def newest_moments(
    session: Session, scope: Scope, sealed: Sealed, wanted: Newest, edges: Sequence[Edge]
) -> list[tuple[str, int]]:
    """Return types and times of the newest events in some sealed ranges. Raises TooSlow.

    There are at least as many events as wanted at these moments, unless there are no more.
    """
    measured, limit = wanted
    if not edges:
        return []
    users = user_numbers(session, scope, users_named(scope, measured.where))

    def ask(question: Question, segments: Sequence[Segment]) -> list[Any]:
        params, needs = Params(), Needs()
        source = Source(segments, scope, users)
        for condition in measured.where:
            needs.add_condition(condition)
        rows = source.select(params, needs, *around(edges))
        conditions = [is_of_types(params, measured.types)] if measured.types else []
        conditions += [source.meets(params, condition) for condition in measured.where]
        listed = range_table(params, edges)
        statement = (
            f"WITH matching AS MATERIALIZED (SELECT type, t FROM ({rows}) AS s "  # noqa: S608 - our own names
            f"JOIN ({listed}) AS e ON s.t >= e.low AND s.t < e.high "
            f"WHERE {' AND '.join(conditions or ['true'])}) "
            f"SELECT DISTINCT type, t FROM matching WHERE t >= (SELECT min(t) FROM "
            f"(SELECT t FROM matching ORDER BY t DESC LIMIT {int(limit)}))"
        )
        return question.run(statement, params.values)

    return sealed.ask(session, scope, ask)
