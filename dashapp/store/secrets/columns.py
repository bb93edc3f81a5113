"""The columns whose values are sealed (`domain/secrets/sealing.py`): one per purpose.

The context of a value is the text of its row's `context` columns, joined by colons: for example
`ORG_ID:KEY_ID` for an embed key. A value that is copied to another row does not open.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, select, tuple_, update
from sqlalchemy.orm import Session

from dashapp.domain.errors import ConfigurationError
from dashapp.domain.secrets.sealing import Purpose, Secrets, is_current, seal, unseal
from dashapp.store.tables import authenticators, keys, outbox, providers


class SealedColumn(NamedTuple):
    """A column with sealed values. What is null or empty is not sealed."""

    purpose: Purpose
    column: Column[Any]
    context: tuple[Column[Any], ...]

    @property
    def key(self) -> Sequence[Column[Any]]:
        """The primary key of the table: the order in which its rows are read."""
        return list(self.column.table.primary_key.columns)


SEALED_COLUMNS = (
    SealedColumn(Purpose.EMBED_KEY, keys.c.sealed, (keys.c.org_id, keys.c.id)),
    SealedColumn(Purpose.AUTHENTICATOR, authenticators.c.sealed, (authenticators.c.user_id,)),
    SealedColumn(Purpose.PROVIDER, providers.c.sealed, (providers.c.id,)),
    SealedColumn(Purpose.MAIL, outbox.c.params, (outbox.c.id,)),
)


class SealedValue(NamedTuple):
    """A value, the key of its row, and its text: None if it cannot be read."""

    key: tuple[Any, ...]
    sealed: str
    context: str
    text: str | None
    is_current: bool


def sealed_values(
    session: Session,
    secrets: Secrets,
    of: SealedColumn,
    *,
    after: tuple[Any, ...] | None,
    most: int,
) -> list[SealedValue]:
    """Return at most that many values of a column, in the order of their rows' keys."""
    conditions: list[ColumnElement[bool]] = [of.column.is_not(None), of.column != ""]
    if after is not None:
        conditions.append(tuple_(*of.key) > tuple_(*after))
    rows = session.execute(
        select(
            *(column.label(f"key_{number}") for number, column in enumerate(of.key)),
            *(column.label(f"context_{number}") for number, column in enumerate(of.context)),
            of.column.label("sealed"),
        )
        .where(*conditions)
        .order_by(*of.key)
        .limit(most)
    )
    return [_value(secrets, of, row) for row in rows]


def seal_again(session: Session, secrets: Secrets, of: SealedColumn, value: SealedValue) -> bool:
    """Seal a value that can be read under the current secret.

    Return whether that was done: not if the value has changed since it was read.
    """
    if value.text is None:
        return False
    sealed = seal(secrets, value.text, purpose=of.purpose, context=value.context)
    is_same = tuple_(*of.key) == tuple_(*value.key)
    done: Any = session.execute(
        update(of.column.table)
        .where(is_same, of.column == value.sealed)
        .values({of.column: sealed})
    )
    return bool(done.rowcount)


def _value(secrets: Secrets, of: SealedColumn, row: Any) -> SealedValue:
    split = len(of.key)
    key, context = tuple(row[:split]), ":".join(str(part) for part in row[split:-1])
    try:
        text = unseal(secrets, row.sealed, purpose=of.purpose, context=context)
    except ConfigurationError:
        text = None
    return SealedValue(key, row.sealed, context, text, is_current(secrets, row.sealed))
