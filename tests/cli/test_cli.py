"""The command line: what it does, prints and rejects, on both databases."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from dashapp.cli import main
from dashapp.dashboards.provision import add_org
from dashapp.domain.secrets.keys import KeyKind
from dashapp.domain.secrets.sealing import Secrets
from dashapp.store.engine import Store
from dashapp.store.orgs import keys
from tests import factories
from tests.postgresql import free_port

FLIGHTS = Path(__file__).parent.parent / "data" / "flights.csv"


@pytest.mark.both_databases
def test_orgs_and_users_are_set_up_from_an_empty_database(run):
    run("db", "upgrade")
    run("db", "check")
    run("org", "add", "acme", "--name", "Acme Inc.", "--timezone", "Europe/Berlin")
    run("user", "add", "Ada@Example.com", "--org", "acme", "--role", "OWNER", "--password-stdin", stdin="correct horse battery\n")  # fmt: skip
    run("org", "add", "rival", "--name", "Rival", "--locale", "pt-BR")
    run("membership", "add", "ada@example.com", "--org", "rival", "--role", "MEMBER")

    assert "acme   Acme Inc.  Europe/Berlin  en" in run("org", "list").stdout
    users = run("user", "list").stdout
    assert re.search(r"ada@example.com +acme +OWNER", users)
    assert re.search(r"ada@example.com +rival +MEMBER", users)
    assert "rival" not in run("user", "list", "--org", "acme").stdout


def test_a_secret_is_printed_once_on_the_last_line(run, acme):
    lines = run("key", "add", "--org", "acme", "--kind", "read").stdout.splitlines()

    assert re.fullmatch(r"id: k\w{11}", lines[0])
    assert re.fullmatch(r"dash_read_\w{49}", lines[-1])
    listed = run("key", "list", "--org", "acme").stdout
    assert lines[-1] not in listed
    assert lines[0][4:] in listed

    run("key", "revoke", lines[0][4:])
    assert "revoked" in run("key", "list", "--org", "acme").stdout
    run("key", "revoke", lines[0][4:], exits=1)


@pytest.mark.parametrize(
    ("arguments", "stdin", "message"),
    [
        (("org", "add", "acme", "--name", "x"), None, "already exists"),
        (("org", "add", "Not A Slug", "--name", "x"), None, "Invalid slug"),
        (("org", "add", "b", "--name", "x", "--timezone", "Mars"), None, "Unknown time zone"),
        (("user", "add", "nonsense", "--org", "acme", "--role", "OWNER", "--password-stdin"), "correct horse battery", "not a valid email address"),
        (("user", "add", "a@b.co", "--org", "nope", "--role", "OWNER", "--password-stdin"), "correct horse battery", "No org nope"),
        (("user", "add", "a@b.co", "--org", "acme", "--role", "OWNER", "--password-stdin"), "short", "at least 15"),
        (("user", "add", "a@b.co", "--org", "acme", "--role", "OWNER", "--password-stdin"), "password1234567", "easy to guess"),
        (("user", "add", "a@b.co", "--org", "acme", "--role", "OWNER"), "", "--password-stdin"),
        (("user", "disable", "a@b.co"), None, "No user"),
        (("key", "add", "--org", "nope", "--kind", "read"), None, "No org nope"),
        (("import", str(FLIGHTS), "--org", "nope"), None, "No org nope"),
        (("seed-tracking-events", "--org-slug", "nope"), None, "No org nope"),
    ],
)  # fmt: skip
def test_an_error_is_one_clear_line_and_exit_status_1(run, acme, arguments, stdin, message):
    result = run(*arguments, stdin=stdin, exits=1)

    assert message in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""
    assert "a@b.co" not in run("user", "list").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("org", "add"),
        ("user", "add", "a@b.co", "--org", "acme", "--role", "KING"),
        ("import", "no-such-file", "--org", "acme"),
        ("import", str(FLIGHTS)),
        ("import", str(FLIGHTS), "--org", "a", "--org-column", "b"),
        ("nonsense",),
    ],
)
def test_a_usage_error_is_exit_status_2(run, arguments):
    run(*arguments, exits=2)


IMPORT = ("--map", "occurred_at=scheduled_departure", "--map", "user=tailnum", "--set", "type=validation_run.created")  # fmt: skip


@pytest.mark.both_databases
def test_an_import_adds_the_orgs_in_the_file(run):
    first = run("import", str(FLIGHTS), "--org-column", "airline", *IMPORT)
    again = run("import", str(FLIGHTS), "--org-column", "airline", *IMPORT)

    assert "548 events added, 0 already stored, 0 lines rejected." in first.stdout
    assert "0 events added, 548 already stored, 0 lines rejected." in again.stdout
    assert run("org", "list").stdout.count("UTC") == 5


def test_import_reads_standard_input(run, acme):
    result = run("import", "-", "--org", "acme", *IMPORT, stdin=FLIGHTS.read_bytes())

    assert "548 events added" in result.stdout


def test_bad_lines_are_reported_and_strict_stores_nothing(run, acme, tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("type,occurred_at\npage.viewed,2026-01-01T00:00:00Z\npage.viewed,never\n")

    strict = run("import", str(file), "--org", "acme", "--strict", exits=1)
    assert "Line 3" in strict.stderr

    result = run("import", str(file), "--org", "acme")
    assert "1 events added, 0 already stored, 1 line rejected." in result.stdout
    assert "Line 3" in result.stderr


@pytest.mark.both_databases
def test_sample_events_are_added_only_once(run, acme):
    first = run("seed-tracking-events", "--org-slug", "acme", "--days", "3")
    again = run("seed-tracking-events", "--org-slug", "acme", "--days", "3")

    assert re.match(r"acme: \d\d events added, 0 already stored\.", first.stdout)
    assert "acme: 0 events added" in again.stdout


def test_sample_events_can_be_those_of_another_product(run, acme):
    options = ("--org-slug", "acme", "--days", "2", "--product", "ci")
    first = run("seed-tracking-events", *options)
    again = run("seed-tracking-events", *options)

    assert re.match(r"acme: \d\d+ events added, 0 already stored\.", first.stdout)
    assert int(again.stdout.split()[1]) <= 5  # those that happened since


def test_a_new_password_ends_sessions(run, store, acme):
    from dashapp.domain.access.roles import Role

    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
    client = factories.app(store).test_client()
    factories.login(client, "ada@example.com")

    run("user", "password", "ada@example.com", "--password-stdin", stdin="another horse stable\n")

    assert client.get("/app/acme/operations").status_code == 302
    assert factories.login(client, "ada@example.com").status_code == 401
    assert factories.login(client, "ada@example.com", "another horse stable").status_code == 303


@pytest.mark.both_databases
def test_a_disabled_user_is_logged_out_and_cannot_log_in(run, store, acme):
    from dashapp.domain.access.roles import Role

    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
    client = factories.app(store).test_client()
    factories.login(client, "ada@example.com")

    run("user", "disable", "ada@example.com")

    assert client.get("/app/acme/operations").status_code == 302
    assert factories.login(client, "ada@example.com").status_code == 401


def test_the_error_for_an_unmigrated_database_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("DASHAPP_DATABASE_URL", f"sqlite:///{tmp_path}/new.db")

    result = CliRunner().invoke(main, ["org", "list"])

    assert result.exit_code == 1
    assert "dashapp db upgrade" in result.stderr


def test_an_unreachable_database_is_one_clear_line(monkeypatch):
    monkeypatch.setenv("DASHAPP_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/nothing")

    for arguments in (["org", "list"], ["db", "upgrade"], ["db", "check"]):
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 1
        assert "Traceback" not in result.output
        assert result.stderr.startswith("dashapp: ")


def test_a_backup_is_complete_and_never_overwrites_a_file(sqlite_url, tmp_path, monkeypatch):
    monkeypatch.setenv("DASHAPP_DATABASE_URL", sqlite_url)
    CliRunner().invoke(main, ["org", "add", "acme", "--name", "Acme"])
    target = tmp_path / "backup.db"

    first = CliRunner().invoke(main, ["backup", str(target)])
    again = CliRunner().invoke(main, ["backup", str(target)])

    connection = sqlite3.connect(target)
    assert connection.execute("SELECT slug FROM orgs").fetchall() == [("acme",)]
    connection.close()
    assert (first.exit_code, again.exit_code) == (0, 1)


@pytest.mark.parametrize(
    "arguments", [[], ["org"], ["user", "add"], ["import"], ["serve"], ["key", "add"]]
)
def test_help_has_examples(arguments):
    result = CliRunner().invoke(main, [*arguments, "--help"])

    assert result.exit_code == 0
    assert "xample" in result.output or arguments in ([], ["org"])


def test_no_command_summary_is_truncated():
    groups = [
        [],
        *([name] for name, command in main.commands.items() if hasattr(command, "commands")),
    ]

    for arguments in groups:
        summaries = (
            CliRunner().invoke(main, [*arguments, "--help"]).output.partition("Commands:")[2]
        )
        assert summaries
        assert "..." not in summaries


def start(*arguments: str, **env: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "dashapp", *arguments],
        env={**os.environ, **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_for(port: int, path: str = "/readyz") -> int:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2) as response:
                return response.status
        except (TimeoutError, OSError):
            time.sleep(0.1)
    return 0


_STOP_SECONDS = 15  # less than granian waits for its workers


def stop(process: subprocess.Popen) -> str:
    process.send_signal(signal.SIGTERM)
    return process.communicate(timeout=30)[0]


def test_serve_refuses_a_weak_secret(sqlite_url):
    process = start("serve", DASHAPP_SECRET_KEY="x" * 40, DASHAPP_DATABASE_URL=sqlite_url)
    output = process.communicate(timeout=30)[0]

    assert process.returncode == 1
    assert output.startswith("dashapp: DASHAPP_SECRET_KEY ")
    assert "token_urlsafe" in output


def test_serve_refuses_an_outdated_schema(tmp_path):
    process = start("serve", DASHAPP_SECRET_KEY=factories.SECRET, DASHAPP_DATABASE_URL=f"sqlite:///{tmp_path}/x.db")  # fmt: skip
    output = process.communicate(timeout=30)[0]

    assert process.returncode == 1
    assert "dashapp db upgrade" in output


def test_serve_refuses_a_public_host_without_a_public_url(sqlite_url):
    process = start("serve", "--host", "0.0.0.0", DASHAPP_SECRET_KEY=factories.SECRET, DASHAPP_DATABASE_URL=sqlite_url)  # fmt: skip

    assert "DASHAPP_PUBLIC_URL" in process.communicate(timeout=30)[0]


@pytest.mark.both_databases
def test_serve_runs_two_workers_and_stops_cleanly(database_url):
    port = free_port()
    process = start("serve", "--port", str(port), "--workers", "2", DASHAPP_SECRET_KEY=factories.SECRET, DASHAPP_DATABASE_URL=database_url)  # fmt: skip
    try:
        assert wait_for(port) == 200
        assert wait_for(port, "/login") == 200
    finally:
        started = time.monotonic()
        stop(process)  # while the second worker may still be loading

    # Later, granian would kill them. What it prints is no proof: under load, it takes a worker that
    # has just ended for one that has not.
    assert time.monotonic() - started < _STOP_SECONDS
    assert process.returncode == 0


def test_a_hundred_signals_stop_a_server_once(database_url):
    """The server also says that the secret key is not the one that an embed key was made with."""
    with closing(Store(database_url)) as store:
        acme = factories.scope(add_org(store, factories.scope, "acme", now=1))
        with store.write_shared() as session:
            keys.insert_key(session, acme, KeyKind.EMBED, now=1, secrets=Secrets("x" * 40))
    port = free_port()
    process = start("serve", "--port", str(port), "--workers", "2", DASHAPP_SECRET_KEY=factories.SECRET, DASHAPP_DATABASE_URL=database_url)  # fmt: skip
    assert wait_for(port) == 200
    process.send_signal(signal.SIGHUP)
    assert wait_for(port) == 200
    for _ in range(100):
        process.send_signal(signal.SIGTERM)
    output = process.communicate(timeout=30)[0]

    assert process.returncode == 0
    assert "Traceback" not in output
    assert "1 of 1 embed keys cannot be read" in output


def test_the_demo_serves_and_prints_its_login(tmp_path):
    port = free_port()
    process = start("demo", "--port", str(port), "--data-dir", str(tmp_path / "demo"))
    try:
        assert wait_for(port) == 200
    finally:
        output = stop(process)

    assert re.search(r"^demo@example\.com / \S{16}$", output, re.MULTILINE)
    assert f"http://127.0.0.1:{port}/app/acme/operations?time_range=7d" in output


def test_a_port_in_use_is_reported(sqlite_url, tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        for arguments in (
            ["serve", "--port", port],
            ["demo", "--port", port, "--data-dir", str(tmp_path / "d")],
        ):
            process = start(
                *arguments, DASHAPP_SECRET_KEY=factories.SECRET, DASHAPP_DATABASE_URL=sqlite_url
            )
            output = process.communicate(timeout=30)[0]
            assert process.returncode == 1
            assert f"Cannot listen on 127.0.0.1:{port}" in output
    assert not (tmp_path / "d").exists()


def test_serve_refuses_a_broken_widget_with_one_line(sqlite_url, tmp_path):
    """The widget is a broken entry point of a package, as pip would install it."""
    folder = tmp_path / "broken-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text("[dashapp.widgets]\nbroken = no_such_module:WIDGET\n")
    process = start("serve", "--port", str(free_port()), PYTHONPATH=str(tmp_path), DASHAPP_SECRET_KEY=factories.SECRET, DASHAPP_DATABASE_URL=sqlite_url)  # fmt: skip
    output = process.communicate(timeout=30)[0]

    assert process.returncode == 1
    assert (
        output
        == "dashapp: The widget “broken” (no_such_module:WIDGET) cannot be loaded: No module named 'no_such_module'\n"
    )


def test_an_import_that_stores_nothing_fails(run, acme, tmp_path):
    file = tmp_path / "x.csv"
    file.write_bytes(
        "type,occurred_at,user\npage.viewed,2026-01-01T00:00:00Z,Zoë\n".encode("latin-1")
    )

    result = run("import", str(file), "--org", "acme", exits=1)

    assert "UTF-8" in result.stderr
    assert "Nothing was stored" in result.stderr


def test_a_missing_map_option_is_reported_once(run, acme):
    result = run("import", str(FLIGHTS), "--org", "acme", exits=1)

    assert "no column “occurred_at”" in result.stderr
    assert "--map KEY=COLUMN" in result.stderr


def test_only_the_owner_can_read_the_database_and_its_backups(tmp_path, monkeypatch):
    database, copy = tmp_path / "new.db", tmp_path / "copy.db"
    monkeypatch.setenv("DASHAPP_DATABASE_URL", f"sqlite:///{database}")
    CliRunner().invoke(main, ["db", "upgrade"])
    CliRunner().invoke(main, ["backup", str(copy)])

    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("*.db*")} == {0o600}
    assert CliRunner().invoke(main, ["db", "check"]).stderr == ""

    database.chmod(0o644)
    result = CliRunner().invoke(main, ["db", "check"])
    assert result.exit_code == 0
    assert f"Other users of this machine can read {database}. Run: chmod 600" in result.stderr


def test_a_backup_to_a_missing_folder_is_one_line(sqlite_url, monkeypatch):
    monkeypatch.setenv("DASHAPP_DATABASE_URL", sqlite_url)

    result = CliRunner().invoke(main, ["backup", "/no/such/folder/x.db"])

    assert result.exit_code == 1
    assert "Cannot write to the directory /no/such/folder" in result.stderr
