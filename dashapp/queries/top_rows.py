"""The most frequent labels as rows: with shares, previous ranks, and one row for all others."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.tallies import Tally
from dashapp.domain.series import RANKED_PER_LABEL, TopRow
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.counts import is_comparable
from dashapp.queries.top import DEFAULT_LIMIT, Ranked, Top, label_ranking, top

OTHERS = "other"


def top_rows(
    session: Session, scope: Scope, time_range: TimeRange, tally: Tally, limit: int = DEFAULT_LIMIT
) -> Sequence[TopRow]:
    """The most frequent labels of the range, then one row for all others if there are two or more.

    Each row has its share of the total and its rank in the compared range.
    """
    bounds = time_range.params
    ranked = top(session, scope, tally, (bounds["start"], bounds["end"]), limit + 1)
    labels = _listed(ranked, limit)
    if not labels:
        return []
    previous_ranks = _previous_ranks(session, scope, time_range, tally, labels)
    rows = [
        TopRow(
            label.label,
            label.n,
            label.n / ranked.total,
            rank_before=(previous_ranks or {}).get(label.key),
            is_compared=previous_ranks is not None,
        )
        for label in labels
    ]
    others = ranked.total - sum(label.n for label in labels)
    if not others:
        return rows
    return [*rows, TopRow(OTHERS, others, others / ranked.total, is_other=True)]


def _listed(ranked: Top, limit: int) -> list[Ranked]:
    """The labels that get their own row: `limit`, or all if only one label would be left over."""
    is_all = sum(label.n for label in ranked.labels) == ranked.total
    return ranked.labels if is_all else ranked.labels[:limit]


def _previous_ranks(
    session: Session, scope: Scope, time_range: TimeRange, tally: Tally, labels: Sequence[Ranked]
) -> dict[str, int] | None:
    """The ranks that these labels had, from 1; None if the ranges cannot be compared.

    A label that ranked below the last place that is read gets the place after it.
    """
    if not is_comparable(session, scope, time_range):
        return None
    bounds = (time_range.params["previous_start"], time_range.params["previous_end"])
    ranking = label_ranking(session, scope, tally, bounds)
    last = RANKED_PER_LABEL * len(labels)
    ranks = {key: rank for rank, (key, _) in enumerate(ranking.most_frequent(last), 1)}
    unranked = {label.key for label in labels} - ranks.keys()
    counts = ranking.sums(unranked) if unranked and len(ranks) == last else {}
    return ranks | dict.fromkeys((key for key, n in counts.items() if n), last + 1)
