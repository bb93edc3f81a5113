"""PostgreSQL looks things up, under the role and the row-level security that the server runs with.

What compares with an expression that is not leakproof is not looked up in an index there; a superuser
sees nothing of that.
"""

from datetime import timedelta

import pytest
from sqlalchemy import event as sa_event
from sqlalchemy import text

from dashapp.dashboards.provision import add_org
from dashapp.queries.saved_dashboards import Panel
from dashapp.store.engine import Store
from dashapp.widgets.answers import answer
from dashapp.widgets.catalog import load_catalog
from tests.conftest import _sql
from tests.factories import NOW, event, scope, send, time_range

LARGE = ("events", "tally", "seen", "event_users", "tombstones")
FEW = 3_000  # rows that may be read in vain by one statement, of 24,000 events


def batch(count, name):
    kinds = (
        "page.viewed",
        "finding.recorded",
        "validation_run.created",
        "conversation.search_term",
    )
    return [
        event(
            kinds[n % 4], at=NOW - timedelta(minutes=4 * n + 1), id=f"{name}-{n}", user=f"u{n % 3_000}",
            properties={"severity": "ERROR", "term": f"term {n % 900}"},
        )
        for n in range(count)
    ]  # fmt: skip


@pytest.fixture
def filled(postgresql_url, postgresql_server):
    store = Store(postgresql_url)
    owners = [scope(add_org(store, scope, slug, now=1)) for slug in ("acme", "rival")]
    for owner in owners:
        events = batch(12_000, owner.org.slug)
        for low in range(0, len(events), 1_000):
            send(store, owner, events[low : low + 1_000])
    _sql(postgresql_server, "VACUUM ANALYZE", postgresql_url.rsplit("/", 1)[1])
    yield store, owners[0]
    store.close()


def listened(store, work) -> list[tuple[str, dict]]:
    """The questions that some work asks."""
    found = []

    def note(_conn, _cursor, statement, params, _context, _many):
        if statement.startswith(("SELECT", "WITH")) and "EXPLAIN" not in statement:
            found.append((statement, dict(params)))

    sa_event.listen(store._write, "before_cursor_execute", note)
    try:
        work()
    finally:
        sa_event.remove(store._write, "before_cursor_execute", note)
    return found


def wasted(plan: dict) -> int:
    """Rows that were read and thrown away, in a plan and below it."""
    loops = plan.get("Actual Loops", 1)
    mine = plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Join Filter", 0)
    return mine * loops + sum(wasted(part) for part in plan.get("Plans", []))


def scanned(plan: dict) -> set[str]:
    """Large tables that are read from end to end."""
    mine = {plan["Relation Name"]} if plan["Node Type"] == "Seq Scan" else set()
    return (mine & set(LARGE)).union(*(scanned(part) for part in plan.get("Plans", [])))


def explained(store, owner, asked) -> list[tuple[int, set[str], str]]:
    found = []
    with store.reading(owner) as session:
        session.execute(text("SET LOCAL enable_seqscan = off"))
        connection = session.connection()
        for statement, params in asked:
            explain = f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}"
            (plan,) = connection.exec_driver_sql(explain, params).scalar()
            found.append((wasted(plan["Plan"]), scanned(plan["Plan"]), statement))
    return found


def board(store, owner, word) -> None:
    panels = [Panel(widget.slug) for widget in load_catalog()]
    with store.reading(owner) as session:
        answers = answer(session, owner, load_catalog(), panels, time_range(word))
    assert {one.status for one in answers} <= {"ok", "empty"}


@pytest.mark.parametrize("word", ["1h", "24h", "30d", "180d"])
def test_a_board_looks_its_numbers_up(filled, word):
    store, acme = filled
    asked = listened(store, lambda: board(store, acme, word))

    for rows, tables, statement in explained(store, acme, asked):
        assert not tables, statement
        assert rows <= FEW, statement


def test_a_batch_looks_up_what_it_must_know(filled):
    store, acme = filled
    repeated = batch(1_000, "acme")
    asked = listened(store, lambda: send(store, acme, [*repeated[:500], *batch(500, "new")]))
    asked = [(statement, params) for statement, params in asked if "FOR UPDATE" not in statement]

    assert any("event_users" in statement for statement, _ in asked)
    for rows, tables, statement in explained(store, acme, asked):
        assert not tables, statement
        assert rows <= FEW, statement
