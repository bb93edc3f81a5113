"""Databases that are filled once for all queries."""

import shutil

import pytest

from dashapp.dashboards.provision import add_org
from dashapp.store.engine import Store
from tests.conftest import _sql
from tests.factories import scope, send
from tests.panels import keep
from tests.queries.test_exact_numbers import ORG_ZONES, Filled, sample_events


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
