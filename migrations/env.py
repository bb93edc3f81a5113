"""Run migrations in one transaction, under one lock, as the user of the database URL."""

from typing import Any

from alembic import context
from sqlalchemy import Connection

from dashapp.store.engine import owner_engine
from dashapp.store.health import privileges
from dashapp.store.migrate import lock
from dashapp.store.tables import METADATA


def _suspend_foreign_keys(connection: Connection) -> None:
    """Let SQLite drop a table to make it again, without deleting the rows that refer to it.

    This has an effect outside of a transaction only.
    """
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys = OFF")


def run() -> None:
    engine = owner_engine(context.config.attributes["url"])
    try:
        with engine.connect() as connection:
            _suspend_foreign_keys(connection)
            is_sqlite = connection.dialect.name == "sqlite"
            context.configure(
                connection=connection,
                target_metadata=METADATA,
                transactional_ddl=True,
                render_as_batch=is_sqlite,
            )
            with context.begin_transaction():
                lock(connection)
                context.run_migrations()
                if context.config.attributes.get("grants") and not is_sqlite:
                    privileges.grant(connection, context.config.attributes["role"])
    finally:
        engine.dispose()


run()
