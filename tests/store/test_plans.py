"""PostgreSQL uses indexes under the role and the row-level security that the server runs with.

Under row-level security PostgreSQL does not use an index for a comparison with an expression that is
not leakproof. Plans of a superuser do not show that.
"""

from datetime import timedelta

import pytest
from sqlalchemy import event as sa_event
from sqlalchemy import text

from dashapp.dashboards.provision import add_org
from dashapp.domain.boards.definitions import Measured
from dashapp.queries.questions.heat import heat
from dashapp.queries.questions.latest import latest
from dashapp.queries.questions.lists import Order, ranking
from dashapp.queries.questions.number import number
from dashapp.queries.questions.quantities import By, Quantity, tally_of
from dashapp.queries.saved_dashboards import Panel
from dashapp.queries.sent_events import sent_events
from dashapp.store.engine import Store
from dashapp.widgets.answers import answer
from dashapp.widgets.placing.placed import place
from tests.conftest import _sql
from tests.factories import NOW, event, scope, send, time_range
from tests.panels import ALL_TALLIES, ask, built_in, keep

pytestmark = pytest.mark.xdist_group("plans")  # fill the database only once
LARGE_TABLES = (
    "events",
    "tally",
    "measured",
    "spreads",
    "seen",
    "event_users",
    "event_values",
    "tombstones",
)
MAX_WASTED_ROWS = 3_000  # that one statement may read and discard, of 24,000 events


VIEWS = ("page.viewed",)
MEASURES = {
    measure: tally_of(Measured(VIEWS, measure, of))
    for measure, of in (
        ("sum", "properties.ms"), ("p95", "properties.ms"), ("unique", "properties.term"),
        ("users", None),
    )
} | {"sum by term": tally_of(Measured(VIEWS, "sum", "properties.ms"), By("properties.term"))}  # fmt: skip


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
            properties={"severity": "ERROR", "term": f"term {n % 900}", "ms": n % 977 / 4},
        )
        for n in range(count)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def filled(postgresql_server):
    _sql(postgresql_server, "CREATE DATABASE plans TEMPLATE template_dashapp STRATEGY FILE_COPY")
    store = Store(f"{postgresql_server}/plans")
    owners = [scope(add_org(store, scope, slug, now=1)) for slug in ("acme", "rival")]
    for owner in owners:
        keep(store, owner, [*ALL_TALLIES, *MEASURES.values()])
        events = batch(12_000, owner.org.slug)
        for low in range(0, len(events), 1_000):
            send(store, owner, events[low : low + 1_000])
    _sql(postgresql_server, "VACUUM ANALYZE", "plans")
    yield store, owners[0]
    store.close()
    _sql(postgresql_server, "DROP DATABASE plans WITH (FORCE)")


def recorded_queries(store, action) -> list[tuple[str, dict]]:
    """Return the queries that an action runs, with their parameters."""
    queries = []

    def record(_conn, _cursor, statement, params, _context, _many):
        if statement.startswith(("SELECT", "WITH")) and "EXPLAIN" not in statement:
            queries.append((statement, dict(params)))

    sa_event.listen(store._writer, "before_cursor_execute", record)
    try:
        action()
    finally:
        sa_event.remove(store._writer, "before_cursor_execute", record)
    return queries


def wasted_rows(plan: dict) -> int:
    """Return the number of rows that a plan and its parts read and discarded."""
    loops = plan.get("Actual Loops", 1)
    removed = plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Join Filter", 0)
    return removed * loops + sum(wasted_rows(part) for part in plan.get("Plans", []))


def scanned_tables(plan: dict) -> set[str]:
    """Return the large tables that a plan and its parts read completely."""
    tables = {plan["Relation Name"]} if plan["Node Type"] == "Seq Scan" else set()
    return (tables & set(LARGE_TABLES)).union(
        *(scanned_tables(part) for part in plan.get("Plans", []))
    )


def explain(store, owner, queries) -> list[tuple[int, set[str], str]]:
    """Return wasted rows, scanned large tables and the statement of each query."""
    plans = []
    with store.read(owner) as session:
        session.execute(text("SET LOCAL enable_seqscan = off"))
        connection = session.connection()
        for statement, params in queries:
            explain_statement = f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}"
            (plan,) = connection.exec_driver_sql(explain_statement, params).scalar()
            plans.append((wasted_rows(plan["Plan"]), scanned_tables(plan["Plan"]), statement))
    return plans


def answer_board(store, owner, preset) -> None:
    library = built_in()
    panels = [Panel(o.widget.slug, board=o.board) for o in library.offered()]
    with store.read(owner) as session:
        answers = answer(session, owner, place(library, panels), time_range(preset))
    assert {panel_answer.status for panel_answer in answers} <= {"ok", "empty"}


@pytest.mark.parametrize("preset", ["1h", "24h", "30d", "180d"])
def test_a_board_uses_indexes(filled, preset):
    store, acme = filled
    queries = recorded_queries(store, lambda: answer_board(store, acme, preset))

    for rows, tables, statement in explain(store, acme, queries):
        assert not tables, statement
        assert rows <= MAX_WASTED_ROWS, statement


QUESTIONS = {
    **{
        measure: number(Quantity((Measured(VIEWS, measure, of),)))
        for measure, of in (("sum", "properties.ms"), ("p95", "properties.ms"),
                            ("unique", "properties.term"), ("users", None))
    },
    "list": ranking(Quantity((Measured(VIEWS, "sum", "properties.ms"),)), By("properties.term"), Order()),
    "heat map": heat(Quantity((Measured(VIEWS, "average", "properties.ms"),))),
    "events": latest(Measured(VIEWS), ["occurred_at", "user"]),
}  # fmt: skip


@pytest.mark.parametrize("preset", ["24h", "30d"])
@pytest.mark.parametrize("name", QUESTIONS)
def test_every_measure_uses_indexes(filled, name, preset):
    store, acme = filled

    def read():
        with store.read(acme) as session:
            assert ask(session, acme, time_range(preset), QUESTIONS[name])

    queries = recorded_queries(store, read)
    assert any("OFFSET 0" in statement for statement, _ in queries)
    for rows, tables, statement in explain(store, acme, queries):
        assert not tables, statement
        assert rows <= MAX_WASTED_ROWS, statement


def test_what_an_org_has_sent_is_read_with_indexes(filled):
    store, acme = filled

    def read():
        with store.read(acme) as session:
            assert len(sent_events(session, acme, has_examples=True)) == 4

    for rows, tables, statement in explain(store, acme, recorded_queries(store, read)):
        assert not tables, statement
        assert rows <= 10, statement


def test_a_batch_uses_indexes(filled):
    store, acme = filled
    repeated = batch(1_000, "acme")
    queries = recorded_queries(
        store, lambda: send(store, acme, [*repeated[:500], *batch(500, "new")])
    )
    queries = [query for query in queries if "FOR UPDATE" not in query[0]]

    assert any("event_users" in statement for statement, _ in queries)
    for rows, tables, statement in explain(store, acme, queries):
        assert not tables, statement
        assert rows <= MAX_WASTED_ROWS, statement
