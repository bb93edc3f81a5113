"""Which labels have the most events?

Exact without reading all labels (the threshold algorithm of Fagin, Lotem and Naor, 2001). The range
is a few blocks of days, and only the most frequent labels of each block are read. A label that was
not read cannot be more frequent than the sum of the last counts that were read from each block. If
two attempts do not settle the order, the labels are about equally frequent, and all are added up.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from dashapp.domain.metrics.tallies import Tally
from dashapp.queries.reading.asks import (
    AnyAsk,
    Ask,
    BlockHeads,
    Counts,
    Heads,
    Leading,
    Range,
    Spellings,
)
from dashapp.queries.reading.together import Steps, in_step

_DEPTHS = (8, 48)  # labels read from each block in the two attempts, as multiples of the limit


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
    return (yield from spelled(tally, bounds, ranking))


def spelled(tally: Tally, bounds: Range, ranking: "Ranking") -> Steps:
    """Return a ranking's labels in their most frequent spelling."""
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
    """The most frequent labels with their counts, and the total of all labels.

    `known` has labels with their counts, those of `best` and some others. `labels` is how many
    labels there are; None if not all were read.
    """

    best: list[tuple[str, int]]
    total: int
    heads: BlockHeads
    known: Mapping[str, int]
    labels: int | None = None


def rank(tally: Tally, bounds: Range, limit: int) -> Steps:
    """Rank the labels in the range, by count and then by label."""
    (ranking,) = yield from rank_all(tally, [(bounds, limit)])
    return ranking


def rank_all(tally: Tally, ranges: Sequence[tuple[Range, int]]) -> Steps:
    """Rank the labels in several ranges, each with its limit.

    The counts of labels that may lead in the first range are known in the others, too.
    """
    asks: list[AnyAsk] = []
    for bounds, limit in ranges:
        asks += [Heads(tally, bounds, _DEPTHS[0] * limit), Ask(tally, (bounds,), is_stored=True)]
    answers = yield asks
    bounds_of_ranges = [
        _Bounds(heads, _DEPTHS[0] * limit, limit)
        for heads, (_range, limit) in zip(answers[::2], ranges, strict=True)
    ]
    wanted = bounds_of_ranges[0].candidates
    rankings = yield from in_step(
        *(
            _settle(tally, of_range, counts, wanted)
            for (of_range, _limit), counts in zip(ranges, bounds_of_ranges, strict=True)
        )
    )
    return [
        ranking._replace(total=stored.get("", 0) + sum(ranking.heads.events.values()))
        for ranking, (stored,) in zip(rankings, answers[1::2], strict=True)
    ]


class _Bounds:
    """What the heads of blocks say about the labels' counts: at least, and at most."""

    def __init__(self, heads: BlockHeads, depth: int, limit: int) -> None:
        self.heads = heads
        self.limit = limit
        # A label that is not in the head of a block has at most the head's last count there; none
        # if the head has all labels of the block.
        self._full = [
            (block, {key for key, _n in head}, head[-1][1])
            for block, head in heads.blocks
            if len(head) >= depth
        ]
        self.at_least: dict[str, int] = dict(heads.events)
        for _block, head in heads.blocks:
            for key, n in head:
                self.at_least[key] = self.at_least.get(key, 0) + n
        self.unread = sum(last for _block, _keys, last in self._full)

    def at_most(self, key: str) -> int:
        missing = (last for _block, keys, last in self._full if key not in keys)
        return self.at_least.get(key, 0) + sum(missing)

    @property
    def candidates(self) -> list[str]:
        """Return the labels that can be among the most frequent ones."""
        counts = sorted(self.at_least.values(), reverse=True)
        lowest = counts[self.limit - 1] if len(counts) >= self.limit else 0
        return [key for key in self.at_least if self.at_most(key) >= lowest]

    def missing(self, keys: Iterable[str]) -> list[tuple[int, int, str]]:
        """Return where counts of labels are not known: grain, step, and label."""
        return [
            (*block, key) for key in keys for block, read, _last in self._full if key not in read
        ]


def _settle(tally: Tally, bounds: Range, counts: _Bounds, wanted: Sequence[str]) -> Steps:
    """Return the ranking if what was read settles it; otherwise read more, at last all labels."""
    for depth in (*_DEPTHS[1:], 0):
        keys = list(dict.fromkeys([*counts.candidates, *wanted]))
        known = yield from _known(tally, counts, keys)
        best = _first({key: known[key] for key in keys if known[key]}, counts.limit)
        is_complete = len(best) == counts.limit and best[-1][1] > counts.unread
        if not counts.unread or is_complete:
            labels = None if counts.unread else len(counts.at_least)
            return Ranking(best, 0, counts.heads, known, labels)
        if depth:
            depth *= counts.limit  # noqa: PLW2901
            (heads,) = yield [Heads(tally, bounds, depth)]
            counts = _Bounds(heads, depth, counts.limit)
    # Counts from events may change the order: as many more labels are read as have some.
    (leading,) = yield [Leading(tally, bounds, counts.limit + len(counts.heads.events))]
    keys = list(dict.fromkeys([*leading, *counts.heads.events, *wanted]))
    (stored,) = yield [Ask(tally, (bounds,), tuple(keys), is_stored=True)]
    events = counts.heads.events
    known = {key: stored[0].get(key, 0) + events.get(key, 0) for key in keys}
    best = _first({key: n for key, n in known.items() if n}, counts.limit)
    return Ranking(best, 0, counts.heads, known)


def _known(tally: Tally, counts: _Bounds, keys: Sequence[str]) -> Steps:
    """Return the exact counts of these labels."""
    missing = counts.missing(keys)
    more: Mapping[str, int] = {}
    if missing:
        (more,) = yield [Counts(tally, tuple(missing))]
    return {key: counts.at_least.get(key, 0) + more.get(key, 0) for key in keys}


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
