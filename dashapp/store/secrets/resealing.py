"""Count what is sealed under which secret, and seal it again under the current one, in steps.

A step is a short transaction, so the server runs meanwhile, and a run that was interrupted goes on
with what is left.
"""

from collections.abc import Iterator
from typing import NamedTuple

from dashapp.domain.secrets.sealing import Purpose, Secrets
from dashapp.store.engine import Store
from dashapp.store.secrets.columns import (
    SEALED_COLUMNS,
    SealedColumn,
    SealedValue,
    seal_again,
    sealed_values,
)

_STEP = 200  # values


class SealedCount(NamedTuple):
    """How many values of a purpose are sealed under the current secret, the old one, or neither."""

    purpose: Purpose
    current: int
    old: int
    unreadable: int


def count_sealed(store: Store, secrets: Secrets) -> list[SealedCount]:
    """Read every sealed value, and count them for each purpose."""
    return [_counted(store, secrets, of) for of in SEALED_COLUMNS]


def reseal(store: Store, secrets: Secrets) -> Iterator[tuple[Purpose, int]]:
    """Seal what the old secret has sealed under the current one. Yields the count of each step."""
    for of in SEALED_COLUMNS:
        for values in _steps(store, secrets, of):
            due = [value for value in values if not value.is_current and value.text is not None]
            if due:
                with store.write_shared() as session:
                    done = sum(seal_again(session, secrets, of, value) for value in due)
                yield of.purpose, done


def _counted(store: Store, secrets: Secrets, of: SealedColumn) -> SealedCount:
    current = old = unreadable = 0
    for values in _steps(store, secrets, of):
        unreadable += sum(value.text is None for value in values)
        current += sum(value.text is not None and value.is_current for value in values)
        old += sum(value.text is not None and not value.is_current for value in values)
    return SealedCount(of.purpose, current, old, unreadable)


def _steps(store: Store, secrets: Secrets, of: SealedColumn) -> Iterator[list[SealedValue]]:
    after = None
    while True:
        with store.read_shared() as session:
            values = sealed_values(session, secrets, of, after=after, most=_STEP)
        if not values:
            return
        yield values
        after = values[-1].key
