"""The schema: bring it up to date, and check that it is.

Two servers that start at once migrate once: PostgreSQL takes an advisory lock that dies with its
connection, SQLite its own write lock.
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
    """Alembic's configuration, without an ini file."""
    made = _scripts()
    made.attributes["url"] = parse_url(url)
    made.attributes["role"] = role
    return made


def _scripts() -> Config:
    made = Config()
    made.set_main_option("script_location", str(resource("migrations")).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    return made


def upgrade(url: str, role: str = "dashapp_app", revision: str = "head") -> None:
    command.upgrade(config(url, role), revision)


def downgrade(url: str, role: str = "dashapp_app", revision: str = "base") -> None:
    command.downgrade(config(url, role), revision)


def lock(connection: Connection) -> None:
    """Hold other migrations off until this transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})


@cache
def head() -> str:
    """The newest revision in this installation."""
    revision = ScriptDirectory.from_config(_scripts()).get_current_head()
    assert revision is not None
    return revision


def faults(store: Store) -> list[str]:
    """What keeps this database from serving: nothing, or sentences that say what to do."""
    url = store.url.render_as_string(hide_password=False)
    engine = owner_engine(parse_url(url))
    try:
        with engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
            if current != head():
                state = f"The schema is at {current}, not at {head()}."
                return [f"{state if current else 'The database is empty.'} Run: dashapp db upgrade"]
            return [] if store.is_sqlite else _role_faults(connection, store.role)
    finally:
        engine.dispose()


def is_current(store: Store) -> bool:
    """Whether the schema is this version's, asked as the server itself asks."""
    try:
        with store.shared() as session:
            return bool(session.execute(_REVISION).scalar() == head())
    except (ProgrammingError, OperationalError) as error:
        if isinstance(error, ProgrammingError) or "no such table" in str(error.orig):
            return False  # never migrated: PostgreSQL also denies what it has not granted
        raise


def require_current(store: Store) -> None:
    """Raises ConfigurationError where the database cannot be served from."""
    found = faults(store)
    if found:
        raise ConfigurationError(" ".join(found))


def _role_faults(connection: Connection, role: str) -> list[str]:
    """Whether the role that queries run as really stands under row-level security."""
    found: list[str] = []
    rights: Any = connection.execute(
        text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = :role"), {"role": role}
    ).scalar()
    if rights is None:
        return [f"The role {role} does not exist. Run: dashapp db upgrade"]
    if rights:
        found.append(
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
            found.append(f"The role {role} owns the table {table.name}: give it another owner.")
        if not forced:
            found.append(f"Row-level security is off on {table.name}: enable and force it.")
    return found
