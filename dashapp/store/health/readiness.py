"""Whether the database takes writes, and has this version's schema, while the server runs."""

import sqlite3
from contextlib import suppress
from threading import Lock
from time import monotonic

from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from dashapp.store import migrate
from dashapp.store.engine import Store
from dashapp.store.health.moments import Moment, moment, set_moment

_SECONDS = 1.0  # until the schema is looked at again


class SchemaWatch:
    """Knows whether the schema is this version's, as of a second ago."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._until = 0.0
        self._is_current = True

    def is_current(self) -> bool:
        """Return whether the schema is current. If the database is down, return what it was."""
        if monotonic() >= self._until and self._lock.acquire(blocking=False):
            try:
                with suppress(SQLAlchemyError):
                    self._is_current = migrate.is_current(self._store)
                self._until = monotonic() + _SECONDS
            finally:
                self._lock.release()
        return self._is_current


def can_write(store: Store, now: int) -> bool:
    """Write, commit, and read back. Others that write at the same time are no fault."""
    try:
        with store.write_shared_at_once() as session:
            set_moment(session, Moment.CHECK, now)
        with store.read_shared() as session:
            return moment(session, Moment.CHECK) is not None
    except OperationalError as error:
        return is_busy(error)
    except DBAPIError:
        return False


def is_busy(error: OperationalError) -> bool:
    """Whether another transaction has the lock."""
    if isinstance(error.orig, sqlite3.OperationalError):
        return "locked" in str(error.orig)
    return getattr(error.orig, "sqlstate", None) == "55P03"  # lock_not_available


def upkeep_age(store: Store, now: int) -> int | None:
    """Return the microseconds since upkeep last looked at the orgs; None if it never did."""
    with store.read_shared() as session:
        at = moment(session, Moment.UPKEEP)
    return None if at is None else now - at
