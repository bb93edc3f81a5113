"""Panel files: invalid ranges are refused before any query, and the number of rows is bounded."""

import re
from urllib.parse import urlencode

import pytest
from sqlalchemy import event as sa_event

from dashapp.store.orgs import dashboards
from dashapp.store.orgs.dashboards import SavedPanel
from tests.factories import event, refresh, send
from tests.web.api.panel_files import DASHBOARD_URL, OCCURRED_AT, TERM_WIDGET, csv_rows, get_file

BAD_RANGES = (
    {"from": "1970-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"},
    {"from": "2026-11-02T00:00:00Z", "to": "2026-11-01T00:00:00Z"},
    {"from": "2026-11-01T00:00:00Z", "to": "2026-11-01T00:00:00Z"},
    {"from": "1940-01-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"},  # 1,032 months
    {"from": "0001-01-01T00:00:00Z", "to": "9999-12-31T23:59:59Z"},
    {"from": "2026-11-01T00:00:00Z"},
    {"from": "yesterday", "to": "today"},
    {"from": "2026-11-01T00:00:00Z", "to": "2026-11-02T00:00:00Z", "tz": "Mars/Base"},
    {"as_of": "2026-13-01T00:00:00Z"},
)


@pytest.fixture
def statements(store):
    """Record the SQL statements that read numbers."""
    recorded = []

    def record(_conn, _cursor, statement, _params, _context, _many):
        if re.search(r"\b(events|tally|seen|org_states|panels)\b", statement):
            recorded.append(statement)

    engines = {store._replica, store._writer, store._primary}
    for engine in engines:
        sa_event.listen(engine, "before_cursor_execute", record)
    yield recorded
    for engine in engines:
        sa_event.remove(engine, "before_cursor_execute", record)


@pytest.mark.parametrize("parameters", BAD_RANGES)
def test_an_invalid_range_is_refused_before_any_query(panel_client, statements, parameters):
    statements.clear()
    search = urlencode(parameters)
    responses = [
        get_file(panel_client, "events-time-series", **parameters),
        get_file(panel_client, "events-time-series", "json", **parameters),
        panel_client.get(f"{DASHBOARD_URL}/data?org=acme&{search}"),
        refresh(panel_client, search=f"?{search}"),
        panel_client.get(f"/app/acme/operations?{search}"),
    ]

    assert [response.status_code for response in responses] == [400] * 5
    assert statements == []


def test_the_statement_recorder_records_statements(panel_client, statements):
    statements.clear()
    assert get_file(panel_client, "events-time-series").status_code == 200
    assert len(statements) >= 2


def test_a_file_has_a_bounded_number_of_rows(panel_client, store, acme):
    """A thousand buckets for each series that a panel names, not millions of rows."""
    send(store, acme, [event(f"validation_run.kind{number}", OCCURRED_AT, user=f"u{number}", channel=f"c{number}")
                       for number in range(60)])  # fmt: skip
    send(
        store,
        acme,
        [
            event("validation_run.timed_out", OCCURRED_AT),
            event("validation_run.canceled", OCCURRED_AT),
        ],
    )
    longest = {"from": "1970-01-01T00:00:00Z", "to": "2053-05-01T00:00:00Z"}

    assert len(csv_rows(get_file(panel_client, "events-time-series", **longest).text)) == 1_000
    assert len(csv_rows(get_file(panel_client, "users-time-series", **longest).text)) == 3_000
    assert len(csv_rows(get_file(panel_client, "runs-by-outcome", **longest).text)) == 4_000
    too_long = get_file(
        panel_client, "users-time-series", **{**longest, "to": "2053-05-01T00:00:00.000001Z"}
    )
    assert too_long.status_code == 400


def test_a_list_has_at_most_as_many_rows_as_its_limit(store, acme, browser):
    send(store, acme, [event("conversation.search_term", OCCURRED_AT, properties={"term": f"t{number}"})
                       for number in range(80)])  # fmt: skip
    client = browser("ada@example.com")
    for limit, expected_rows in (
        (50, 51),
        (1, 2),
        (51, 11),
        (10**9, 11),
        (-1, 11),
        ("50", 11),
        (True, 11),
    ):
        with store.write(acme) as session:
            panel = SavedPanel(TERM_WIDGET, None, None, is_hidden=False, config={"limit": limit})
            dashboards.put_panels(session, acme, "operations", [panel], now=1)
        assert len(csv_rows(get_file(client, TERM_WIDGET).text)) == expected_rows
