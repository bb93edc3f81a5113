"""What a statement must know of its engine, and lists as parameters."""

from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

DIALECTS: dict[str, Any] = {"sqlite": sqlite, "postgresql": postgresql}
MOST_ROWS = 10_000  # a statement


def dialect_of(session: Session) -> str:
    return session.get_bind().dialect.name


def upsert(session: Session, table: Any) -> Any:
    """An insert that knows ON CONFLICT."""
    return DIALECTS[dialect_of(session)].insert(table)


def as_list(rows: Iterable[object]) -> str:
    """Rows as the lists of `store/sql/parameters.py` take them."""
    return orjson.dumps(list(rows)).decode()


def as_texts(texts: Iterable[str]) -> str:
    """Texts as `text_list` takes them."""
    return as_list((text,) for text in texts)


def as_many(session: Session, texts: Iterable[str]) -> object:
    """Texts as `among` takes them."""
    return list(texts) if dialect_of(session) == "postgresql" else as_texts(texts)
