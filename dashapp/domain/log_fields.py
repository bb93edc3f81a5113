"""What the log lines of a request have in common: its id, where it comes from, and for whom.

A field is added once, where it becomes known. The log handler puts the fields on every line that is
logged until the request ends.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

# The attribute of a record whose lines are limited: its value is the kind that is counted.
BOUNDED = "bounded_kind"
_fields: ContextVar[dict[str, object] | None] = ContextVar("dashapp_log_fields", default=None)
_reason: ContextVar[str | None] = ContextVar("dashapp_log_reason", default=None)


def start(**fields: object) -> None:
    """Begin with these fields, whatever an earlier request on this thread has left."""
    _fields.set(dict(fields))
    _reason.set(None)


def add(**fields: object) -> None:
    """Add fields to the lines that follow. Does nothing outside of a request."""
    current_fields = _fields.get()
    if current_fields is not None:
        current_fields.update(fields)


def give_reason(reason: str | None) -> None:
    """Say why the request is not answered as asked, for its own line. The last reason counts."""
    _reason.set(reason)


def reason() -> str | None:
    return _reason.get()


def clear() -> None:
    _fields.set(None)
    _reason.set(None)


def current() -> Mapping[str, object]:
    """Return the fields of this request."""
    return _fields.get() or {}


@contextmanager
def replaced_by(**fields: object) -> Iterator[None]:
    """Use these fields instead during the block, for work that is not part of the request."""
    token = _fields.set(dict(fields))
    try:
        yield
    finally:
        _fields.reset(token)
