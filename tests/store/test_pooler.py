"""PostgreSQL behind PgBouncer, with its stock settings and in both modes; and a silent server."""

import os
import threading

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError

from dashapp.dashboards.provision import add_org
from dashapp.store import migrate, postgresql
from dashapp.store.engine import Store
from tests import pooler
from tests.factories import event, scope, send

pytestmark = pytest.mark.skipif(
    pooler.PROGRAM is None and os.environ.get("CI") != "true", reason="PgBouncer is not installed"
)
LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "jit")


@pytest.fixture(params=["session", "transaction"])
def pooled(request, postgresql_url):
    with pooler.pgbouncer(postgresql_url, request.param) as url:
        store = Store(url)
        yield store
        store.close()


def test_migrations_run_through_a_pooler(postgresql_url):
    with pooler.pgbouncer(postgresql_url, "transaction") as url:
        migrate.downgrade(url, revision="0009")
        migrate.upgrade(url)
        store = Store(url)
        assert migrate.problems(store) == []
        store.close()


def test_each_transaction_has_the_role_and_the_limits(pooled):
    for open_session in (pooled.read_shared, pooled.write_shared):
        with open_session() as session:
            shown = [session.execute(text(f"SHOW {name}")).scalar() for name in LIMITS]
            role = session.execute(text("SELECT current_user")).scalar()
            assert (shown, role) == (["5s", "1s", "10s", "off"], "dashapp_app")


def test_a_transaction_leaves_nothing_to_the_next_client(pooled, postgresql_url):
    with pooled.write_shared() as session:
        session.execute(text("SELECT 1"))
    with pytest.raises(DBAPIError), pooled.read_shared() as session:
        session.execute(text("SELECT 1 / 0"))
    engine = postgresql.owner_engine(pooled.url)
    with engine.connect() as other:
        role = other.execute(text("SELECT current_user")).scalar()
        shown = other.execute(text("SHOW statement_timeout")).scalar()
    engine.dispose()

    assert (role, shown) == ("postgres", "0")


def test_many_clients_share_a_few_connections_and_never_see_another_org(pooled):
    acme, rival = (scope(add_org(pooled, scope, slug, now=1)) for slug in ("acme", "rival"))
    for owner, count in ((acme, 3), (rival, 5)):
        send(pooled, owner, [event() for _ in range(count)])
    seen, errors = set(), []

    def read(owner) -> None:
        try:
            for _ in range(25):  # more than psycopg needs to prepare a statement
                with pooled.read(owner) as session:
                    count = session.execute(text("SELECT count(*) FROM events")).scalar()
                    seen.add((owner.org.slug, count))
        except DBAPIError as error:
            errors.append(error)

    threads = [threading.Thread(target=read, args=(owner,)) for owner in (acme, rival) * 4]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert errors == []
    assert seen == {("acme", 3), ("rival", 5)}


def test_a_silent_server_is_given_up(postgresql_url, monkeypatch):
    monkeypatch.setattr(postgresql, "_SILENT_SECONDS", 0.3)
    url = make_url(postgresql_url)
    with pooler.SilentProxy(url.port) as proxy:
        store = Store(url.set(port=proxy.port).render_as_string(hide_password=False))
        with store.read_shared() as session:
            session.execute(text("SELECT 1"))
            proxy.fall_silent()
            with pytest.raises(OperationalError, match="does not answer"):
                session.execute(text("SELECT 1"))
        proxy.speak()
        with store.read_shared() as session:
            assert session.execute(text("SELECT 1")).scalar() == 1

        proxy.fall_silent()
        with pytest.raises(OperationalError), store.read_shared() as session:  # from the pool
            session.execute(text("SELECT 1"))
        store.close()


def test_a_command_without_a_time_limit_waits(postgresql_url, monkeypatch):
    monkeypatch.setattr(postgresql, "_SILENT_SECONDS", 0.2)
    store = Store(postgresql_url)
    owner = scope(add_org(store, scope, "acme", now=1))
    with store.read_primary(owner, has_time_limit=False) as session:
        session.execute(text("SELECT pg_sleep(0.5)"))
    with pytest.raises(OperationalError), store.read_primary(owner) as session:
        session.execute(text("SELECT pg_sleep(0.5)"))
    store.close()
