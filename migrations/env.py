"""Run migrations in one transaction, under one lock, as the user of the database URL."""

from alembic import context

from dashapp.store.engine import owner_engine
from dashapp.store.migrate import lock
from dashapp.store.tables import METADATA


def run() -> None:
    engine = owner_engine(context.config.attributes["url"])
    try:
        with engine.connect() as connection:
            context.configure(
                connection=connection,
                target_metadata=METADATA,
                transactional_ddl=True,
                render_as_batch=connection.dialect.name == "sqlite",
            )
            with context.begin_transaction():
                lock(connection)
                context.run_migrations()
    finally:
        engine.dispose()


run()
