"""The most frequent labels as rows: with the others together, shares, and places before."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from dashapp.domain.scope import Scope
from dashapp.domain.series import MOST_RANKED, TopRow, shares
from dashapp.domain.tallies import Tally
from dashapp.domain.time_range import TimeRange
from dashapp.queries.counts import is_comparable
from dashapp.queries.top import MOST, Ranked, asking, top

OTHERS = "other"


def top_rows(
    session: Session, scope: Scope, time_range: TimeRange, of: Tally, limit: int = MOST
) -> Sequence[TopRow]:
    """The most frequent labels of the range, then all others together where there are any.

    With their share of all, and their places in the range before.
    """
    bounds = time_range.params
    found = top(session, scope, of, (bounds["start"], bounds["end"]), limit)
    if not found.labels:
        return []
    others = found.total - sum(one.n for one in found.labels)
    values = [one.n for one in found.labels] + ([others] if others else [])
    parts = shares(values, found.total, has_others=others > 0)
    before = _ranks_before(session, scope, time_range, of, found.labels)
    rows = [
        TopRow(one.label, one.n, share, (before or {}).get(one.key), is_compared=before is not None)
        for one, share in zip(found.labels, parts, strict=False)
    ]
    return [*rows, TopRow(OTHERS, others, parts[-1], is_other=True)] if others else rows


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
