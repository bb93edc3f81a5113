"""Engines: database URLs, pragmas, roles, time limits and snapshots."""

import threading

import pytest
from sqlalchemy import text

from dashapp.domain.errors import ConfigurationError
from dashapp.store.database_url import parse_url
from dashapp.store.engine import Store


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://host/db", "sqlite://", "sqlite:///:memory:"]
)
def test_an_unusable_database_url_is_refused(url):
    with pytest.raises(ConfigurationError):
        parse_url(url)


@pytest.mark.parametrize(
    ("url", "query"),
    [
        ("postgresql://a,b/db", {"host": "a,b", "port": ","}),
        ("postgres://a,b/db", {"host": "a,b", "port": ","}),
        ("postgresql://u:p@a:1,b/db", {"host": "a,b", "port": "1,"}),
        ("postgresql://[::1]:1,b:2/db", {"host": "::1,b", "port": "1,2"}),
        (
            "postgresql://u@a:1,b:2/db?target_session_attrs=primary",
            {"host": "a,b", "port": "1,2", "target_session_attrs": "primary"},
        ),
        ("postgresql://u@/db?host=a,b&port=1,2", {"host": "a,b", "port": "1,2"}),
    ],
)
def test_a_url_can_have_several_hosts(url, query):
    assert dict(parse_url(url).query) == query
    assert parse_url(url).database == "db"


def test_a_host_that_does_not_answer_is_passed_over(postgresql_url):
    url = postgresql_url.replace("@127.0.0.1:", "@127.0.0.1:1,127.0.0.1:")
    store = Store(f"{url}?target_session_attrs=read-write")
    store.ping()
    store.close()


def test_sqlite_has_durable_settings(sqlite_url):
    store = Store(sqlite_url)
    with store.write_shared() as session:
        pragmas = {
            name: session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        }
    store.close()

    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "busy_timeout": 5000,
        "foreign_keys": 1,
    }


def test_sqlite_writers_wait_for_each_other_without_lock_errors(sqlite_url):
    store = Store(sqlite_url)
    failures = []

    def write(worker: int) -> None:
        try:
            for number in range(20):
                with store.write_shared() as session:
                    session.execute(
                        text("INSERT INTO login_attempts VALUES (:s, 1, 1)"),
                        {"s": f"{worker}-{number}"},
                    )
        except Exception as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    with store.read_shared() as session:
        count = session.execute(text("SELECT count(*) FROM login_attempts")).scalar()
    store.close()

    assert failures == []
    assert count == 160


def test_postgresql_uses_a_role_that_owns_nothing(postgresql_url):
    store = Store(postgresql_url)
    with store.read_shared() as session:
        role, session_user = session.execute(text("SELECT current_user, session_user")).one()
        owner = session.execute(
            text("SELECT tableowner FROM pg_tables WHERE tablename = 'events'")
        ).scalar()
    store.close()

    assert (role, session_user, owner) == ("dashapp_app", "postgres", "postgres")


def test_the_role_survives_a_rollback_of_the_first_transaction(postgresql_url):
    store = Store(postgresql_url)
    roles = []
    for _ in range(2):  # the second one gets the first one's pooled connection
        with store._writer.connect() as connection:
            roles.append(connection.execute(text("SELECT current_user")).scalar())
            connection.rollback()
            roles.append(connection.execute(text("SELECT current_user")).scalar())
    store.close()

    assert roles == ["dashapp_app"] * 4


def test_postgresql_has_time_limits(postgresql_url):
    store = Store(postgresql_url)
    with store.read_shared() as session:
        limits = [
            session.execute(text(f"SHOW {name}")).scalar()
            for name in (
                "statement_timeout",
                "lock_timeout",
                "idle_in_transaction_session_timeout",
                "transaction_isolation",
                "transaction_read_only",
                "jit",
            )
        ]
    store.close()

    assert limits == ["5s", "1s", "10s", "repeatable read", "on", "off"]


def test_a_dashboard_reads_one_snapshot(store, acme):
    with store.read(acme) as session:
        before = session.execute(text("SELECT count(*) FROM users")).scalar()
        with store.write_shared() as other:
            other.execute(
                text(
                    "INSERT INTO users (email, password_hash, created_at) VALUES ('a@b.co', 'x', 1)"
                )
            )
        assert session.execute(text("SELECT count(*) FROM users")).scalar() == before
