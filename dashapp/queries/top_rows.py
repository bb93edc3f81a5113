"""The most frequent labels as rows, with the others together, shares, and earlier places."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.tallies import Tally
from dashapp.domain.series import MOST_RANKED, TopRow
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.counts import is_comparable
from dashapp.queries.top import MOST, Ranked, Top, asking, top

OTHERS = "other"


def top_rows(
    session: Session, scope: Scope, time_range: TimeRange, of: Tally, limit: int = MOST
) -> Sequence[TopRow]:
    """The most frequent labels of the range, then all others together where they are two or more.

    With their share of all, and their places in the range that is compared with.
    """
    bounds = time_range.params
    found = top(session, scope, of, (bounds["start"], bounds["end"]), limit + 1)
    labels = _listed(found, limit)
    if not labels:
        return []
    before = _ranks_before(session, scope, time_range, of, labels)
    rows = [
        TopRow(
            one.label,
            one.n,
            one.n / found.total,
            rank_before=(before or {}).get(one.key),
            is_compared=before is not None,
        )
        for one in labels
    ]
    others = found.total - sum(one.n for one in labels)
    if not others:
        return rows
    return [*rows, TopRow(OTHERS, others, others / found.total, is_other=True)]


def _listed(found: Top, limit: int) -> list[Ranked]:
    """The labels that get a row: one more than `limit` where it would be alone among the others."""
    is_all = sum(one.n for one in found.labels) == found.total
    return found.labels if is_all else found.labels[:limit]


def _ranks_before(
    session: Session, scope: Scope, time_range: TimeRange, of: Tally, labels: Sequence[Ranked]
) -> dict[str, int] | None:
    """The places that these labels had, from 1; None where nothing can be compared.

    A label that was there, beyond the places that are looked at, has the first of those beyond.
    """
    if not is_comparable(session, scope, time_range):
        return None
    bounds = (time_range.params["previous_start"], time_range.params["previous_end"])
    ask = asking(session, scope, of, bounds)
    most = MOST_RANKED * len(labels)
    places = {key: place for place, (key, _) in enumerate(ask.most_frequent(most), 1)}
    unplaced = {one.key for one in labels} - places.keys()
    there = ask.sums(unplaced) if unplaced and len(places) == most else {}
    return places | dict.fromkeys((key for key, n in there.items() if n), most + 1)
