"""Which stored texts have a given label? A filter on the label matches these texts."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.tallies import Tally
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.counts import counted_events, from_events, rest_of
from dashapp.store.sql.counted import field_of
from dashapp.store.sql.scoped import events


def raw_values(
    session: Session, scope: Scope, time_range: TimeRange, tally: Tally, labels: Sequence[str]
) -> list[str]:
    """The texts in the range or the compared range that have one of these labels.

    Labels are trimmed, and folded ones ignore case: “Rice” and “ rICE ” have the same label. Reads
    all events, not only those that the tally counts, because a filter applies to every panel.
    """
    bounds = time_range.params
    ranges = [
        (bounds["start"], bounds["end"]),
        (bounds["previous_start"], bounds["previous_end"]),
    ]
    _number, covers = from_events(ranges)
    keys = (tally.key_of_field(label) for label in labels)
    label_keys = {key[0] for key in keys if key is not None}
    params = {**scope.params, "edges": rest_of(covers)}
    texts = session.execute(_statement(tally), params).scalars()
    return [text for text in texts if (key := tally.key_of_field(text)) and key[0] in label_keys]


@lru_cache(maxsize=64)
def _statement(tally: Tally) -> Any:
    unfiltered = replace(tally, types=(), where=None)
    return counted_events(unfiltered, "", field_of(tally, events), with_buckets=True).distinct()
