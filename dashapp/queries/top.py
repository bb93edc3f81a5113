"""Which values of a property are most frequent?

Exact without reading all labels (the threshold algorithm of Fagin, Lotem and Naor, 2001). The range
is a few blocks of days, and only the most frequent labels of each block are read. A label that was
not read cannot be more frequent than the sum of the last counts that were read from each block. If
two attempts do not settle the order, the labels are about equally frequent, and all are added up.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, bindparam, cast, func, literal, literal_column, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.folding import DAYS, split_into_blocks
from dashapp.domain.metrics.tallies import ALL_PROJECTS, Label, Tally
from dashapp.queries.counts import (
    Range,
    counted_events,
    covers_of,
    rest_of,
)
from dashapp.store.sql.aggregates import pairs
from dashapp.store.sql.counted import field_of
from dashapp.store.sql.dialect import as_list, as_texts
from dashapp.store.sql.ordered import ordered
from dashapp.store.sql.parameters import text_list
from dashapp.store.sql.scoped import TALLY, TALLY_PROJECT, events, steps
from dashapp.store.sql.scoped import tally as tally_rows

DEFAULT_LIMIT = 10
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


def top(session: Session, scope: Scope, tally: Tally, bounds: Range, limit: int) -> Top:
    """The `limit` most frequent labels in `low <= t < high`, in their most frequent spelling."""
    ranking = label_ranking(session, scope, tally, bounds)
    best = ranking.most_frequent(limit)
    has_spellings = tally.label is Label.FOLDED and best
    spellings = ranking.spellings([key for key, _ in best]) if has_spellings else {}
    labels = [
        Ranked(key, _most_frequent_spelling(spellings[key], key, n) if key in spellings else key, n)
        for key, n in best
    ]
    return Top(labels, ranking.total())


def label_ranking(session: Session, scope: Scope, tally: Tally, bounds: Range) -> "LabelRanking":
    """The ranking of the labels in `low <= t < high` (microseconds)."""
    number, covers = covers_of(session, scope, tally, [bounds], has_hours=False)
    ranking = LabelRanking(session, scope, number, covers[0].days)
    if covers[0].rest:
        edges = rest_of(covers)
        for text, n in session.execute(_rest_statement(tally), {**scope.params, "edges": edges}):
            ranking.add(tally.key_of_field(text), n)
    return ranking


@dataclass
class LabelRanking:
    """Ranks the labels of one tally in one scope: whole days from the tally, the rest from events.

    `number` is the tally's number in the database, `days` are ranges of local days to read from it.
    """

    session: Session
    scope: Scope
    number: int
    days: Sequence[tuple[int, int]]
    event_counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    event_spellings: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))

    @cached_property
    def blocks(self) -> list[tuple[int, int]]:
        """The blocks that cover the days, each as its grain and its step."""
        return split_into_blocks(self.days)

    def add(self, label: tuple[str, str] | None, n: int) -> None:
        """Add a label and its spelling, counted from events."""
        if label is not None:
            key, spelling = label
            self.event_counts[key] += n
            self.event_spellings[key, spelling or key] += n

    def most_frequent(self, limit: int) -> list[tuple[str, int]]:
        """The `limit` most frequent labels with their counts, by count and then by label."""
        for depth in (factor * limit for factor in _DEPTHS):
            heads = self._heads(depth)
            threshold = sum(head[-1][1] for head in heads if len(head) >= depth)
            keys = {key for head in heads for key, _ in head}
            best = sorted(self.sums(keys).items(), key=_by_count)[:limit]
            if not threshold or (len(best) == limit and best[-1][1] > threshold):
                return best
        return self._most_frequent_of_all(limit)

    def _most_frequent_of_all(self, limit: int) -> list[tuple[str, int]]:
        """The most frequent labels, by adding up every label.

        Counts from events may change the order. The tally is therefore read as many labels deeper
        as were counted from events.
        """
        enough = limit + len(self.event_counts)
        sums = {row.key: row.n for row in self._run(_ALL, enough=enough)} if self.blocks else {}
        missing = self.event_counts.keys() - sums.keys()
        sums |= dict.fromkeys(missing, 0) | self._stored_sums(missing)
        for key, n in self.event_counts.items():
            sums[key] += n
        return sorted(sums.items(), key=_by_count)[:limit]

    def total(self) -> int:
        """The total of all labels."""
        steps_param = as_list((0, DAYS, low, high) for low, high in self.days)
        stored = self._run(_TOTAL, steps=steps_param).scalar() if self.days else 0
        return int(stored or 0) + sum(self.event_counts.values())

    def _heads(self, depth: int) -> list[list[tuple[str, int]]]:
        """The `depth` most frequent labels of each block, and of the counts from events."""
        heads = [sorted(self.event_counts.items(), key=_by_count)[:depth]]
        if self.blocks:
            heads += self._run(_HEADS, depth=depth).scalars()
        return heads

    def sums(self, keys: set[str]) -> Mapping[str, int]:
        """The exact counts of these labels."""
        sums = self._stored_sums(keys)
        for key, n in self.event_counts.items():
            if key in keys:
                sums[key] = sums.get(key, 0) + n
        return sums

    def _stored_sums(self, keys: Iterable[str]) -> dict[str, int]:
        if not self.blocks:
            return {}
        return {row.key: row.n for row in self._run(_SUMS, keys=as_texts(keys))}

    def spellings(self, keys: Sequence[str]) -> dict[str, dict[str, int]]:
        """The counts of each label's spellings, without the spelling that equals the label."""
        spellings: dict[str, dict[str, int]] = {key: defaultdict(int) for key in keys}
        for (key, spelling), n in self.event_spellings.items():
            if key in spellings and spelling != key:
                spellings[key][spelling] += n
        if self.blocks:
            for key, spelling, n in self._run(_SPELLINGS, keys=as_texts(keys)):
                spellings[key][spelling] += n
        return spellings

    def _run(self, statement: Any, **params: object) -> Any:
        scope_params = {
            **self.scope.params,
            TALLY: self.number,
            TALLY_PROJECT: self.scope.project or ALL_PROJECTS,
            "steps": as_list((0, grain, step, step + 1) for grain, step in self.blocks),
        }
        return self.session.execute(statement, {**scope_params, **params})


