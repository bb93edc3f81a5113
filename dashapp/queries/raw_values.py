"""Which stored texts have a given label? A filter on the label matches these texts."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import TooSlow
from dashapp.domain.metrics.tallies import Tally
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.columns.cuts import around
from dashapp.queries.columns.texts import sealed_texts
from dashapp.queries.questions.ranges import previous, whole
from dashapp.store.columns.sealed import sealed_between
from dashapp.store.sql.counted import field_of, has_value
from dashapp.store.sql.dialect import as_list
from dashapp.store.sql.ordered import ordered
from dashapp.store.sql.scoped import buckets, event_types, events

_MAX_READ = 500_000  # texts of a field
_MAX_FOUND = 1_000  # texts with one of the labels


def raw_values(
    session: Session, scope: Scope, time_range: TimeRange, tally: Tally, labels: Sequence[str]
) -> list[str]:
    """Return the texts in the range or the compared range that have one of these labels.

    Labels are trimmed, and folded ones ignore case: “Rice” and “ rICE ” have the same label. Reads
    all events, not only those that the tally counts, because a filter applies to every panel.
    Raises TooSlow if there are too many texts to read, or too many to compare each event with.
    """
    keys = (tally.key_of_field(label) for label in labels)
    label_keys = {key[0] for key in keys if key is not None}
    edges = [(number, low, high) for number, (low, high) in enumerate(_bounds(time_range))]
    sealed = sealed_between(session, scope, *around(edges))
    of_days, of_events = sealed.split(edges)
    params = {**scope.params, "edges": as_list(of_events)}
    texts = {
        *sealed_texts(session, scope, sealed, tally.by, of_days),
        *session.execute(_statement(tally), params).scalars(),
    }
    if len(texts) > _MAX_READ:
        raise TooSlow
    found = [text for text in texts if (key := tally.key_of_field(text)) and key[0] in label_keys]
    if len(found) > _MAX_FOUND:
        raise TooSlow
    return sorted(found)


def _bounds(time_range: TimeRange) -> list[tuple[int, int]]:
    return [whole(time_range), previous(time_range)]


@lru_cache(maxsize=64)
def _statement(tally: Tally) -> Any:
    is_in_range = (events.c.occurred_at >= buckets.c.low) & (events.c.occurred_at < buckets.c.high)
    source = ordered(
        event_types.join(buckets, literal(1) == 1),
        events,
        (events.c.type == event_types.c.type) & is_in_range,
    )
    statement = select(field_of(tally, events)).select_from(source)
    return statement.where(*has_value(tally, events)).distinct().limit(_MAX_READ + 1)
