"""Which texts of a property make a label? The ones that a filter on the label has to look for."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.tallies import Tally
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.counts import counted_events, field_of, from_events, rest_of


def raw_values(
    session: Session, scope: Scope, time_range: TimeRange, of: Tally, labels: Sequence[str]
) -> list[str]:
    """The texts of a property that make one of the labels, in both ranges that are compared.

    A label is trimmed, and a folded one is in one case: “Rice” and “ rICE ” are one. All events are
    looked at, whatever the tally counts: the filter is for every panel of a board.
    """
    bounds = time_range.params
    ranges = [
        (bounds["start"], bounds["end"]),
        (bounds["previous_start"], bounds["previous_end"]),
    ]
    _number, covers = from_events(ranges)
    keys = (of.key_of_field(label) for label in labels)
    wanted = {key[0] for key in keys if key is not None}
    params = {**scope.params, "edges": rest_of(covers)}
    found = session.execute(_statement(of), params).scalars()
    return [text for text in found if (key := of.key_of_field(text)) and key[0] in wanted]


@lru_cache(maxsize=64)
def _statement(of: Tally) -> Any:
    anywhere = replace(of, types=(), where=None)
    return counted_events(anywhere, "", field_of(of), with_buckets=True).distinct()
