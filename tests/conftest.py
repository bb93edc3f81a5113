"""Shared fixtures: real SQLite and PostgreSQL databases, and two orgs, Acme and Rival."""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, create_engine, text
from sqlalchemy import event as sa_event
from sqlalchemy.sql.elements import TextClause

from dashapp.dashboards.provision import add_org
from dashapp.domain.access.scope import Scope
from dashapp.domain.secrets import passwords
from dashapp.store import migrate
from dashapp.store.engine import Store
from tests import compiled_once, factories, postgresql
from tests.effort import scaled
from tests.statements import unbound_tables

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)

settings.register_profile(
    "dashapp",
    deadline=None,
    derandomize=True,
    max_examples=scaled(50),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("dashapp")


_TESTS = Path(__file__).parent
_WITHOUT_SQL = frozenset({"board", "cli", "client", "docs", "web"})
_MEMORY_FOLDER = Path("/dev/shm")
_LONGEST_ID = 100
_REQUIRED_BYTES = 4 * 1024**3
HASHER = passwords._hasher  # the one that servers use
CHECKED_STATEMENTS: set[str] = set()
UNBOUND: list[str] = []


@sa_event.listens_for(Engine, "before_cursor_execute")
def _record_unbound_tables(connection, _cursor, statement, _params, context, _many) -> None:
    """Record owned tables that a statement of dashapp does not bind to an org.

    Citus routes statements by org (docs/scaling.md). Statements on SQLite are checked too. Text statements are skipped: tests use them to
    probe row security, and test_statements.py checks that dashapp has none on owned tables.
    """
    is_compiled = context is not None and context.compiled is not None
    if not is_compiled or isinstance(context.compiled.statement, TextClause):
        return
    if "alembic" in statement or statement in CHECKED_STATEMENTS:
        return
    CHECKED_STATEMENTS.add(statement)
    if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
        UNBOUND.extend(
            f"{table} in {statement}"
            for table in unbound_tables(statement, connection.dialect.name)
        )


@pytest.fixture(autouse=True)
def _every_statement_names_its_org(request):
    """Fail a test that runs a statement without an org, unless the test does so on purpose."""
    before = len(UNBOUND)
    yield
    if request.node.get_closest_marker("unbound") is None:
        assert UNBOUND[before:] == []


def pytest_terminal_summary(terminalreporter) -> None:
    if postgresql.programs() is None:
        terminalreporter.write_line("PostgreSQL's server programs are not installed: SQLite only.")


def pytest_configure(config) -> None:
    if os.environ.get("CI") and postgresql.programs() is None:
        pytest.exit("CI needs PostgreSQL's server programs", returncode=1)
    _use_memory_for_temporary_files()
    passwords._hasher = factories.HASHER
    compiled_once.install()


def pytest_collection_finish() -> None:
    """Leave modules and collected tests out of garbage collections: these take half the time of making an app."""
    gc.collect()
    gc.freeze()


def pytest_make_parametrize_id(val, argname) -> str | None:
    """Name a test after its argument where the value is binary or long.

    Every process must collect tests of the same names. The bytes of a compressed file depend on the time and on the machine's library.
    """
    is_binary = isinstance(val, bytes) and not (val.isascii() and val.decode().isprintable())
    is_long = isinstance(val, bytes | str) and len(val) > _LONGEST_ID
    return argname if is_binary or is_long else None


def _use_memory_for_temporary_files() -> None:
    """Put the thousands of temporary databases in memory: on disk they take most of the time."""
    if "TMPDIR" in os.environ or not os.access(_MEMORY_FOLDER, os.W_OK):
        return
    if shutil.disk_usage(_MEMORY_FOLDER).free >= _REQUIRED_BYTES:
        os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY_FOLDER)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    if postgresql.programs() is None:
        pytest.skip("PostgreSQL is not installed")
    with postgresql.cluster() as url:
        _sql(url, "CREATE DATABASE template_dashapp")
        migrate.upgrade(f"{url}/template_dashapp")
        yield url


@pytest.fixture
def sqlite_url(tmp_path, sqlite_template) -> str:
    path = tmp_path / "dashapp.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgresql_server) -> Iterator[str]:
    name = f"t{uuid4().hex}"
    _sql(postgresql_server, f"CREATE DATABASE {name} TEMPLATE template_dashapp STRATEGY FILE_COPY")
    yield f"{postgresql_server}/{name}"
    _sql(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database_url(request) -> str:
    """The URL of a new database; `pytest_generate_tests` chooses its kind."""
    return request.getfixturevalue(f"{request.param}_url")


def pytest_generate_tests(metafunc) -> None:
    """Run a test on both databases, unless it is in a folder whose code contains no SQL."""
    if "database_url" in metafunc.fixturenames:
        folder = metafunc.definition.path.relative_to(_TESTS).parts[0]
        is_marked = metafunc.definition.get_closest_marker("both_databases") is not None
        has_both = is_marked or folder not in _WITHOUT_SQL
        names = ["sqlite", "postgresql"] if has_both else ["sqlite"]
        metafunc.parametrize("database_url", names, indirect=True)


@pytest.fixture
def store(database_url) -> Iterator[Store]:
    store = Store(database_url)
    yield store
    store.close()


@pytest.fixture
def acme(store) -> Scope:
    return _org(store, "acme", "Acme")


@pytest.fixture
def rival(store) -> Scope:
    return _org(store, "rival", "Rival")


def _org(store: Store, slug: str, name: str) -> Scope:
    return factories.scope(add_org(store, factories.scope, slug, name=name, now=1))


def _sql(server: str, statement: str, database: str = "postgres") -> None:
    url = server.replace("postgresql://", "postgresql+psycopg://") + f"/{database}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
