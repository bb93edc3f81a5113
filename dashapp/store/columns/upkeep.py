"""Seals the days of all orgs, and deletes cached files that no org has any more."""

import logging
from collections.abc import Iterable
from contextlib import suppress

from sqlalchemy import bindparam, select

from dashapp.domain.access.scope import Scope
from dashapp.domain.columns.planning import QUIET
from dashapp.domain.errors import NotFound
from dashapp.store.columns.sealing import NotCounted, seal_next
from dashapp.store.engine import Store
from dashapp.store.orgs.states import org_state
from dashapp.store.tables import segments

_DIGESTS = select(segments.c.sha256).where(segments.c.org_id == bindparam("org"))
_log = logging.getLogger(__name__)


class Sealer:
    """Seals what can be sealed. It remembers the orgs that have nothing to seal."""

    def __init__(self) -> None:
        self._idle: dict[int, tuple[int, int]] = {}

    def seal_all(
        self, store: Store, scopes: Iterable[Scope], now: int, *, is_quiet: bool = True
    ) -> int:
        """Seal the days of each org; return how many events. `now` is in microseconds.

        Without `is_quiet`, days may have changed just now. An error in one org does not affect the
        others.
        """
        count = 0
        for scope in scopes:
            try:
                count += self._seal(store, scope, now, is_quiet=is_quiet)
            except NotCounted:
                continue
            except Exception:  # noqa: BLE001 - go on with the next org
                _log.exception("sealing failed", extra={"org": scope.org.slug})
        return count

    def _seal(self, store: Store, scope: Scope, now: int, *, is_quiet: bool) -> int:
        with store.read_primary(scope) as session:
            state = org_state(session, scope)
        place = (state.revision, now // QUIET)
        if is_quiet and self._idle.get(scope.org_id) == place:
            return 0
        count = 0
        while sealed := seal_next(store, scope, now, is_quiet=is_quiet):
            count += sealed
        self._idle[scope.org_id] = place
        return count


def delete_unused_files(store: Store, scopes: Iterable[Scope]) -> None:
    """Delete the cached files of segments that no longer exist, such as those of erased users."""
    digests: set[str] = set()
    for scope in scopes:
        # An org without a state is being deleted.
        with suppress(NotFound), store.read_primary(scope) as session:
            if org_state(session, scope).sealed_until is not None:
                digests.update(session.execute(_DIGESTS, {"org": scope.org_id}).scalars())
    store.columns.cache.keep_only(digests)
