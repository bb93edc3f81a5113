"""The Scope of a question with filters: labels match every text that is counted under them."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from dashapp.domain.access.filters import Filters, filtered_field
from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.tallies import Label, Tally
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.questions.quantities import By
from dashapp.queries.raw_values import raw_values


def filtered(
    session: Session,
    scope: Scope,
    time_range: TimeRange,
    chosen: Filters,
    fields: Mapping[str, By],
) -> Scope:
    """Return the Scope with these filters in addition to its own.

    `fields` says how the values of a field are counted. Unlike on a board, an event without the
    field of a filter does not count, unless the filter excludes values.
    """

    def values_of(name: str, values: tuple[str, ...]) -> tuple[str, ...]:
        by = fields.get(filtered_field(name))
        if by is None or by.label is Label.EXACT:
            return values
        tally = Tally(by=by.field, label=by.label)
        return tuple(raw_values(session, scope, time_range, tally, values))

    return scope.filtered_by(tuple((name, values_of(name, values)) for name, values in chosen))