def _by_count(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def _most_frequent_spelling(spellings: Mapping[str, int], key: str, total: int) -> str:
    """The most frequent spelling; of equally frequent ones, the first in order."""
    as_key = total - sum(spellings.values())
    candidates = [*spellings.items(), *([(key, as_key)] if as_key else [])]
    return min(candidates, key=_by_count)[0]


def _heads_statement() -> Any:
    block = (
        select(tally_rows.c.key, tally_rows.c.n)
        .where(
            tally_rows.c.grain == steps.c.grain,
            tally_rows.c.step == steps.c.low,
            # Literals: parameters would not match the condition of the partial index.
            tally_rows.c.spelling == literal_column("''"),
            tally_rows.c.key != literal_column("''"),
        )
        .order_by(tally_rows.c.n.desc())
        .limit(bindparam("depth"))
        .correlate(steps)
        .subquery("head")
    )
    return select(select(pairs(block.c.key, block.c.n)).correlate(steps).scalar_subquery())


def _of_keys(spelling: Any, *columns: Any) -> Any:
    """Select the blocks' rows with one of the keys: each is looked up by its full key."""
    keys = text_list(bindparam("keys")).alias("keys")
    is_match = (
        (tally_rows.c.grain == steps.c.grain)
        & (tally_rows.c.step == steps.c.low)
        & (tally_rows.c.key == keys.c.text)
        & spelling
    )
    matches = ordered(steps.join(keys, literal(1) == 1), tally_rows, is_match)
    return select(*columns).select_from(matches)


_HEADS = _heads_statement().select_from(steps)
_n = cast(func.sum(tally_rows.c.n), BigInteger).label("n")
_is_in_step = (
    (tally_rows.c.grain == steps.c.grain)
    & (tally_rows.c.step >= steps.c.low)
    & (tally_rows.c.step < steps.c.high)
    & (tally_rows.c.spelling == "")
)
_IN_STEPS = ordered(steps, tally_rows, _is_in_step)
_TOTAL = select(_n).select_from(_IN_STEPS)
_ALL = (
    select(tally_rows.c.key, _n)
    .select_from(_IN_STEPS)
    .group_by(tally_rows.c.key)
    .order_by(_n.desc(), tally_rows.c.key)
    .limit(bindparam("enough"))
)
_SUMS = _of_keys(tally_rows.c.spelling == "", tally_rows.c.key, _n).group_by(tally_rows.c.key)
_SPELLINGS = _of_keys(
    tally_rows.c.spelling != "", tally_rows.c.key, tally_rows.c.spelling, _n
).group_by(tally_rows.c.key, tally_rows.c.spelling)


@lru_cache(maxsize=512)
def _rest_statement(tally: Tally) -> Any:
    value = field_of(tally, events).label("field")
    return counted_events(tally, "", value, func.count(), with_buckets=True).group_by("field")
