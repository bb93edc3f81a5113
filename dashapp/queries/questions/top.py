"""Which labels have the most events?

Exact without reading all labels (the threshold algorithm of Fagin, Lotem and Naor, 2001). The range
is a few blocks of days, and only the most frequent labels of each block are read. A label that was
not read cannot be more frequent than the sum of the last counts that were read from each block. If
two attempts do not settle the order, the labels are about equally frequent, and all are added up.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dashapp.domain.metrics.tallies import Tally
from dashapp.queries.reading.asks import Ask, BlockHeads, Heads, Labels, Range, Spellings
from dashapp.queries.reading.together import Steps

_DEPTHS = (3, 24)  # labels read from each block in the two attempts, as multiples of the limit


class Ranked(NamedTuple):
    """A label: the key that it is counted under, its most frequent spelling, and its count."""

    key: str
    label: str
    n: int


class Top(NamedTuple):
    """The most frequent labels, by count and then by key, and the total of all labels."""

    labels: list[Ranked]
    total: int


def top(tally: Tally, bounds: Range, limit: int) -> Steps:
    """Return the `limit` most frequent labels in the range, in their most frequent spelling."""
    ranking = yield from rank(tally, bounds, limit)
    spellings: Mapping[str, Mapping[str, int]] = {}
    if tally.has_spellings and ranking.best:
        keys = [key for key, _n in ranking.best]
        spellings = yield from _spellings(tally, bounds, keys, ranking.heads)
    labels = [
        Ranked(key, _most_frequent_spelling(spellings.get(key, {}), key, n), n)
        for key, n in ranking.best
    ]
    return Top(labels, ranking.total)


class Ranking(NamedTuple):
    """The most frequent labels with their counts, and the total of all labels."""

    best: list[tuple[str, int]]
    total: int
    heads: BlockHeads


def rank(tally: Tally, bounds: Range, limit: int) -> Steps:
    """Rank the labels in the range, by count and then by label."""
    total = Ask(tally, (bounds,), is_stored=True)
    for depth in (factor * limit for factor in _DEPTHS):
        heads, (stored,) = yield [Heads(tally, bounds, depth), total]
        counted = stored.get("", 0) + sum(heads.events.values())
        listed = _first(heads.events, depth)
        keys = {key for head in [*heads.blocks, listed] for key, _n in head}
        sums = (yield from sums_of(tally, bounds, keys, heads)) if heads.blocks else heads.events
        best = _first({key: sums.get(key, 0) for key in keys}, limit)
        if not heads.blocks:
            return Ranking(best, counted, heads)
        # A label that was not read has at most the last count of each full head. The counts from
        # events are complete, but of them only the first were listed.
        full = [head for head in [*heads.blocks, listed] if len(head) >= depth]
        threshold = sum(head[-1][1] for head in full)
        if not full or (len(best) == limit and best[-1][1] > threshold):
            return Ranking(best, counted, heads)
    everything = Ask(tally, (bounds,), Labels.EACH, is_stored=True)
    ((all_sums,),) = yield [everything]
    for key, n in heads.events.items():
        all_sums[key] = all_sums.get(key, 0) + n
    return Ranking(_first(all_sums, limit), counted, heads)


def sums_of(tally: Tally, bounds: Range, keys: set[str], heads: BlockHeads) -> Steps:
    """Return the exact counts of these labels; `heads` has those counted from events."""
    ((sums,),) = yield [Ask(tally, (bounds,), tuple(sorted(keys)), is_stored=True)]
    return {key: sums.get(key, 0) + heads.events.get(key, 0) for key in keys}


def _first(counts: Mapping[str, int], limit: int) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:limit]


def _spellings(tally: Tally, bounds: Range, keys: Sequence[str], heads: BlockHeads) -> Steps:
    """Return the counts of each label's spellings, without the spelling that equals the label."""
    (stored,) = yield [Spellings(tally, bounds, tuple(keys))]
    spellings = {key: dict(stored.get(key, {})) for key in keys}
    for (key, spelling), n in heads.spellings.items():
        if key in spellings and spelling != key:
            spellings[key][spelling] = spellings[key].get(spelling, 0) + n
    return spellings


def _most_frequent_spelling(spellings: Mapping[str, int], key: str, total: int) -> str:
    """Return the most frequent spelling; of equally frequent ones, the first in order."""
    as_key = total - sum(spellings.values())
    candidates = {**spellings, **({key: as_key} if as_key else {})}
    return _first(candidates, 1)[0][0]
