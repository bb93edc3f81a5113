"""Seals the days of orgs, and deletes cached files that orgs no longer have."""

import logging
from collections.abc import Iterable
from contextlib import suppress

from sqlalchemy import bindparam, select

from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import NotFound
from dashapp.store.columns.days import summary
from dashapp.store.columns.sealing import NotCounted, seal_next
from dashapp.store.engine import Store
from dashapp.store.health.progress import SealedTotals
from dashapp.store.tables import segments

_DIGESTS = select(segments.c.sha256).where(segments.c.org_id == bindparam("org"))
_log = logging.getLogger(__name__)


def seal_all(store: Store, scopes: Iterable[Scope], now: int, *, is_quiet: bool = True) -> int:
    """Seal the days of each org; return how many events. `now` is in microseconds.

    Without `is_quiet`, days may have changed just now. An error in one org does not affect the
    others.
    """
    return sum(seal_org(store, scope, now, is_quiet=is_quiet) for scope in scopes)


def seal_org(store: Store, scope: Scope, now: int, *, is_quiet: bool = True) -> int:
    """Seal the days of an org; return how many events. Logs an error instead of raising it."""
    count = 0
    try:
        while sealed := seal_next(store, scope, now, is_quiet=is_quiet):
            count += sealed
    except NotCounted:
        pass
    except Exception:  # noqa: BLE001 - go on with the next org
        _log.exception("sealing failed", extra={"org": scope.org.slug})
    return count


def sealed_totals(store: Store, scopes: Iterable[Scope]) -> SealedTotals:
    """Return what is sealed of these orgs together."""
    days = count = size = 0
    for scope in scopes:
        with suppress(NotFound), store.read_primary(scope) as session:  # or it is being deleted
            sealed = summary(session, scope)
            if sealed is not None:
                days, count, size = (
                    days + sealed.days, count + sealed.segments, size + sealed.size,
                )  # fmt: skip
    return SealedTotals(days, count, size)


def delete_unused_files(store: Store, scopes: Iterable[Scope]) -> None:
    """Delete the cached files of segments that no longer exist, such as those of erased users.

    Asks the orgs only if this machine has such files.
    """
    digests: set[str] = set()
    if store.columns.cache.has_copies():
        for scope in scopes:
            # An org without a state is being deleted.
            with suppress(NotFound), store.read_primary(scope) as session:
                digests.update(session.execute(_DIGESTS, {"org": scope.org_id}).scalars())
    store.columns.cache.keep_only(digests)
