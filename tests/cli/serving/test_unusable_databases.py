"""A database that cannot be used is one line that says what to do, without the password."""

import os

import pytest
from click.testing import CliRunner

from dashapp.cli import main
from tests.conftest import _sql
from tests.postgresql import free_port

COMMANDS = (("org", "list"), ("db", "upgrade"), ("db", "check"))
SECRET = "hunter2"

INVALID_URLS = [
    "nonsense",
    "://",
    "mysql://u:hunter2@host/db",
    "postgresql+://u:hunter2@host/db",
    "postgresql://[/db",
    "postgresql://[::1/db",
    "postgresql://u:hunter2@::1/db",
    "postgresql://u:hunter2@[::1]x/db",
    "postgresql://u:hunter2@a:x/db",
    "postgresql://u:hunter2@a:0/db",
    "postgresql://u:hunter2@a:99999/db",
    "postgresql://u:hunter2@a:-1/db",
    "postgresql://u:hunter2@a:5432,b:x/db",
    "postgresql://u:hunter2@a:5432,[b/db",
    "postgresql://u:hunter2@a,b/db?host=c",
    "postgresql://u:x@hunter2@127.0.0.1/db",
    "postgresql://u:x@hunter2/y@127.0.0.1/db",
    "postgresql://u:x@y?hunter2=z@127.0.0.1/db",
    "postgresql://u:hunter2@a/db?nonsense=1",
    "postgresql://u:hunter2@a/db?sslmode=require&sslmode=disable",
    "postgresql://u:hunter2@a/db?host=b&host=c:1",
    "sqlite://",
    "sqlite:///",
    "sqlite:///:memory:",
    "sqlite:///file:x.db?mode=ro&uri=true",
    "sqlite://host/x.db",
    "sqlite:///x.db?timeout=never",
    "sqlite",
]  # fmt: skip


def error_of(*arguments: str) -> str:
    """Run a command that must fail; return the only line that it prints."""
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("dashapp: ")
    assert result.stderr.count("\n") == 1
    assert SECRET not in result.stderr
    return result.stderr


@pytest.fixture
def errors_with(monkeypatch, tmp_path):
    """Return the error of each command with a database URL, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def errors(url: str) -> list[str]:
        monkeypatch.setenv("DASHAPP_DATABASE_URL", url)
        return [error_of(*command) for command in COMMANDS]

    return errors


@pytest.mark.parametrize("url", INVALID_URLS)
def test_an_invalid_url_is_refused_by_name(errors_with, tmp_path, url):
    for error in errors_with(url):
        assert "DASHAPP_DATABASE_URL" in error
    assert list(tmp_path.iterdir()) == []


def test_the_replica_is_named_by_its_setting(monkeypatch, postgresql_url):
    monkeypatch.setenv("DASHAPP_DATABASE_READ_URL", "postgresql://[/db")
    monkeypatch.setenv("DASHAPP_SECRET_KEY", "k3J-a-secret-of-the-tests-which-nobody-else-uses")
    monkeypatch.setenv("DASHAPP_DATABASE_URL", postgresql_url)

    assert "DASHAPP_DATABASE_READ_URL" in error_of("serve", "--port", str(free_port()))


def test_a_folder_is_not_a_database(errors_with, tmp_path):
    (tmp_path / "x.db").mkdir()

    for error in errors_with("sqlite:///x.db"):
        assert "Cannot open the database x.db: is a directory." in error


def test_another_file_is_not_a_database(errors_with, tmp_path):
    (tmp_path / "x.db").write_text("not a database" * 1000)

    for error in errors_with("sqlite:///x.db"):
        assert "The database x.db is not a SQLite database." in error


def test_a_file_where_a_folder_should_be_is_named(errors_with, tmp_path):
    (tmp_path / "x").write_text("")

    upgrade = errors_with("sqlite:///x/y.db")[1]
    assert "Cannot open the database x/y.db: file exists." in upgrade


def test_a_command_does_not_create_a_missing_database(run, monkeypatch, tmp_path):
    monkeypatch.setenv("DASHAPP_DATABASE_URL", f"sqlite:///{tmp_path}/folder/x.db")

    for command in (("org", "list"), ("db", "check")):
        assert "x.db does not exist. Run: dashapp db upgrade\n" in error_of(*command)
    assert not (tmp_path / "folder").exists()
    run_upgrade = CliRunner().invoke(main, ("db", "upgrade"))
    assert run_upgrade.exit_code == 0
    assert (tmp_path / "folder/x.db").stat().st_mode & 0o077 == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read every file")
def test_a_file_without_permission_is_named(errors_with, tmp_path):
    (tmp_path / "x.db").touch(mode=0o000)

    for error in errors_with("sqlite:///x.db"):
        assert "Cannot open the database x.db: permission denied." in error


def test_a_server_that_refuses_says_where_to_look(errors_with):
    for error in errors_with(f"postgresql://u:{SECRET}@127.0.0.1:{free_port()}/db"):
        assert "Start PostgreSQL, or correct the host and port in DASHAPP_DATABASE_URL.\n" in error


def test_an_unknown_host_says_where_to_look(errors_with):
    for error in errors_with(f"postgresql://u:{SECRET}@no-such-host.invalid/db"):
        assert "Check DASHAPP_DATABASE_URL, and that PostgreSQL is running.\n" in error


def test_a_missing_database_says_how_to_create_it(errors_with, postgresql_server):
    for error in errors_with(f"{postgresql_server}/no_such_database"):
        assert "Create it with createdb, or correct the name in DASHAPP_DATABASE_URL.\n" in error


def test_a_missing_user_says_how_to_create_it(errors_with, postgresql_server):
    url = postgresql_server.replace("postgres@", f"nobody:{SECRET}@")
    for error in errors_with(f"{url}/postgres"):
        assert "Create it with createuser, or correct the user in DASHAPP_DATABASE_URL." in error


def test_a_user_without_rights_is_told_who_has_them(errors_with, postgresql_url, postgresql_server):
    _sql(postgresql_server, "DROP ROLE IF EXISTS powerless")
    _sql(postgresql_server, "CREATE ROLE powerless LOGIN")

    upgrade = errors_with(postgresql_url.replace("postgres@", "powerless@"))[1]
    assert "permission denied" in upgrade
