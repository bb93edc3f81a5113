"""The engine of a session, and lists in the form that its statements take."""

from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

DIALECTS: dict[str, Any] = {"sqlite": sqlite, "postgresql": postgresql}
MAX_ROWS = 10_000  # per statement


def dialect_of(session: Session) -> str:
    return session.get_bind().dialect.name


def upsert(session: Session, table: Any) -> Any:
    """Return an insert that supports ON CONFLICT."""
    return DIALECTS[dialect_of(session)].insert(table)


def as_list(rows: Iterable[object]) -> str:
    """Return rows as a parameter of a row list (`parameters.py`)."""
    return orjson.dumps(list(rows)).decode()


def as_texts(texts: Iterable[str]) -> str:
    """Return texts as a parameter of `text_values`."""
    return as_list((text,) for text in texts)


def as_many(session: Session, texts: Iterable[str]) -> object:
    """Return texts as a parameter of `is_any_of`."""
    return list(texts) if dialect_of(session) == "postgresql" else as_texts(texts)
