"""Functions that SQLite calls: for numbers, so that it counts exactly as Python does, and texts."""

import sqlite3

import orjson

from dashapp.domain.metrics.amounts import sortable
from dashapp.domain.metrics.numbers import millionths
from dashapp.domain.metrics.spreads import bucket_of
from dashapp.store.sql.folded import folded_text

_IN_NUMBERS = frozenset("-0123456789")  # the first character of a JSON number


def install(connection: sqlite3.Connection) -> None:
    """Add the functions to a connection."""
    connection.create_aggregate("dashapp_amount", 1, _AmountOf)  # type: ignore[arg-type]
    connection.create_function("dashapp_bucket", 1, _bucket, deterministic=True)
    connection.create_function("dashapp_sortable", 1, _sortable, deterministic=True)
    connection.create_function("dashapp_folded", 1, folded_text, deterministic=True)


class _AmountOf:
    """Adds up the numbers of a group, given as JSON."""

    def __init__(self) -> None:
        self._missing = self._total = 0
        self._low: int | None = None
        self._high: int | None = None

    def step(self, text: str | None) -> None:
        number = _number(text)
        if number is None:
            self._missing += 1
            return
        self._total += number
        if self._low is None or number < self._low:
            self._low = number
        if self._high is None or number > self._high:
            self._high = number

    def finalize(self) -> str:
        bounds = ("-" if bound is None else bound for bound in (self._low, self._high))
        return ",".join(map(str, (self._missing, self._total, *bounds)))


def _bucket(text: str | None) -> int | None:
    number = _number(text)
    return None if number is None else bucket_of(number)


def _sortable(text: str | None) -> str | None:
    number = _number(text)
    return None if number is None else sortable(number)


def _number(text: str | None) -> int | None:
    if not text or text[0] not in _IN_NUMBERS:
        return None
    return millionths(orjson.loads(text))
