"""`dashapp doctor`: it names what is wrong, and the command that mends it."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from werkzeug.serving import make_server

from dashapp.cli import main
from dashapp.domain.secrets.keys import KeyKind
from dashapp.domain.time.instant import to_us, utc_now
from dashapp.store.health.moments import Moment, set_moment
from tests import factories

OTHER_SECRET = "another-secret-key-of-more-than-32-characters-1f2e3d"


@pytest.fixture
def environment(store, monkeypatch):
    """The server's settings, with upkeep a minute ago."""
    url = store.url.render_as_string(hide_password=False)
    for name, value in (("DATABASE_URL", url), ("SECRET_KEY", factories.SECRET)):
        monkeypatch.setenv(f"DASHAPP_{name}", value)
    with store.write_shared() as session:
        set_moment(session, Moment.UPKEEP, to_us(utc_now()) - 60_000_000)
    if store.is_sqlite:
        Path(str(store.url.database)).chmod(0o600)
    return monkeypatch


def examine(*, exits=0):
    result = CliRunner().invoke(main, ["doctor"])
    assert result.exit_code == exits, result.output
    return {
        line.split()[1]: line for line in result.output.splitlines() if exits == 0 or "FAIL" in line
    }


@pytest.mark.both_databases
def test_nothing_is_wrong_with_a_sound_installation(store, acme, environment):
    factories.add_key(store, acme, KeyKind.EMBED)
    lines = examine()

    parts = {"settings", "database", "writing", "clock", "keys", "upkeep", "disk", "proxy", "mail"}
    assert set(lines) == parts | (set() if store.is_sqlite else {"pooler"})
    assert "embed keys that can be read: 1" in lines["keys"]


def test_settings_come_first(environment):
    environment.delenv("DASHAPP_SECRET_KEY")

    assert "DASHAPP_SECRET_KEY is not set" in examine(exits=1)["settings"]


@pytest.mark.both_databases
def test_keys_sealed_with_another_secret(store, acme, environment):
    factories.add_key(store, acme, KeyKind.EMBED)
    environment.setenv("DASHAPP_SECRET_KEY", OTHER_SECRET)

    lines = examine(exits=1)
    assert set(lines) == {"keys"}
    assert "1 of 1 embed keys cannot be read" in lines["keys"]
    assert "dashapp key add" in lines["keys"]


@pytest.mark.parametrize(
    ("age", "words"), [(3 * 3_600, "Run: dashapp upkeep"), (-7_200, "in the future")]
)
def test_upkeep_that_does_not_run(store, environment, age, words):
    with store.write_shared() as session:
        set_moment(session, Moment.UPKEEP, to_us(utc_now()) - age * 1_000_000)

    assert words in examine(exits=1)["upkeep"]


def test_a_database_that_takes_no_writes(store, environment):
    with closing(sqlite3.connect(str(store.url.database))) as connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON moments BEGIN SELECT RAISE(FAIL, 'full'); END"
        )
        connection.execute(
            "CREATE TRIGGER full2 BEFORE UPDATE ON moments BEGIN SELECT RAISE(FAIL, 'full'); END"
        )

    assert "takes no writes" in examine(exits=1)["writing"]


def test_a_public_address_that_nobody_answers_or_that_another_host_is_passed_on_for(
    store, environment
):
    environment.setenv("DASHAPP_PUBLIC_URL", "http://127.0.0.1:9")
    assert "does not answer" in examine(exits=1)["proxy"]

    app = factories.app(store, public_url="https://dash.example")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environment.setenv("DASHAPP_PUBLIC_URL", f"http://localhost:{server.server_port}")
    try:
        lines = examine()
        app.config["TRUSTED_HOSTS"] = ["dash.example"]
        environment.setenv("DASHAPP_PUBLIC_URL", f"http://127.0.0.1:{server.server_port}")
        refused = examine(exits=1)
    finally:
        server.shutdown()
        server.server_close()
    assert "answers" in lines["proxy"]
    assert "answers 400" in refused["proxy"]
    assert "pass on the Host header" in refused["proxy"]
