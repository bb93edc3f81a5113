"""Which values of a property are most frequent?"""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, bindparam, cast, func, select, union_all
from sqlalchemy.orm import Session

from dashapp.domain.scope import Scope
from dashapp.domain.tallies import Label, Tally
from dashapp.queries.counts import (
    Range,
    counted_events,
    covers_of,
    field_of,
    rest_of,
    steps_of,
)
from dashapp.store.dialect import as_list, as_texts
from dashapp.store.lists import label_list, listed, ordered
from dashapp.store.scoped import TALLY, labels, steps

# Spellings of one label, and what is counted from events, in Python: few.
Labels = dict[tuple[str, str], int]


class Top(NamedTuple):
    """The most frequent labels, by count and then by label, and the count of all."""

    labels: list[tuple[str, int]]
    total: int


def top(session: Session, scope: Scope, of: Tally, bounds: Range, limit: int) -> Top:
    """The `limit` most frequent labels in `low <= t < high`, as they are mostly spelled."""
    number, covers = covers_of(session, scope, of, [bounds])
    params = {**scope.params, TALLY: number, "steps": steps_of(covers)}
    rest: Labels = defaultdict(int)
    if covers[0].rest:
        fresh = session.execute(_rest_statement(of), {**scope.params, "edges": rest_of(covers)})
        for text, n in fresh:
            found = of.key_of_field(text)
            if found is not None:
                rest[found] += n
    params["labels"] = as_list((*found, n) for found, n in rest.items())
    rows = session.execute(_TOP, {**params, "limit": limit}).all()
    if of.label is Label.FOLDED:
        spelled = _spellings(session, params, [key for key, *_ in rows])
        labels = [(spelled[key], n) for key, n, _ in rows]
    else:
        labels = [(key, n) for key, n, _ in rows]
    return Top(labels, rows[0][2] if rows else 0)


def _spellings(session: Session, params: dict[str, Any], keys: Sequence[str]) -> dict[str, str]:
    """The most frequent spelling of each label; the first in order where two are equal."""
    found: dict[str, tuple[int, str]] = {}
    for key, spelling, n in session.execute(_SPELLINGS, {**params, "keys": as_texts(keys)}):
        best = found.get(key)
        if best is None or (-n, spelling) < (-best[0], best[1]):
            found[key] = (n, spelling)
    return {key: spelling for key, (_, spelling) in found.items()}


def _counted(*columns: str, only: Any = None) -> Any:
    """Labels from the tally, and from events, one below the other."""
    ahead = select(*(labels.c[name] for name in columns)).select_from(
        ordered(
            steps,
            labels,
            (labels.c.grain == steps.c.grain)
            & (labels.c.step >= steps.c.low)
            & (labels.c.step < steps.c.high),
        )
    )
    rows = label_list(bindparam("labels")).alias("fresh")
    fresh = select(*(rows.c[name] for name in columns)).select_from(rows)
    if only is not None:
        ahead, fresh = ahead.where(labels.c.key.in_(only)), fresh.where(rows.c.key.in_(only))
    return union_all(ahead, fresh).subquery("counted")


def _top_statement() -> Any:
    counted = _counted("key", "n")
    n = cast(func.sum(counted.c.n), BigInteger).label("n")
    by_key = select(counted.c.key, n).group_by(counted.c.key).subquery("by_key")
    total = cast(func.sum(by_key.c.n).over(), BigInteger)
    return (
        select(by_key.c.key, by_key.c.n, total)
        .order_by(by_key.c.n.desc(), by_key.c.key)
        .limit(bindparam("limit"))
    )


def _spellings_statement() -> Any:
    counted = _counted("key", "spelling", "n", only=listed("keys"))
    n = cast(func.sum(counted.c.n), BigInteger)
    return select(counted.c.key, counted.c.spelling, n).group_by(counted.c.key, counted.c.spelling)


_TOP = _top_statement()
_SPELLINGS = _spellings_statement()


@lru_cache(maxsize=512)
def _rest_statement(of: Tally) -> Any:
    field = field_of(of).label("field")
    return counted_events(of, "", field, func.count(), with_buckets=True).group_by("field")
