"""Metadata and keys of providers, as they were fetched. All workers share them."""

from typing import NamedTuple

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from dashapp.domain.time.instant import SECOND
from dashapp.store.sql.dialect import upsert
from dashapp.store.tables import provider_documents as documents

FRESH_FOR = 3_600 * SECOND
USABLE_FOR = 24 * FRESH_FOR
RETRY_AFTER = 60 * SECOND


class Document(NamedTuple):
    """A document; times in microseconds. `tried_at` is when it was last asked for."""

    body: str
    fetched_at: int
    tried_at: int

    def is_fresh(self, *, now: int) -> bool:
        return now - self.fetched_at < FRESH_FOR

    def is_usable(self, *, now: int) -> bool:
        """Whether it may be used while its provider does not answer."""
        return now - self.fetched_at < USABLE_FOR

    def may_retry(self, *, now: int) -> bool:
        """Whether it may be asked for again before it is old."""
        return now - self.tried_at >= RETRY_AFTER


def find_document(session: Session, url: str) -> Document | None:
    columns = (documents.c[name] for name in Document._fields)
    row = session.execute(select(*columns).where(documents.c.url == url)).first()
    return None if row is None else Document(*row)


def put_document(session: Session, url: str, body: str, *, now: int) -> None:
    """Store what was fetched, and forget what is too old to be used."""
    values = {"body": body, "fetched_at": now, "tried_at": now}
    statement = upsert(session, documents).values(url=url, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["url"], set_=values))
    session.execute(delete(documents).where(documents.c.fetched_at < now - 2 * USABLE_FOR))


def note_try(session: Session, url: str, *, now: int) -> None:
    """Remember that the document could not be fetched."""
    session.execute(update(documents).where(documents.c.url == url).values(tried_at=now))
