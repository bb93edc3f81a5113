"""The audit as log lines: evidence that leaves the machine, and outlives its database.

A line is written after the commit of its act, so there is none for an act that did not happen.
"""

import logging
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

import orjson
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from dashapp.domain.time.instant import from_us, to_text

LOGGER = "dashapp.audit"
_LINES = "audit_lines"  # key of a session's info
_log = logging.getLogger(LOGGER)
_count: ContextVar[int] = ContextVar("dashapp_audit_lines", default=0)


def log_after_commit(session: Session, org: str, row: Mapping[str, Any]) -> None:
    """Log an entry once the session's transaction is committed. `org` is a slug, or empty."""
    values = {name: row[name] for name in ("before", "after") if row[name] is not None}
    fields = {
        "org": org or None,
        "acted_at": to_text(from_us(row["at"])),
        **{name: value for name, value in row.items() if name not in {"at", "before", "after"}},
        **{name: orjson.dumps(value, default=str).decode() for name, value in values.items()},
    }
    session.info.setdefault(_LINES, []).append(fields)


def lines_so_far() -> int:
    """Return how many entries this thread has committed. A request compares two of these."""
    return _count.get()


@event.listens_for(Session, "after_commit")
def _log_lines(session: Session) -> None:
    for fields in session.info.pop(_LINES, ()):
        _log.info("audit", extra=fields)
        _count.set(_count.get() + 1)


@event.listens_for(Session, "after_soft_rollback")
def _forget_lines(session: Session, _transaction: SessionTransaction) -> None:
    session.info.pop(_LINES, None)
