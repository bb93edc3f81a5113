"""What a board of sealed days costs: the number of statements, and nothing for plain boards."""

import os
import shutil
import subprocess
import sys

import pytest
from sqlalchemy import event as sa_event

from dashapp.cli.needs import needs_of_orgs
from dashapp.dashboards.provision import provision
from dashapp.dashboards.templates import template_named
from dashapp.domain.access.roles import Role
from dashapp.queries.columns import from_columns
from dashapp.store.boards.loading import definitions_of
from dashapp.store.columns.verify import sealed_differences
from dashapp.store.engine import Store
from tests import factories
from tests.boards import apply
from tests.factories import event, send
from tests.panels import keep
from tests.queries.columns.sealed_org import LOCKED, TYPE, answers, fill, recorded
from tests.queries.columns.test_too_slow import BOARD


def counts(store, viewer):
    """Return how many statements the database and DuckDB run for a board."""
    in_database = []

    def record(_connection, _cursor, statement, *_others):
        in_database.append(statement)

    sa_event.listen(store._replica, "before_cursor_execute", record)
    with recorded() as in_columns:
        answers(store, viewer)
    sa_event.remove(store._replica, "before_cursor_execute", record)
    return len(in_database), len(in_columns)


def test_the_number_of_statements_does_not_grow_with_events_and_segments(store, acme, rival):
    fill(store, acme, "acme", a_day=2, most=10**9)
    fill(store, rival, "rival", a_day=60, most=60)
    viewers = [owner.filtered_by(LOCKED) for owner in (acme, rival)]
    for viewer in viewers:
        answers(store, viewer)  # the files are on disk now

    small, large = (counts(store, viewer) for viewer in viewers)

    assert small == large
    assert large[1] == 1 + 6  # a scan, and what each question asks: the list asks twice
    assert large[0] <= 12


def test_each_segment_is_loaded_once(store, acme, tmp_path):
    url = store.url.render_as_string(hide_password=False)
    own = Store(url, cache=(str(tmp_path / "c"), 64))
    fill(own, acme, "acme", most=6)
    viewer = acme.filtered_by(LOCKED)
    answers(own, viewer)
    second = counts(own, viewer)
    shutil.rmtree(own.columns.cache.folder)

    first = counts(own, viewer)

    own.close()
    assert (first[0] - second[0], first[1] - second[1]) == (6, 0)


def test_days_that_changed_cost_one_more_statement(store, acme):
    fill(store, acme, "acme", most=6)
    viewer = acme.filtered_by(LOCKED)
    answers(store, viewer)
    before = counts(store, viewer)

    send(store, acme, [event(TYPE, factories.NOW - factories.timedelta(days=n)) for n in (3, 5, 7)])

    after = counts(store, viewer)
    assert after[0] - before[0] <= 1
    assert after[1] == before[1]
    assert list(sealed_differences(store, acme)) == []


def test_more_events_than_fit_into_memory_are_read_for_each_question(store, acme, monkeypatch):
    fill(store, acme, "acme")
    viewer = acme.filtered_by(LOCKED)
    expected = answers(store, viewer)
    monkeypatch.setattr(from_columns, "_MAX_KEPT", 3)

    with recorded() as statements:
        assert answers(store, viewer) == expected

    assert [statement for statement, _params in statements][1] == "DROP TABLE kept"
    assert sum("read_parquet(" in statement for statement, _params in statements) == 1 + 6


SERVE = """
import sys
from tests import factories
from dashapp.store.engine import Store

store = Store(sys.argv[1])
client = factories.app(store).test_client()
factories.login(client, "ada@example.com")
for path in sys.argv[2:]:
    response = client.get(path)
    assert response.status_code == 200, response.text
    print("duckdb" in sys.modules)
"""
DATA = "/api/v1/dashboards/shop/data?org=acme&time_range="


def imports_of(url, *paths):
    """Return whether a process has imported DuckDB after each request."""
    command = [sys.executable, "-c", SERVE, url, *paths]
    output = subprocess.run(command, capture_output=True, text=True, env=os.environ, check=False)
    assert output.returncode == 0, output.stderr
    return output.stdout.split()


@pytest.fixture
def shop(store, acme):
    apply(store, BOARD)
    provision(store, acme, template_named(definitions_of(store), "shop"), now=1)
    keep(store, acme, needs_of_orgs(store)(acme))
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
    return acme


def test_a_process_that_serves_plain_boards_never_imports_duckdb(store, shop):
    fill(store, shop, "acme")
    url = store.url.render_as_string(hide_password=False)

    plain = [f"{DATA}{preset}" for preset in ("7d", "30d&compare=previous", "12mo")]
    imported = imports_of(url, "/app/acme/shop", *plain, f"{DATA}30d&filter=channel:web")

    assert imported == ["False"] * 4 + ["True"]


def test_filters_of_a_small_org_need_no_duckdb(store, shop):
    send(store, shop, [event(TYPE)])
    url = store.url.render_as_string(hide_password=False)

    assert imports_of(url, f"{DATA}30d&filter=channel:web") == ["False"]
