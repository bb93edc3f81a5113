"""The distinct texts of a field on sealed days."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.queries.columns.cuts import Edge, around
from dashapp.queries.columns.from_columns import user_numbers
from dashapp.queries.columns.source import (
    Needs,
    Params,
    Source,
    range_table,
    text_column,
    users_named,
)
from dashapp.store.columns.duck import Question
from dashapp.store.columns.sealed import Sealed, Segment


def sealed_texts(
    session: Session, scope: Scope, sealed: Sealed, field: str, edges: Sequence[Edge]
) -> list[str]:
    """Return the texts that a field has in some sealed ranges. Raises TooSlow."""
    if not edges:
        return []
    users = user_numbers(session, scope, users_named(scope, ()))

    def ask(question: Question, segments: Sequence[Segment]) -> list[tuple[Any, ...]]:
        params, needs = Params(), Needs()
        needs.add_field(field)
        rows = Source(segments, scope, users).select(params, needs, *around(edges))
        listed = range_table(params, edges)
        column = text_column(field)
        statement = (
            f"SELECT DISTINCT {column} FROM ({rows}) AS s "  # noqa: S608 - our own names
            f"JOIN ({listed}) AS e ON s.t >= e.low AND s.t < e.high WHERE {column} != ''"
        )
        return question.run(statement, params.values)

    return [text for (text,) in sealed.ask(session, scope, ask)]
