"""Which values of a property are most frequent?

Exact without looking at them all (the threshold algorithm of Fagin, Lotem and Naor, 2001): the
range is a few blocks of days, and of each only the most frequent labels are read. No label that was
not read can be more frequent than the last ones that were, all blocks together. Where that leaves a
doubt twice, labels are about equally frequent, and all are added up.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, bindparam, cast, func, literal, literal_column, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.folding import DAYS, blocks_of
from dashapp.domain.metrics.tallies import ALL_PROJECTS, Label, Tally
from dashapp.queries.counts import (
    Range,
    counted_events,
    covers_of,
    field_of,
    rest_of,
)
from dashapp.store.sql.dialect import as_list, as_texts
from dashapp.store.sql.parameters import ordered, pairs, text_list
from dashapp.store.sql.scoped import TALLY, TALLY_PROJECT, steps, tally

MOST = 10
_LOOKS = (3, 24)  # times as many labels as are wanted, of each block


class Ranked(NamedTuple):
    """A label: what it is counted under, as it is mostly spelled, and how often."""

    key: str
    label: str
    n: int


class Top(NamedTuple):
    """The most frequent labels, by count and then by key, and the count of all."""

    labels: list[Ranked]
    total: int


def top(session: Session, scope: Scope, of: Tally, bounds: Range, limit: int) -> Top:
    """The `limit` most frequent labels in `low <= t < high`, as they are mostly spelled."""
    ask = asking(session, scope, of, bounds)
    best = ask.most_frequent(limit)
    spelled = ask.spellings([key for key, _ in best]) if of.label is Label.FOLDED and best else {}
    labels = [
        Ranked(key, _mostly(spelled[key], key, n) if key in spelled else key, n) for key, n in best
    ]
    return Top(labels, ask.total())


def asking(session: Session, scope: Scope, of: Tally, bounds: Range) -> "Asking":
    """What is known of the labels in `low <= t < high`, microseconds."""
    number, covers = covers_of(session, scope, of, [bounds], has_hours=False)
    ask = Asking(session, scope, number, covers[0].days)
    if covers[0].rest:
        edges = rest_of(covers)
        for text, n in session.execute(_rest_statement(of), {**scope.params, "edges": edges}):
            ask.add(of.key_of_field(text), n)
    return ask


@dataclass
class Asking:
    """Blocks of one tally of one scope, and labels that were counted from events."""

    session: Session
    scope: Scope
    number: int
    days: Sequence[tuple[int, int]]
    fresh: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    fresh_spelled: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))

    @cached_property
    def blocks(self) -> list[tuple[int, int]]:
        return blocks_of(self.days)

    def add(self, label: tuple[str, str] | None, n: int) -> None:
        """Count a label, and how it is spelled, from events."""
        if label is not None:
            key, spelling = label
            self.fresh[key] += n
            self.fresh_spelled[key, spelling or key] += n

    def most_frequent(self, limit: int) -> list[tuple[str, int]]:
        """By count and then by label."""
        for look in (factor * limit for factor in _LOOKS):
            heads = self._heads(look)
            threshold = sum(head[-1][1] for head in heads if len(head) >= look)
            keys = {key for head in heads for key, _ in head}
            found = sorted(self.sums(keys).items(), key=_by_count)[:limit]
            if not threshold or (len(found) == limit and found[-1][1] > threshold):
                return found
        return self._of_all(limit)

    def _of_all(self, limit: int) -> list[tuple[str, int]]:
        """By adding every label up. What was counted from events may change the order."""
        enough = limit + len(self.fresh)
        sums = {row.key: row.n for row in self._run(_ALL, enough=enough)} if self.blocks else {}
        lacking = self.fresh.keys() - sums.keys()
        sums |= dict.fromkeys(lacking, 0) | self._stored_sums(lacking)
        for key, n in self.fresh.items():
            sums[key] += n
        return sorted(sums.items(), key=_by_count)[:limit]

    def total(self) -> int:
        """The count of all labels."""
        runs = as_list((0, DAYS, low, high) for low, high in self.days)
        ahead = self._run(_TOTAL, steps=runs).scalar() if self.days else 0
        return int(ahead or 0) + sum(self.fresh.values())

    def _heads(self, look: int) -> list[list[tuple[str, int]]]:
        """The most frequent labels of each block, and of what was counted from events."""
        heads = [sorted(self.fresh.items(), key=_by_count)[:look]]
        if self.blocks:
            heads += self._run(_HEADS, look=look).scalars()
        return heads

    def sums(self, keys: set[str]) -> Mapping[str, int]:
        """The exact counts of these labels."""
        sums = self._stored_sums(keys)
        for key, n in self.fresh.items():
            if key in keys:
                sums[key] = sums.get(key, 0) + n
        return sums

    def _stored_sums(self, keys: Iterable[str]) -> dict[str, int]:
        if not self.blocks:
            return {}
        return {row.key: row.n for row in self._run(_SUMS, keys=as_texts(keys))}

    def spellings(self, keys: Sequence[str]) -> dict[str, dict[str, int]]:
        """How often each label is spelled otherwise than as itself."""
        found: dict[str, dict[str, int]] = {key: defaultdict(int) for key in keys}
        for (key, spelling), n in self.fresh_spelled.items():
            if key in found and spelling != key:
                found[key][spelling] += n
        if self.blocks:
            for key, spelling, n in self._run(_SPELLINGS, keys=as_texts(keys)):
                found[key][spelling] += n
        return found

    def _run(self, statement: Any, **more: object) -> Any:
        params = {
            **self.scope.params,
            TALLY: self.number,
            TALLY_PROJECT: self.scope.project or ALL_PROJECTS,
            "steps": as_list((0, grain, step, step + 1) for grain, step in self.blocks),
            **more,
        }
        return self.session.execute(statement, params)


def _by_count(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def _mostly(spelled: Mapping[str, int], key: str, total: int) -> str:
    """The most frequent spelling; the first in order where two are equally frequent."""
    as_itself = total - sum(spelled.values())
    candidates = [*spelled.items(), *([(key, as_itself)] if as_itself else [])]
    return min(candidates, key=_by_count)[0]


def _heads_statement() -> Any:
    block = (
        select(tally.c.key, tally.c.n)
        .where(
            tally.c.grain == steps.c.grain,
            tally.c.step == steps.c.low,
            # As the index of labels says it: parameters would not be recognised.
            tally.c.spelling == literal_column("''"),
            tally.c.key != literal_column("''"),
        )
        .order_by(tally.c.n.desc())
        .limit(bindparam("look"))
        .correlate(steps)
        .subquery("head")
    )
    return select(select(pairs(block.c.key, block.c.n)).correlate(steps).scalar_subquery())


def _of_keys(spelling: Any, *columns: Any) -> Any:
    """Rows of the blocks that have one of some labels: each looked up by its whole key."""
    wanted = text_list(bindparam("keys")).alias("wanted")
    is_one = (
        (tally.c.grain == steps.c.grain)
        & (tally.c.step == steps.c.low)
        & (tally.c.key == wanted.c.text)
        & spelling
    )
    looked_up = ordered(steps.join(wanted, literal(1) == 1), tally, is_one)
    return select(*columns).select_from(looked_up)


_HEADS = _heads_statement().select_from(steps)
_n = cast(func.sum(tally.c.n), BigInteger).label("n")
_is_in_step = (
    (tally.c.grain == steps.c.grain)
    & (tally.c.step >= steps.c.low)
    & (tally.c.step < steps.c.high)
    & (tally.c.spelling == "")
)
_IN_STEPS = ordered(steps, tally, _is_in_step)
_TOTAL = select(_n).select_from(_IN_STEPS)
_ALL = (
    select(tally.c.key, _n)
    .select_from(_IN_STEPS)
    .group_by(tally.c.key)
    .order_by(_n.desc(), tally.c.key)
    .limit(bindparam("enough"))
)
_SUMS = _of_keys(tally.c.spelling == "", tally.c.key, _n).group_by(tally.c.key)
_SPELLINGS = _of_keys(tally.c.spelling != "", tally.c.key, tally.c.spelling, _n).group_by(
    tally.c.key, tally.c.spelling
)


@lru_cache(maxsize=512)
def _rest_statement(of: Tally) -> Any:
    value = field_of(of).label("field")
    return counted_events(of, "", value, func.count(), with_buckets=True).group_by("field")
