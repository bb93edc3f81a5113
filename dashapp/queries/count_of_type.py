"""How many events of one type happened, and how many in the range before?"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import Session

from dashapp.domain.scope import Scope
from dashapp.domain.series import ScalarRow
from dashapp.domain.time_range import TimeRange
from dashapp.queries.params import over
from dashapp.store.scoped import events, org_states


def counting(event_type: str, *conditions: ColumnElement[bool]) -> Select[Any]:
    """One row: the count in the range, the count in the previous one, the org's first event."""

    def between(low: str, high: str) -> Any:
        return (
            select(func.count())
            .select_from(events)
            .where(
                events.c.type == event_type,
                events.c.occurred_at >= bindparam(low, type_=BigInteger),
                events.c.occurred_at < bindparam(high, type_=BigInteger),
                *conditions,
            )
            .scalar_subquery()
        )

    return select(
        between("start", "end").label("value"),
        between("previous_start", "previous_end").label("previous"),
        select(org_states.c.first_event_at).scalar_subquery().label("first_event_at"),
    )


def count(
    session: Session, scope: Scope, time_range: TimeRange, statement: Select[Any]
) -> Sequence[ScalarRow]:
    """One row; `previous` is None when that range begins before the org's first event."""
    params = over(scope, time_range)
    value, previous, first = session.execute(statement, params).one()
    is_comparable = first is not None and time_range.params["previous_start"] >= first
    return [ScalarRow(value, previous if is_comparable else None)]
