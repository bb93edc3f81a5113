"""The check that statements bind every owned table to an org: what passes, what fails."""

import ast

import pytest

from tests import conftest
from tests.factories import event, send
from tests.statements import unbound_tables
from tests.test_architecture import FILES


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT count(*) FROM events WHERE events.org_id = %(org)s AND type = 'a'",
        "SELECT count(*) FROM (SELECT type FROM events WHERE org_id = %(org)s::INTEGER) AS events",
        "SELECT 1 FROM tally JOIN projects ON projects.org_id = tally.org_id WHERE tally.org_id = %(o)s",
        "SELECT b.low, (SELECT count(*) FROM events WHERE events.org_id = %(o)s AND at < b.low) FROM (VALUES (1)) b(low)",
        "INSERT INTO events (org_id, id) SELECT %(org)s, x FROM unnest(%(xs)s) AS listed(x)",
        "UPDATE org_states SET revision = 1 WHERE org_states.org_id = %(org)s",
        "DELETE FROM events WHERE events.org_id = %(org)s AND events.id IN (%(a)s)",
        "SELECT slug FROM orgs",
    ],
)
def test_a_statement_bound_to_an_org_passes(statement):
    assert unbound_tables(statement) == ()


@pytest.mark.parametrize(
    ("statement", "tables"),
    [
        ("SELECT count(*) FROM events", ["events"]),
        ("SELECT count(*) FROM events WHERE events.org_id >= %(org)s", ["events"]),
        ("SELECT 1 FROM events WHERE events.org_id = %(org)s OR events.type = 'a'", ["events"]),
        ("SELECT 1 FROM events, tally WHERE events.org_id = %(org)s", ["tally"]),
        ("SELECT 1 FROM orgs WHERE EXISTS (SELECT 1 FROM events WHERE type = 'a')", ["events"]),
        ("SELECT 1 FROM tally JOIN projects ON projects.slug = tally.project WHERE tally.org_id = %(o)s", ["projects"]),
        ("SELECT 1 FROM events WHERE org_id = %(o)s UNION ALL SELECT 1 FROM seen", ["seen"]),
        ("WITH RECURSIVE t AS (SELECT min(type) FROM events) SELECT * FROM t", ["events"]),
        ("INSERT INTO events (id, org_id) VALUES (%(a)s, %(org)s)", ["events"]),
        ("INSERT INTO tombstones (org_id, id) SELECT org_id, id FROM events", ["events"]),
        ("UPDATE org_states SET revision = 1", ["org_states"]),
        ("DELETE FROM events WHERE events.id = %(id)s", ["events"]),
    ],
)  # fmt: skip
def test_an_unbound_statement_is_caught(statement, tables):
    assert list(unbound_tables(statement)) == tables


def test_the_suite_checks_the_statements_it_runs(postgresql_url):
    from dashapp.dashboards.provision import add_org
    from dashapp.store.engine import Store
    from tests.factories import scope

    before = len(conftest.CHECKED_STATEMENTS)
    store = Store(postgresql_url)
    send(store, scope(add_org(store, scope, "acme", now=1)), [event()])
    store.close()

    assert len(conftest.CHECKED_STATEMENTS) > 10
    assert (
        any("INSERT INTO events" in statement for statement in conftest.CHECKED_STATEMENTS)
        or before > 10
    )


def test_dashapp_writes_no_sql_text_about_owned_tables():
    """`text()` is not checked, so dashapp may use it only to read and set database settings."""
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            is_text = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "text"
            if is_text:
                sql = ast.unparse(node.args[0])
                assert not any(
                    table in sql for table in ("events", "tally", "org_states", "seen")
                ), sql
