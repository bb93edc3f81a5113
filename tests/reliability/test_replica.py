"""A streaming replica: numbers are read from it, access rights from the primary."""

import time

import pytest
from sqlalchemy import text

from dashapp.dashboards.provision import add_org
from dashapp.domain.errors import ConfigurationError
from dashapp.store import migrate
from dashapp.store.columns.upkeep import delete_unused_files
from dashapp.store.engine import Store
from dashapp.store.orgs import keys, orgs
from tests import factories
from tests.postgresql import FAST, Cluster
from tests.queries.columns.sealed_org import LOCKED, TYPE, answers, fill, recorded
from tests.sealing import seal

URL = "/api/v1/dashboards/operations/data?time_range=7d"
SETTINGS = f"{FAST} -c hot_standby=on"


@pytest.fixture(scope="module")
def pair():
    """A primary and its replica."""
    primary, replica = Cluster(SETTINGS), Cluster(SETTINGS)
    try:
        primary.init()
        primary.start()
        migrate.upgrade(f"{primary.url}/postgres")
        replica.copy(primary)
        replica.start()
        yield primary, replica
    finally:
        replica.stop()
        primary.stop()


def has_caught_up(replica: Store, owner, count: int) -> bool:
    for _ in range(100):
        with replica.read(owner) as session:
            if session.execute(text("SELECT count(*) FROM events")).scalar() == count:
                return True
        time.sleep(0.05)
    return False


def event_count(response) -> int:
    panels = response.json["panels"]
    panel = next(panel for panel in panels if panel["slug"] == "events-time-series")
    return sum(row["value"] for row in panel["rows"])


def test_numbers_are_read_from_the_replica_and_rights_from_the_primary(pair):
    primary, replica = pair
    store = Store(f"{primary.url}/postgres", read_url=f"{replica.url}/postgres")
    acme = factories.scope(add_org(store, factories.scope, "acme", now=1))
    earlier = factories.NOW - factories.timedelta(hours=1)
    factories.send(store, acme, [factories.event(at=earlier) for _ in range(5)])
    key_id, secret = factories.add_key(store, acme)
    client = factories.app(store).test_client()
    headers = {"Authorization": f"Bearer {secret}"}
    assert has_caught_up(store, acme, 5)
    assert event_count(client.get(URL, headers=headers)) == 5

    with store.read(acme) as session:
        assert session.execute(text("SELECT pg_is_in_recovery()")).scalar() is True
    with store.read_shared() as session:
        assert session.execute(text("SELECT pg_is_in_recovery()")).scalar() is False

    replica.run("psql", "-d", f"{replica.url}/postgres", "-c", "SELECT pg_wal_replay_pause()")
    factories.send(store, acme, [factories.event(at=earlier)])
    with store.write_shared() as session:
        keys.revoke_key(session, acme, key_id, now=1)
    assert client.get(URL, headers=headers).status_code == 401  # at once, although the replica lags
    assert client.get("/readyz").status_code == 200
    replica.run("psql", "-d", f"{replica.url}/postgres", "-c", "SELECT pg_wal_replay_resume()")
    assert has_caught_up(store, acme, 6)

    replica.kill()
    assert client.get("/readyz").status_code == 503
    replica.start()
    assert client.get("/readyz").status_code == 200
    store.close()


def test_sqlite_refuses_a_replica(sqlite_url):
    with pytest.raises(ConfigurationError, match="DASHAPP_DATABASE_READ_URL requires PostgreSQL"):
        Store(sqlite_url, read_url="postgresql://replica/dashapp")


def test_a_replica_that_lags_shows_the_sealed_days_of_its_own_moment(pair, tmp_path):
    primary, replica = pair
    url = f"{primary.url}/postgres"
    store = Store(url, read_url=f"{replica.url}/postgres", cache=(str(tmp_path), 64))
    owner = factories.scope(add_org(store, factories.scope, "sealed", now=1))
    viewer = owner.filtered_by(LOCKED)
    fill(store, owner, "sealed")
    assert has_caught_up(store, owner, 36)
    expected = wait_for_segments(store, viewer)

    replica.run("psql", "-d", f"{replica.url}/postgres", "-c", "SELECT pg_wal_replay_pause()")
    factories.send(store, owner, [factories.event(TYPE, factories.NOW - factories.timedelta(days=4), properties={"city": "both"})])  # fmt: skip
    seal(store, owner)  # deletes the segments that the replica still has
    delete_unused_files(store, [owner])
    assert answers(store, viewer) == expected

    replica.run("psql", "-d", f"{replica.url}/postgres", "-c", "SELECT pg_wal_replay_resume()")
    assert has_caught_up(store, owner, 37)
    assert answers(store, viewer)[0] == expected[0] + 1
    store.close()


def wait_for_segments(store, viewer):
    """Return the numbers once the replica has the segments, and check that they are read."""
    for _ in range(100):
        with recorded() as statements:
            numbers = answers(store, viewer)
        if statements:
            return numbers
        time.sleep(0.05)
    raise AssertionError


def test_a_url_with_both_hosts_finds_the_new_primary(pair):
    primary, replica = pair
    hosts = ",".join(cluster.url.partition("@")[2] for cluster in (primary, replica))
    store = Store(f"postgresql://postgres@{hosts}/postgres?target_session_attrs=primary")
    before = add_org(store, factories.scope, "before-failover", now=1)
    assert has_caught_up_with_orgs(replica, before.slug)

    primary.run("pg_ctl", "-D", f"{primary.folder}/data", "-m", "fast", "-w", "stop")
    replica.run("pg_ctl", "-D", f"{replica.folder}/data", "-w", "promote")
    add_org(store, factories.scope, "after-failover", now=1)

    with store.read_shared() as session:
        slugs = {org.slug for org in orgs.list_orgs(session)}
    assert slugs >= {"before-failover", "after-failover"}
    store.close()


def has_caught_up_with_orgs(cluster: Cluster, slug: str) -> bool:
    store = Store(f"{cluster.url}/postgres")
    try:
        for _ in range(100):
            with store.read_shared() as session:
                if slug in {org.slug for org in orgs.list_orgs(session)}:
                    return True
            time.sleep(0.05)
        return False
    finally:
        store.close()
