"""The tables of counts and of amounts: how their numbers are stored, added and summed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Table,
    cast,
    func,
    literal,
)

from dashapp.domain.metrics.amounts import PART, Amount, from_sortable, sortable
from dashapp.store.sql.parameters import RowList, amount_list, tally_list
from dashapp.store.tables import measured, tally

_PLACE = ("tally", "project", "grain", "step", "key")


@dataclass(frozen=True)
class RowTable:
    """A table of numbers by place.

    `numbers` are its columns besides the place. `sums` are SQL aggregates of them, `added` what a
    stored row becomes when one is added to it. `pack` and `unpack` convert a number and a row.
    """

    table: Table
    row_list: RowList
    place: tuple[str, ...]
    numbers: tuple[str, ...]
    sums: Callable[[Any], list[Any]]
    added: Callable[[Any, Any, str], dict[str, Any]]
    pack: Callable[[Any], tuple[Any, ...]]
    unpack: Callable[[Sequence[Any]], Any]

    def columns(self, names: Iterable[str]) -> list[Any]:
        return [self.table.c[name] for name in names]


def _count_sums(rows: Any) -> list[Any]:
    return [cast(func.sum(rows.c.n), BigInteger)]


def _count_added(rows: Any, new: Any, _dialect: str) -> dict[str, Any]:
    return {"n": rows.c.n + new.n}


def _amount_sums(rows: Any) -> list[Any]:
    carried, parts = func.sum(rows.c.whole), func.sum(rows.c.part)
    return [
        cast(func.sum(rows.c.n), BigInteger),
        cast(func.sum(rows.c.missing), BigInteger),
        cast(carried, BigInteger) + cast(parts, BigInteger) // literal(PART, BigInteger),
        cast(parts, BigInteger) % literal(PART, BigInteger),
        func.coalesce(func.min(func.nullif(rows.c.low, "")), ""),
        func.max(rows.c.high),
    ]


def _amount_added(rows: Any, new: Any, dialect: str) -> dict[str, Any]:
    least, greatest = (func.min, func.max) if dialect == "sqlite" else (func.least, func.greatest)
    parts = rows.c.part + new.part
    part = literal(PART, BigInteger)
    lows = (func.nullif(rows.c.low, ""), func.nullif(new.low, ""))
    low = func.coalesce(least(func.coalesce(*lows), func.coalesce(*reversed(lows))), "")
    return {
        "n": rows.c.n + new.n,
        "missing": rows.c.missing + new.missing,
        "whole": rows.c.whole + new.whole + parts // part,
        "part": parts % part,
        "low": low,
        "high": greatest(rows.c.high, new.high),
    }


def _amount_numbers(amount: Amount) -> tuple[Any, ...]:
    bounds = sortable(amount.low), sortable(amount.high)
    return (amount.n, amount.missing, *divmod(amount.total, PART), *bounds)


def amount_of(numbers: Sequence[Any]) -> Amount:
    """Return an amount from the columns of `measured`."""
    n, missing, whole, part, low, high = numbers
    total = whole * PART + part
    return Amount(n, missing, total, from_sortable(low), from_sortable(high))


COUNTS = RowTable(
    tally,
    tally_list,
    (*_PLACE, "spelling"),
    ("n",),
    _count_sums,
    _count_added,
    pack=lambda n: (n,),
    unpack=lambda numbers: numbers[0],
)
AMOUNTS = RowTable(
    measured,
    amount_list,
    _PLACE,
    ("n", "missing", "whole", "part", "low", "high"),
    _amount_sums,
    _amount_added,
    _amount_numbers,
    amount_of,
)
ROW_TABLES = (COUNTS, AMOUNTS)
