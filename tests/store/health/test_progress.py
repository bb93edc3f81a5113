"""What upkeep says about its work: what it sealed, and what is left."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from dashapp.cli.context import operator_scope
from dashapp.domain.access.scope import Scope
from dashapp.store.health.progress import SealedTotals
from dashapp.store.upkeep import Needs, all_sealed, run_due, run_upkeep
from tests.factories import NOW, event, send
from tests.panels import built_in
from tests.sealing import small_segments
from tests.templates import OPERATIONS

NEEDS = Needs(lambda _scope: built_in().tallies(OPERATIONS.saved_panels()), "digest")
pytestmark = pytest.mark.both_databases


def test_upkeep_says_what_it_sealed_of_all_orgs(store, acme, rival):
    for owner, events in ((acme, 3), (rival, 2)):
        send(store, owner, [event(at=NOW - timedelta(days=3)) for _ in range(events)])
    with small_segments():
        progress = run_upkeep(store, operator_scope, NEEDS, NOW)

    assert (progress.orgs, progress.failures, progress.sealed_events) == (2, 0, 5)
    assert (progress.stale_days, progress.stale_since) == (0, None)
    sealed = all_sealed(store, operator_scope)
    assert sealed[:2] == (2, 2)
    assert sealed.size > 1_000


def test_upkeep_says_what_it_left(store, acme, rival, monkeypatch):
    with store.write(acme) as session:
        session.execute(
            text("UPDATE org_states SET stale_days = '[20000, 20001]', stale_at = :at"),
            {"at": int(NOW.timestamp() * 1_000_000) - 5_000_000},
        )
    monkeypatch.setattr("dashapp.store.upkeep.continue_removals", fail_for(rival))

    progress = run_due(store, operator_scope, NOW)

    assert (progress.orgs, progress.failures, progress.stale_days) == (2, 1, 2)
    assert progress.stale_since == int(NOW.timestamp() * 1_000_000) - 5_000_000
    assert all_sealed(store, operator_scope) == SealedTotals(0, 0, 0)


def fail_for(owner: Scope):
    def fail(_store, scope, **_options):
        if scope.org_id == owner.org_id:
            raise ValueError("planted")

    return fail
