"""Databases that are filled once for all queries."""

import shutil
from datetime import timedelta

import pytest

from dashapp.dashboards.provision import add_org
from dashapp.queries.questions.quantities import By
from dashapp.store.columns.days import unseal
from dashapp.store.engine import Store
from dashapp.store.tallies import maintenance, updates
from tests.conftest import _sql
from tests.factories import scope, send
from tests.panels import keep
from tests.queries import test_measures as measures
from tests.queries.test_exact_numbers import ORG_ZONES, Filled, sample_events
from tests.sealing import seal


@pytest.fixture
def acme(store, acme):
    """Acme keeps the tallies of all built-in panels."""
    keep(store, acme)
    return acme


@pytest.fixture(scope="session")
def filled(tmp_path_factory, sqlite_template, postgresql_server):
    """The same events in both databases, for orgs in several zones, and as a list."""
    path = tmp_path_factory.mktemp("exact") / "x.db"
    shutil.copy(sqlite_template, path)
    _sql(postgresql_server, "CREATE DATABASE exact TEMPLATE template_dashapp")
    stores = [Store(f"sqlite:///{path}"), Store(f"{postgresql_server}/exact")]
    events = sample_events()
    owners = []
    for store in stores:
        for number, zone in enumerate(ORG_ZONES):
            owner = scope(add_org(store, scope, f"acme-{number}", timezone=zone, now=1))
            keep(store, owner)
            for low in range(0, len(events), 400):  # several batches per day
                send(store, owner, events[low::5][:400])
            send(store, owner, events)
            owners.append((store, owner))
        send(store, scope(add_org(store, scope, "rival", now=1)), events[::3])
    _sql(postgresql_server, "ANALYZE", "exact")  # as autovacuum does within a minute
    yield Filled((owners, events))
    for store in stores:
        store.close()


def seal_in_parts(store, owner, events):
    """Seal most days, in segments of which some have lost days, and some have few columns."""
    now, middle = measures.START + timedelta(days=60), measures.START + timedelta(days=14)
    seal(store, owner, now=middle, most=150, times=8)
    with store.write(owner) as session:
        unseal(session, owner, [sent.occurred_at for sent in events[20:200:45]])
    seal(store, owner, now=now, times=3, most=60, fields=2)
    with store.write(owner) as session:
        unseal(session, owner, [sent.occurred_at for sent in events[150:300:60]])


@pytest.fixture(scope="session")
def measured(tmp_path_factory, sqlite_template, postgresql_server):
    """The same events in both databases, for orgs in several zones, and as a list."""
    path = tmp_path_factory.mktemp("measured") / "x.db"
    shutil.copy(sqlite_template, path)
    _sql(postgresql_server, "CREATE DATABASE measured TEMPLATE template_dashapp")
    stores = [Store(f"sqlite:///{path}"), Store(f"{postgresql_server}/measured")]
    events, owners = measures.sample_events(), []
    tallies = {
        tally
        for quantity in measures.QUANTITIES.values()
        for by in (By(), *(By(field) for field in measures.FIELDS))
        for tally in quantity.tallies(by)
    }
    for store in stores:
        for index, zone in enumerate(measures.ZONES[:3]):
            owner = scope(add_org(store, scope, f"acme-{index}", timezone=zone, now=1))
            send(store, owner, events[::3])
            with store.write(owner) as session:
                updates.declare(session, owner, sorted(tallies, key=lambda t: t.definition))
            maintenance.finish_counting(store, owner)
            send(store, owner, events)
            seal_in_parts(store, owner, events)
            owners.append((store, owner))
    yield Filled((owners, events))
    for store in stores:
        store.close()
