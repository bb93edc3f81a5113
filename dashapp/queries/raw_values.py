"""Which texts of a property make a label? The ones that a filter on the label has to look for."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from dashapp.domain.scope import Scope
from dashapp.domain.tallies import Tally
from dashapp.domain.time_range import TimeRange
from dashapp.queries.counts import counted_events, field_of, from_events, rest_of


def raw_values(
    session: Session, scope: Scope, time_range: TimeRange, of: Tally, labels: Sequence[str]
) -> list[str]:
    """What the property holds, in the range and the one before, where it makes one of the labels.

    A label is trimmed, and a folded one is in one case: “Rice” and “ rICE ” are one.
    """
    bounds = time_range.params
    _number, covers = from_events([(bounds["previous_start"], bounds["end"])])
    wanted = {key[0] for key in map(of.key_of_field, labels) if key is not None}
    params = {**scope.params, "edges": rest_of(covers)}
    found = session.execute(_statement(of), params).scalars()
    return [text for text in found if (key := of.key_of_field(text)) and key[0] in wanted]


@lru_cache(maxsize=64)
def _statement(of: Tally) -> Any:
    return counted_events(of, "", field_of(of), with_buckets=True).distinct()
