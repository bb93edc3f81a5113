"""Tenancy of boards from files: every measure and shape counts only rows of Acme.

On both databases, from tallies and from events. The faults planted below turn these checks red.
"""

import csv
import io
import re

import pytest
from sqlalchemy import event as sa_event

from dashapp.domain.access.roles import Role
from dashapp.domain.secrets.keys import KeyKind
from dashapp.store import row_security
from dashapp.store.boards.loading import definitions_of
from dashapp.store.engine import Store
from dashapp.store.orgs import dashboards
from dashapp.store.orgs.dashboards import SavedPanel
from dashapp.widgets.catalog import Catalog
from dashapp.widgets.library import Library
from tests import factories
from tests.boards import apply
from tests.factories import event, send
from tests.panels import keep

MARKER = "rival-only"
BOARD = """version = 1
[metrics]
orders = { events = ["order.paid"] }
sum = { events = ["order.paid"], measure = "sum", of = "properties.total" }
average = { events = ["order.paid"], measure = "average", of = "properties.total" }
lowest = { events = ["order.*"], measure = "min", of = "properties.total" }
highest = { measure = "max", of = "properties.total" }
p95 = { events = ["order.paid"], measure = "p95", of = "properties.total" }
cities = { measure = "unique", of = "properties.city" }
buyers = { events = ["order.paid"], measure = "users" }
large = { events = ["order.paid"], where = { "properties.total" = { min = 20 } } }
share = { ratio = ["large", "orders"] }
door = { steps = ["cart.created", "order.paid"], within = "1d" }

[boards.everything]
title = "Everything"
marks = ["order.*"]
panels = [
  { slug = "sum", metric = "sum", show = "number", target = 100, per = "month" },
  { slug = "average", metric = "average", show = "number" },
  { slug = "min", metric = "lowest", show = "number" },
  { slug = "max", metric = "highest", show = "number" },
  { slug = "p95", metric = "p95", show = "number" },
  { slug = "unique", metric = "cities", show = "number" },
  { slug = "users", metric = "buyers", show = "number" },
  { slug = "range", metric = "large", show = "number" },
  { slug = "ratio", metric = "share", show = "number" },
  { slug = "done", metric = "door", show = "number" },
  { slug = "line", metrics = ["sum", "highest"], show = "line" },
  { slug = "bars", metric = "sum", show = "bars", by = "properties.city", top = 5 },
  { slug = "list", metric = "sum", show = "list", by = "properties.city" },
  { slug = "counted", metric = "orders", show = "list", by = "properties.city" },
  { slug = "percentiles", metric = "p95", show = "list", by = "properties.city" },
  { slug = "heat", metric = "sum", show = "heatmap" },
  { slug = "funnel", metric = "door", show = "funnel" },
  { slug = "events", metric = "orders", show = "events", columns = ["occurred_at", "user", "properties.total", "properties.city"] },
  { slug = "text", show = "text", text = "Only Acme." },
]
"""
SLUGS = re.findall(r"slug = \"(\w+)\"", BOARD)
# Acme has three orders of 10, 20 and 30 by three users, each with a cart before. 29.78 is within 1% of 30.
EXPECTED = {
    "sum": 60, "average": 20, "min": 10, "max": 30, "p95": 29.780541, "unique": 1, "users": 3, "range": 2,
    "ratio": 0.6666666666666666, "done": 1, "line": 90, "bars": 60, "list": 60, "counted": 3,
    "percentiles": 29.780541, "heat": 60, "funnel": 6, "events": 3, "text": 0,
}  # fmt: skip


def orders(label, count):
    """Return carts and orders of 10, 20 and so on; those of each org have its label."""
    return [
        event(
            kind, f"2026-11-20T0{hour}:00:00Z", user=f"{label}-{n}", project=label,
            properties={"total": 10 * n, "city": label} if kind == "order.paid" else {},
        )
        for kind, hour in (("cart.created", 7), ("order.paid", 8))
        for n in range(1, count + 1)
    ]  # fmt: skip


@pytest.fixture
def library(store):
    apply(store, BOARD)
    return Library(Catalog([]), definitions_of(store))


