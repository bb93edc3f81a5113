"""Schema migrations, and a check that the schema is current.

Two servers that start at the same time migrate once: PostgreSQL takes an advisory lock that ends
with its transaction, SQLite its own write lock.
"""

from functools import cache
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from dashapp.domain.errors import ConfigurationError
from dashapp.settings import resource
from dashapp.store.engine import Store, owner_engine, parse_url
from dashapp.store.tables import OWNED

_ADVISORY_LOCK = 0x64617368  # "dash"
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
    """Migrate the database up to a revision."""
    command.upgrade(config(url, role), revision)


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
    url = store.url.render_as_string(hide_password=False)
    engine = owner_engine(parse_url(url))
    try:
        with engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
            if current != head():
                state = f"The schema is at revision {current}, but this version needs {head()}."
                return [f"{state if current else 'The database is empty.'} Run: dashapp db upgrade"]
            return [] if store.is_sqlite else _role_problems(connection, store.role)
    finally:
        engine.dispose()


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


def _role_problems(connection: Connection, role: str) -> list[str]:
    """Return why row-level security does not apply to the role that queries run as."""
    faults: list[str] = []
    rights: Any = connection.execute(
        text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = :role"), {"role": role}
    ).scalar()
    if rights is None:
        return [f"The role {role} does not exist. Run: dashapp db upgrade"]
    if rights:
        faults.append(
            f"The role {role} can bypass row-level security. "
            f"Run: ALTER ROLE {role} NOBYPASSRLS NOSUPERUSER"
        )
    for table in OWNED:
        owner, forced = connection.execute(
            text(
                "SELECT pg_get_userbyid(relowner), relrowsecurity AND relforcerowsecurity "
                "FROM pg_class WHERE oid = to_regclass(:name)"
            ),
            {"name": table.name},
        ).one()
        if owner == role:
            faults.append(f"The role {role} owns the table {table.name}. Change its owner.")
        if not forced:
            faults.append(f"Row-level security is off on {table.name}. Enable and force it.")
    return faults
