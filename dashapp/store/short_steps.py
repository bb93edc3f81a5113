"""Long work in short transactions: other writers get their turn in between."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.store.engine import Store

_PAUSE = 0.15  # seconds; SQLite retries its lock every tenth of a second


@contextmanager
def short_step(store: Store, scope: Scope) -> Iterator[Session]:
    """Write in one transaction, then pause."""
    started = monotonic()
    with store.write(scope, has_time_limit=False) as session:
        yield session
    give_way(started)


def give_way(started: float) -> None:
    """Pause after the step that started at this time.

    Others get five sixths of the time after short steps, and half of it after long ones.
    """
    took = monotonic() - started
    sleep(max(took, min(_PAUSE, 5 * took)))
