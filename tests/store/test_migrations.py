"""Migrations: up and down, with and without data, and in line with the table definitions."""

import os
import subprocess
import sys
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint, inspect, text

from dashapp.dashboards.provision import add_org
from dashapp.domain.errors import ConfigurationError
from dashapp.domain.metrics.conditions import Condition
from dashapp.domain.metrics.tallies import STANDARD, Counted, Label, Tally
from dashapp.domain.time.instant import to_us
from dashapp.domain.time.local_days import DAY
from dashapp.queries.reading.asks import Ask
from dashapp.queries.reading.reader import Reader
from dashapp.store import migrate, tables
from dashapp.store.engine import Store, owner_engine
from dashapp.store.orgs.dashboards import list_panels
from dashapp.store.orgs.states import org_state
from dashapp.store.tables import METADATA
from dashapp.store.tallies import updates
from dashapp.store.tallies.maintenance import differences
from dashapp.store.upkeep import maintain_org
from tests.conftest import _sql
from tests.factories import NOW, event, place, scope, send


def table_names(store: Store) -> set[str]:
    engine = owner_engine(store.url)
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names


def url_of(store: Store) -> str:
    return store.url.render_as_string(hide_password=False)


def test_there_is_one_head():
    script = ScriptDirectory.from_config(migrate.config("sqlite:///x.db"))

    assert script.get_heads() == [migrate.head()]


def test_autogenerate_finds_no_difference(store):
    engine = owner_engine(store.url)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), METADATA)
    engine.dispose()

    assert differences == []


def test_down_and_up_on_an_empty_database(store):
    migrate.downgrade(url_of(store))
    assert table_names(store) == {"alembic_version"}

    migrate.upgrade(url_of(store))
    assert migrate.problems(store) == []


def test_every_revision_down_and_up_on_a_filled_database(store, acme):
    send(store, acme, [event() for _ in range(1000)])
    script = ScriptDirectory.from_config(migrate.config(url_of(store)))

    for revision in reversed(list(script.walk_revisions())):
        migrate.downgrade(url_of(store), revision=revision.down_revision or "base")
        migrate.upgrade(url_of(store), revision=revision.revision)
    migrate.upgrade(url_of(store))

    again = scope(add_org(store, scope, "acme-again", now=1))
    send(store, again, [event()])
    assert migrate.problems(store) == []


def test_after_an_upgrade_upkeep_records_nested_properties(store, acme):
    send(store, acme, [event(properties={"n": 1, "wait": {"seconds": 3}})])
    migrate.downgrade(url_of(store), revision="0006")
    migrate.upgrade(url_of(store))

    with store.read(acme) as session:
        assert not org_state(session, acme).has_fields
    maintain_org(store, acme, [])

    with store.read(acme) as session:
        rows = session.execute(text("SELECT name, kinds FROM event_fields ORDER BY name"))
        assert [tuple(row) for row in rows] == [("n", 2), ("wait.seconds", 2)]


WARNINGS = Tally(
    types=("finding.recorded",),
    by="properties.code",
    label=Label.TRIMMED,
    where=(Condition("properties.severity", ("WARNING",)),),
)
BUYERS = Tally(types=("order.paid",), counted=Counted.USERS)
PAID = ("order.paid",)
NEW_TALLIES = (
    Tally(types=PAID, counted=Counted.NUMBERS, of="properties.total"),
    Tally(types=PAID, counted=Counted.SPREAD, of="properties.total"),
    Tally(types=PAID, counted=Counted.VALUES, of="properties.city"),
    Tally(types=("order.*",)),
    Tally(by="project"),
    Tally(by="properties.a.b"),
    Tally(where=(Condition("channel", ("web",)),)),
    Tally(where=(Condition("properties.city", ("Bern", "Rome")),)),
    Tally(where=(Condition("properties.total", (), 1),)),
    Tally(where=(Condition("properties.city", ("a",)), Condition("properties.total", ("1",)))),
)
DEFINITIONS = {
    '{"by":"","counted":"events","label":"exact","types":[],"values":[]}',
    '{"by":"type","counted":"events","label":"exact","types":[],"values":[]}',
    '{"by":"channel","counted":"users","label":"exact","types":[],"values":["api","web"]}',
    '{"by":"","counted":"users","label":"exact","types":["order.paid"],"values":[]}',
    (
        '{"by":"properties.code","counted":"events","label":"trimmed",'
        '"types":["finding.recorded"],"values":[],"where":["severity","WARNING"]}'
    ),
}


def mixed_events():
    finding = {"severity": "WARNING", "code": " a"}
    order = {"total": 2.5, "city": "Bern", "a": {"b": 1}}
    return [
        *(event("finding.recorded", user=f"u{n}", properties=finding) for n in range(5)),
        *(event("order.paid", user=f"u{n}", properties=order) for n in range(5)),
    ]


def definitions(store, owner):
    with store.read(owner) as session:
        return {row[0] for row in session.execute(text("SELECT definition FROM tally_states"))}


@pytest.fixture
def two_orgs(store, rival):
    """Return the scopes of two orgs that keep tallies of every kind."""
    owners = [scope(add_org(store, scope, "plain", boards=[], now=1)), rival]
    for owner in owners:
        with store.write(owner) as session:
            updates.declare(session, owner, [WARNINGS, BUYERS, *NEW_TALLIES])
        send(store, owner, mixed_events())
    return owners


def test_an_older_revision_reads_the_definitions_that_it_knows(store, two_orgs):
    migrate.downgrade(url_of(store), revision="0006")

    assert definitions(store, two_orgs[0]) == DEFINITIONS
    assert definitions(store, two_orgs[1]) > DEFINITIONS


