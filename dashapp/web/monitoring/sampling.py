"""How the pools of database connections are used now."""

from sqlalchemy.pool import QueuePool

from dashapp.store.engine import Store
from dashapp.web.monitoring.counters import counters


def sample_connections(store: Store) -> None:
    """Record the use of each pool of this process."""
    for name, pool in store.pools().items():
        if isinstance(pool, QueuePool):
            counters().set_connections(
                name,
                used=pool.checkedout(),
                overflow=max(0, pool.overflow()),
                waiting=_waiting(pool),
            )


def _waiting(pool: QueuePool) -> int:
    """Return how many threads wait for a connection. SQLAlchemy does not say: look at its queue."""
    queue = getattr(pool, "_pool", None)
    condition = getattr(queue, "not_empty", None)
    return len(getattr(condition, "_waiters", ()))
