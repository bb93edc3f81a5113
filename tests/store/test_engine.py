"""Who reads and writes as whom, and for how long."""

import threading

import pytest
from sqlalchemy import text

from dashapp.domain.errors import ConfigurationError
from dashapp.store.engine import Store, parse_url


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://host/db", "sqlite://", "sqlite:///:memory:"]
)
def test_a_database_that_cannot_serve_is_refused(url):
    with pytest.raises(ConfigurationError):
        parse_url(url)


def test_sqlite_keeps_what_was_acknowledged(sqlite_url):
    store = Store(sqlite_url)
    with store.changing() as session:
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


def test_sqlite_writers_take_turns_and_nobody_is_told_it_is_locked(sqlite_url):
    store = Store(sqlite_url)
    failures = []

    def write(worker: int) -> None:
        try:
            for number in range(20):
                with store.changing() as session:
                    session.execute(
                        text("INSERT INTO login_attempts VALUES (:s, 1, 1)"),
                        {"s": f"{worker}-{number}"},
                    )
        except Exception as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    with store.shared() as session:
        count = session.execute(text("SELECT count(*) FROM login_attempts")).scalar()
    store.close()

    assert failures == []
    assert count == 160


def test_postgresql_runs_as_a_role_that_owns_nothing(postgresql_url):
    store = Store(postgresql_url)
    with store.shared() as session:
        role, session_user = session.execute(text("SELECT current_user, session_user")).one()
        owner = session.execute(
            text("SELECT tableowner FROM pg_tables WHERE tablename = 'events'")
        ).scalar()
    store.close()

    assert (role, session_user, owner) == ("dashapp_app", "postgres", "postgres")


def test_the_role_outlives_a_first_transaction_that_is_rolled_back(postgresql_url):
    store = Store(postgresql_url)
    seen = []
    for _ in range(2):  # the second one gets the first one's pooled connection
        with store._write.connect() as connection:
            seen.append(connection.execute(text("SELECT current_user")).scalar())
            connection.rollback()
            seen.append(connection.execute(text("SELECT current_user")).scalar())
    store.close()

    assert seen == ["dashapp_app"] * 4


def test_postgresql_has_limits_on_time(postgresql_url):
    store = Store(postgresql_url)
    with store.shared() as session:
        limits = [
            session.execute(text(f"SHOW {name}")).scalar()
            for name in (
                "statement_timeout",
                "lock_timeout",
                "idle_in_transaction_session_timeout",
                "transaction_isolation",
                "transaction_read_only",
            )
        ]
    store.close()

    assert limits == ["5s", "1s", "10s", "repeatable read", "on"]


def test_a_dashboard_reads_one_snapshot(store, acme):
    with store.reading(acme) as session:
        before = session.execute(text("SELECT count(*) FROM users")).scalar()
        with store.changing() as other:
            other.execute(
                text(
                    "INSERT INTO users (email, password_hash, created_at) VALUES ('a@b.co', 'x', 1)"
                )
            )
        assert session.execute(text("SELECT count(*) FROM users")).scalar() == before