def test_tallies_of_an_older_revision_stay_exact_and_the_others_are_counted_again(store, two_orgs):
    migrate.downgrade(url_of(store), revision="0006")
    migrate.upgrade(url_of(store))

    for owner in two_orgs:
        assert list(differences(store, owner)) == []
        with store.read(owner) as session:
            kept = {org_tally.tally for org_tally in org_state(session, owner).tallies}
        assert kept >= {*STANDARD, WARNINGS, BUYERS}
        assert kept.isdisjoint(NEW_TALLIES)
        send(store, owner, mixed_events())
        maintain_org(store, owner, NEW_TALLIES)
        assert list(differences(store, owner)) == []
        with store.read(owner) as session:
            asked = Ask(NEW_TALLIES[0], ((to_us(NOW) - DAY, to_us(NOW) + 1),))
            assert Reader(session, owner).read([asked])[0][0][""].total == 25_000_000


def test_two_processes_that_migrate_at_the_same_time_migrate_once(store):
    migrate.downgrade(url_of(store))
    command = [sys.executable, "-m", "dashapp", "db", "upgrade"]
    env = {**os.environ, "DASHAPP_DATABASE_URL": url_of(store)}

    processes = [subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL) for _ in range(2)]

    assert [process.wait(60) for process in processes] == [0, 0]
    assert migrate.problems(store) == []


def test_an_outdated_schema_is_reported(store):
    migrate.downgrade(url_of(store))

    assert "dashapp db upgrade" in migrate.problems(store)[0]


@pytest.mark.parametrize("table", tables.OWNED, ids=lambda table: table.name)
def test_every_key_of_an_owned_table_begins_with_the_org(table):
    keys = [c for c in table.constraints if isinstance(c, PrimaryKeyConstraint | UniqueConstraint)]

    assert not table.c.org_id.nullable
    assert {list(key.columns)[0].name for key in keys} == {"org_id"}
    assert {list(index.columns)[0].name for index in table.indexes} <= {"org_id"}


def test_every_table_is_owned_or_shared():
    shared = {
        "orgs", "users", "memberships", "login_sessions", "keys", "login_attempts", "moments",
        "origins", "definitions", "definition_versions", "installation_keys", "installation_audit",
        "removals", "reserved_slugs", "outbox", "removed_members", "invitations",
        "password_resets", "sign_ins", "authenticators", "recovery_codes", "passkeys",
        "challenges", "providers", "identities", "sign_ons", "provider_documents",
        "sign_on_domains",
    }  # fmt: skip

    assert set(METADATA.tables) == shared | {table.name for table in tables.OWNED}


@pytest.mark.parametrize(
    ("fault", "statement"),
    [
        ("bypass", "ALTER ROLE dashapp_app BYPASSRLS"),
        ("owns", "ALTER TABLE events OWNER TO dashapp_app"),
        ("off", "ALTER TABLE events DISABLE ROW LEVEL SECURITY"),
    ],
)
def test_a_role_that_can_bypass_row_level_security_is_reported(postgresql_url, fault, statement):
    store = Store(postgresql_url)
    engine = owner_engine(store.url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    try:
        assert any(fault in problem for problem in migrate.problems(store))
    finally:
        with engine.begin() as connection:
            connection.execute(text("ALTER ROLE dashapp_app NOBYPASSRLS"))
        engine.dispose()
        store.close()


@pytest.fixture
def plain_owner(postgresql_server, postgresql_url):
    """Return a function that creates a database owned by a user who is not a superuser.

    Its argument is the user's rights.
    """
    names = []

    def make(rights: str) -> str:
        name = f"owner{len(names)}{uuid4().hex[:8]}"
        _sql(postgresql_server, f"CREATE ROLE {name} LOGIN {rights}")
        _sql(postgresql_server, f"CREATE DATABASE {name} OWNER {name}")
        names.append(name)
        return postgresql_server.replace("postgres@", f"{name}@") + f"/{name}"

    yield make
    for name in names:
        _sql(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)")
        _sql(postgresql_server, f"DROP ROLE {name}")


def test_an_owner_without_superuser_rights_can_migrate_and_serve(plain_owner, postgresql_server):
    url = plain_owner("NOCREATEROLE")
    name = url.rsplit("/", 1)[1]
    role = f"app_{name}"
    with pytest.raises(ConfigurationError, match=f"CREATE ROLE {role} .* GRANT {role} TO {name}"):
        migrate.upgrade(url, role)

    _sql(postgresql_server, f"CREATE ROLE {role} NOLOGIN NOSUPERUSER NOBYPASSRLS")
    _sql(postgresql_server, f"GRANT {role} TO {name}")
    migrate.upgrade(url, role)

    store = Store(url, role=role)
    acme = scope(add_org(store, scope, "acme", now=1))
    send(store, acme, [event()])
    assert migrate.problems(store) == []
    with store.read_shared() as session:
        assert session.execute(text("SELECT current_user")).scalar() == role
        assert session.execute(text("SELECT count(*) FROM events")).scalar() == 0
    store.close()
    migrate.downgrade(url, role)
    _sql(postgresql_server, f"DROP ROLE {role}")


def test_existing_panels_get_their_boards(store, acme):
    slugs = ["total-errors", "conversations.search_term", "top-errors", "page-views"]
    place(store, acme, slugs)
    migrate.downgrade(url_of(store), revision="0006")
    migrate.upgrade(url_of(store))

    with store.read(acme) as session:
        boards = [panel.board for panel in list_panels(session, acme, "operations")]
    assert boards == ["operations", "conversations", "findings", None]
