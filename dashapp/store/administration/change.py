"""A change of an org by someone: one transaction, which also records it in the audit."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy.orm import Session

from dashapp.domain.access.actors import Action, Actor
from dashapp.domain.access.scope import Scope
from dashapp.store.audit.entries import add_entry
from dashapp.store.engine import Store
from dashapp.store.orgs.states import lock


class Change(NamedTuple):
    """A transaction in which an actor changes an org; `now` in microseconds."""

    session: Session
    scope: Scope
    actor: Actor
    now: int

    def record(
        self,
        action: Action,
        target: str = "",
        *,
        before: Mapping[str, object] | None = None,
        after: Mapping[str, object] | None = None,
    ) -> None:
        """Add an entry to the org's audit. `before` and `after` never have secrets."""
        add_entry(
            self.session,
            self.scope,
            self.actor,
            action,
            target,
            before=before,
            after=after,
            now=self.now,
        )


@contextmanager
def changing(
    store: Store, scope: Scope, actor: Actor, *, now: int, has_time_limit: bool = True
) -> Iterator[Change]:
    """Yield a change of the Scope's org. It waits for the org's other writers.

    An exception leaves nothing behind. Raises NotFound if the org has been deleted.
    """
    with store.write(scope, has_time_limit=has_time_limit) as session:
        lock(session, scope)
        yield Change(session, scope, actor, now)