@pytest.fixture(params=["stored", "from events"])
def cast(request, store, acme, rival, library):
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
    panels = [
        SavedPanel(slug, None, None, is_hidden=False, config={}, board="everything")
        for slug in SLUGS
    ]
    for owner, label, count in ((acme, "acme-only", 3), (rival, MARKER, 9)):
        if request.param == "stored":
            keep(store, owner, library.tallies(panels))
        send(store, owner, orders(label, count))
        with store.write(owner) as session:
            dashboards.put_panels(session, owner, "operations", panels, now=1)
    return acme, rival


def clients(store, cast):
    app = factories.app(store)
    ada = app.test_client()
    factories.login(ada, "ada@example.com")
    bearer = {"Authorization": f"Bearer {factories.add_key(store, cast[0], KeyKind.READ)[1]}"}
    return [(ada, {}), (app.test_client(), bearer)]


def number_of(slug, rows):
    if slug == "events":
        return len(rows)
    return sum(float(row["value"] or 0) for row in rows)


def numbers(client, headers, path="/api/v1/dashboards/operations"):
    """Return a number per panel of the JSON data, and check that CSV and JSON files agree."""
    query = "org=acme&time_range=7d"
    response = client.get(f"{path}/data?{query}", headers=headers)
    assert MARKER not in response.text
    found = {p["slug"]: number_of(p["slug"], p["rows"]) for p in response.json["panels"]}
    for slug in SLUGS:
        file = client.get(f"{path}/panels/{slug}.csv?{query}", headers=headers).text
        assert MARKER not in file
        assert number_of(slug, list(csv.DictReader(io.StringIO(file)))) == found[slug]
    return found


def test_every_measure_and_shape_counts_only_rows_of_acme(store, cast):
    for client, headers in clients(store, cast):
        assert numbers(client, headers) == pytest.approx(EXPECTED, rel=0, abs=1e-12)


def test_a_refresh_draws_only_rows_of_acme(store, cast):
    (ada, _), _key = clients(store, cast)
    figures = ["line", "bars"]
    search = "?time_range=7d&compare=previous&org=rival&project=rival-only"

    response = factories.refresh(ada, panels=SLUGS, figures=figures, search=search)

    states = [value["data-state"] for name, value in response.json["response"].items()
              if '"type":"panel"' in name]  # fmt: skip
    assert states == ["ready"] * len(SLUGS)
    assert "acme-only" in response.text
    assert MARKER not in response.text


def test_a_locked_filter_on_rivals_label_shows_nothing(store, cast, library):
    acme, _rival = cast
    locked = acme.filtered_by((("properties.city", (MARKER,)),))
    with store.read(locked) as session:
        for slug in SLUGS:
            query = library.find(slug, "everything").query
            rows = query(session, locked, factories.time_range("7d"))
            assert not any(getattr(row, "value", 0) for row in rows), slug
            assert slug != "events" or rows == []


def drop_the_predicate(store: Store) -> None:
    """A planted fault: `org_id = …` no longer restricts anything."""

    def rewrite(_conn, _cursor, statement, params, _context, _many):
        rows = r"\b(events|event_types|tally|measured|spreads|seen|event_values|event_users)\.org_id = (\?|%\(\w+\)s(?:::\w+)?)"
        return re.sub(rows, r"\1.org_id >= 0 * \2", statement), params

    for engine in {store._replica, store._writer}:
        sa_event.listen(engine, "before_cursor_execute", rewrite, retval=True)


@pytest.mark.unbound
def test_row_security_prevents_a_leak_when_the_predicate_is_dropped(store, cast):
    (_ada, bearer) = clients(store, cast)
    drop_the_predicate(store)

    assert numbers(*bearer) == pytest.approx(EXPECTED, rel=0, abs=1e-12)


@pytest.mark.unbound
def test_a_dropped_predicate_without_row_security_turns_every_number_wrong(
    database_url, cast, store, library, monkeypatch
):
    monkeypatch.setattr(row_security, "install_on_sqlite", lambda _engine: None)
    bare = Store(database_url, role="postgres")
    drop_the_predicate(bare)
    wrong = []
    try:
        with bare.read(cast[0]) as session:
            for slug in SLUGS:
                rows = library.find(slug, "everything").query(
                    session, cast[0], factories.time_range("7d")
                )
                values = [getattr(row, "value", 1) or 0 for row in rows]
                if float(sum(values)) != pytest.approx(EXPECTED[slug]):
                    wrong.append(slug)
    finally:
        bare.close()

    assert {"sum", "max", "list", "counted", "heat", "funnel", "events", "users"} <= set(wrong)
