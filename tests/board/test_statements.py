"""How many statements a refresh of the eight operations panels takes."""

from contextlib import contextmanager

import pytest
from sqlalchemy import Engine
from sqlalchemy import event as sqlalchemy_event

from dashapp.store.tallies import maintenance
from dashapp.widgets import answers
from tests.board.panel_props import panel_props
from tests.factories import event, refresh, send
from tests.panels import OPERATIONS, built_in
from tests.templates import OPERATIONS as TEMPLATE

MOST = 5
FIGURES = ("events-time-series", "users-time-series", "runs-by-outcome")
TALLIES = built_in().tallies(TEMPLATE.saved_panels())
# Statements that find out who asks, what the dashboard has, and which panels a filter applies to
# begin with a column of one of these tables, or with EXISTS: whether there are events.
LOOKUPS = (
    "login_sessions",
    "orgs",
    "org_states",
    "dashboards",
    "panels",
    "event_types",
    "event_fields",
    "(EXISTS",
    "coalesce(max(definition_versions.",  # every two seconds
)


@contextmanager
def recorded():
    """Collect the statements of the block, without those that begin or end transactions."""
    statements: list[str] = []

    def record(_connection, _cursor, statement, *_):
        if statement.startswith(("SELECT", "WITH")):
            statements.append(" ".join(statement.split()))

    sqlalchemy_event.listen(Engine, "before_cursor_execute", record)
    try:
        yield statements
    finally:
        sqlalchemy_event.remove(Engine, "before_cursor_execute", record)


def reads_of_panels(statements: list[str]) -> list[str]:
    """Return the statements without look-ups."""
    starts = tuple(f"SELECT {lookup}" for lookup in LOOKUPS)
    return [statement for statement in statements if not statement.startswith(starts)]


def day_of_events(day: int):
    at = f"2026-11-{day:02d}T08:15:00Z"
    warning = {"severity": "WARNING", "code": "noisy"}
    return [
        event("validation_run.created", at, user="u1", channel="web"),
        event("validation_run.succeeded", at, user="u2", channel="api"),
        event("finding.recorded", at, user="u2", channel="api", properties={"severity": "ERROR"}),
        event("finding.recorded", at, user="u1", channel="web", properties=warning),
        event("workflow.updated", at, user="u3", channel="web"),
    ]


@pytest.fixture
def client(log_in_ada, store, acme):
    """A client of a board whose events are counted, but for a new day and one that came late."""
    send(store, acme, [event for day in range(1, 19) for event in day_of_events(day)])
    maintenance.rebuild_all(store, acme, TALLIES)
    maintenance.finish_counting(store, acme)
    send(store, acme, [*day_of_events(20), *day_of_events(19)])
    client = log_in_ada()
    refresh(client)  # loads the definitions
    return client


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "search",
    [
        "?time_range=7d",
        "?time_range=7d&compare=previous",
        "?time_range=24h&compare=previous",
        "?time_range=30d&compare=previous&tz=Asia/Kathmandu",
        "?time_range=7d&compare=previous&filter=channel:web",
    ],
)
def test_a_refresh_reads_eight_panels_in_five_statements(client, search):
    with recorded() as statements:
        response = refresh(client, panels=OPERATIONS, figures=FIGURES, search=search)

    assert set(panel_props(response, "data-state").values()) <= {"ready", "empty"}
    assert panel_props(response, "data-state")["events-time-series"] == "ready"
    read = reads_of_panels(statements)
    assert 1 <= len(read) <= MOST, "\n".join(read)


def test_a_statement_per_panel_is_detected(client, monkeypatch):
    """A planted fault: the panels are read one by one."""
    monkeypatch.setattr(answers, "_all_together", answers._one_by_one)
    with recorded() as statements:
        refresh(client, panels=OPERATIONS, figures=FIGURES)

    assert len(reads_of_panels(statements)) > MOST
