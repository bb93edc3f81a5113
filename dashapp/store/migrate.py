"""Schema migrations, and a check that the schema is current.

Two servers that start at the same time migrate once: PostgreSQL takes an advisory lock that ends
with its transaction, SQLite its own write lock.
"""

import os
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from dashapp.domain.errors import ConfigurationError
from dashapp.settings import resource
from dashapp.store.database_errors import explain_file
from dashapp.store.database_url import parse_url
from dashapp.store.engine import Store, owner_engine
from dashapp.store.health import privileges

_ADVISORY_LOCK = 0x64617368  # "dash"
_ALONGSIDE = ("-wal", "-shm")  # files that SQLite keeps next to the database
_OTHERS = 0o077  # the permissions of everybody but the owner
_REVISION = text("SELECT version_num FROM alembic_version")


def config(url: str, role: str = "dashapp_app") -> Config:
    """Return Alembic's configuration for a database. No ini file is needed."""
    alembic_config = _script_config()
    alembic_config.attributes["url"] = parse_url(url)
    alembic_config.attributes["role"] = role
    return alembic_config


def _script_config() -> Config:
    alembic_config = Config()
    scripts = str(resource("migrations")).replace("%", "%%")
    alembic_config.set_main_option("script_location", scripts)
    alembic_config.set_main_option("path_separator", "os")
    return alembic_config


def upgrade(url: str, role: str = "dashapp_app", revision: str = "head") -> None:
    """Migrate the database up to a revision. A new SQLite file can be read by its owner only.

    Raises ConfigurationError if the file cannot be created or opened.
    """
    path = _sqlite_file(parse_url(url))
    if path is not None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            create_private(path)
        except OSError as error:
            raise ConfigurationError(explain_file(error, path)) from None
    upgrading = config(url, role)
    upgrading.attributes["grants"] = True
    command.upgrade(upgrading, revision)


def downgrade(url: str, role: str = "dashapp_app", revision: str = "base") -> None:
    """Migrate the database down to a revision."""
    command.downgrade(config(url, role), revision)


def lock(connection: Connection) -> None:
    """Keep other migrations waiting until this transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})


@cache
def head() -> str:
    """Return the newest revision that this installation has."""
    revision = ScriptDirectory.from_config(_script_config()).get_current_head()
    assert revision is not None
    return revision


def problems(store: Store) -> list[str]:
    """Return why the server cannot use this database: a sentence per problem, with a fix."""
    path = _sqlite_file(store.url)
    if path is not None and not path.exists():  # connecting would create it
        return [f"The database {path} does not exist. Run: dashapp db upgrade"]
    engine = owner_engine(store.url)
    try:
        with engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
            if current != head():
                state = f"The schema is at revision {current}, but this version needs {head()}."
                return [f"{state if current else 'The database is empty.'} Run: dashapp db upgrade"]
            return [] if store.is_sqlite else privileges.problems(connection, store.role)
    finally:
        engine.dispose()


def warnings(store: Store) -> list[str]:
    """Return what is unsafe about a database that works: a sentence each, with a fix."""
    path = _sqlite_file(store.url)
    files = [] if path is None else [path, *(path.with_name(path.name + end) for end in _ALONGSIDE)]
    return [
        f"Other users of this machine can read {file}. Run: chmod 600 {file}"
        for file in files
        if file.exists() and file.stat().st_mode & _OTHERS
    ]


def create_private(path: Path) -> None:
    """Create a file that only its owner can read, unless it exists."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _sqlite_file(url: URL) -> Path | None:
    return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None


def is_current(store: Store) -> bool:
    """Return whether the schema matches this version. Connects with the server's own role."""
    try:
        with store.read_shared() as session:
            return bool(session.execute(_REVISION).scalar() == head())
    except (ProgrammingError, OperationalError) as error:
        if isinstance(error, ProgrammingError) or "no such table" in str(error.orig):
            return False  # never migrated; PostgreSQL also denies access to tables without a grant
        raise


def require_current(store: Store) -> None:
    """Raise ConfigurationError if the server cannot use the database."""
    sentences = problems(store)
    if sentences:
        raise ConfigurationError(" ".join(sentences))
