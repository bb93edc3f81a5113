"""No leak, ever: everything that Acme's people and keys can ask for, with Rival's ids.

Every route and method, every callback, every widget and every CSV, on both databases; a route,
callback or widget that is not covered turns this red. So do the faults that are planted below.
"""

import re

import pytest
from sqlalchemy import event as sa_event

from dashapp.domain.access.roles import Role
from dashapp.domain.secrets.keys import KeyKind
from dashapp.store import row_security, tables
from dashapp.store.engine import Store
from dashapp.web.access.guard import is_decided
from dashapp.widgets.catalog import load_catalog
from tests import conftest, factories
from tests.factories import event, refresh_body, send

MARKER = "rival-only"
AT = "2026-11-20T09:00:00Z"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
OWNED = [table.name for table in tables.OWNED]

# Reviewed: these answer the same to everybody and hold nobody's rows.
PUBLIC = {
    "login.form",
    "login.log_in",
    "login.log_out",
    "embed.script",
    "embed.shell",  # holds nothing: tests/web/pages/test_embed.py
    "language.choose",  # writes the person's own row: tests/web/http/test_language.py
    "landing.start",
    "landing.nowhere",
    "health.livez",
    "openapi.openapi",
    "sending.events",  # the key names its org: tests/web/api/test_sending.py
    "health.readyz",
    "files.asset",
    "files.bundle",
    "/_dash/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>",
}
# These take an org; the sweep asks each of them for Rival's.
TENANT = {
    "board.page",
    "board.layout",
    "board.dependencies",
    "board.update",
    "api.dashboards",
    "api.data",
    "api.panel_csv",
    "api.panel_json",
    "embed.layout",
    "embed.dependencies",
    "embed.update",
    "embed.token",
    "embed.theme",
    "landing.first_of",
    "arranging.form",
    "arranging.save",
}


KINDS = (
    ("validation_run.created", {}),
    ("validation_run.succeeded", {}),
    ("finding.recorded", {"severity": "ERROR"}),
    ("finding.recorded", {"severity": "WARNING"}),
    ("conversation.search_term", {}),
    ("conversation.product_added_to_cart", {}),
    ("workflow.updated", {}),
)
NAMED = ("note", "term", "product", "code", "validator")


@pytest.fixture
def cast(store, acme, rival):
    """Three events of Acme's; Rival's carry a marker in everything that a person can name."""
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
    for owner, name, count in ((acme, "acme-only", 3), (rival, MARKER, 7)):
        send(
            store,
            owner,
            [
                event(
                    kind,
                    AT,
                    user=f"{name}-{n}",
                    channel="api",
                    project=name,
                    properties={**dict.fromkeys(NAMED, name), **more},
                )
                for kind, more in KINDS
                for n in range(count)
            ],
        )
    send(store, rival, [event("validation_run.failed", AT, user=MARKER)])
    for owner in (acme, rival):
        factories.place(store, owner, [widget.slug for widget in load_catalog()])
    return acme, rival


@pytest.fixture
def server(store, cast):
    return factories.app(store)


@pytest.fixture
def ada(server):
    client = server.test_client()
    factories.login(client, "ada@example.com")
    return client


@pytest.fixture
def bearer(store, cast):
    return {"Authorization": f"Bearer {factories.add_key(store, cast[0], KeyKind.READ)[1]}"}


def tenant_addresses(server):
    """Every address that names an org or takes one, asked for Rival's."""
    for rule in server.url_map.iter_rules():
        if rule.endpoint not in TENANT:
            continue
        path = rule.rule.replace("<org>", "rival").replace("<dashboard>", "operations")
        if "<widget>" not in path:
            yield path
            continue
        for widget in load_catalog():
            yield path.replace("<widget>", widget.slug)


def test_every_route_is_swept_or_reviewed_or_closed(server):
    decided = {
        rule.endpoint
        for rule in server.url_map.iter_rules()
        if is_decided(server.view_functions[rule.endpoint])
    }

    assert decided == PUBLIC | TENANT


def test_every_callback_of_the_server_is_swept(ada):
    """One callback runs on the server: the one that `refresh_body` posts."""
    listed = ada.get("/app/acme/operations/_dash-dependencies").json

    on_server = [found["output"] for found in listed if found["clientside_function"] is None]
    assert on_server == [factories.OUTPUT]


def test_no_address_answers_with_rivals(server, ada, bearer):
    asked = 0
    for path in tenant_addresses(server):
        for method in METHODS:
            for headers in ({}, bearer):
                answer = ada.open(
                    f"{path}?org=rival&time_range=7d",
                    method=method,
                    headers=headers,
                    json=refresh_body() if method == "POST" else None,
                )
                asked += 1
                if method == "OPTIONS" and answer.status_code == 200:
                    continue
                is_embed = path.startswith("/embed/")  # neither cookies nor keys count there
                assert answer.status_code in {401 if is_embed else 404, 405}, (method, path)
                assert MARKER not in answer.text + str(answer.headers)
    assert asked >= 10 * 7 * 2


def numbers(client, headers=None) -> dict[str, float]:
    """Sums of everything that Acme's board, JSON and CSV show."""
    answer = client.get(
        "/api/v1/dashboards/operations/data?org=acme&time_range=7d", headers=headers or {}
    )
    found = {p["slug"]: sum(r["value"] for r in p["rows"]) for p in answer.json["panels"]}
    for slug in found:
        text = client.get(
            f"/api/v1/dashboards/operations/panels/{slug}.csv?org=acme&time_range=7d",
            headers=headers or {},
        ).text
        column = text.splitlines()[0].split(",").index("value")
        total = sum(float(line.split(",")[column]) for line in text.splitlines()[1:])
        assert total == found[slug]
    return found


def test_every_widget_counts_acmes_rows_only(ada, bearer):
    found = numbers(ada)

    assert set(found) == {widget.slug for widget in load_catalog()}
    assert found["total-validations"] == 3
    assert found["total-errors"] == 3
    assert found["total-warnings"] == 3
    assert found["success-rate"] == 1.0  # a run of Rival's failed
    assert found["runs-by-outcome"] == 3
    assert found["warnings-by-code"] == 3
    assert found["warnings-by-validator"] == 3
    assert found["top-errors"] == 3
    assert found["events-time-series"] == 21
    assert found["conversations.search_term"] == 3
    assert found["conversations.product_added_to_cart"] == 3
    assert found["users-time-series"] == 3
    assert numbers(ada, bearer) == found


def test_a_refresh_draws_acmes_rows_only_whatever_it_says(ada):
    for search in ("?time_range=7d", "?time_range=7d&org=rival&project=rival-only&org_id=2"):
        answer = factories.refresh(ada, search=search)
        total = answer.json["response"]['{"slug":"total-validations","type":"body"}']

        assert total["children"]["props"]["tree"][0][2] == ["3"]
        assert MARKER not in answer.text


def test_panels_of_another_dashboard_or_org_are_not_drawn(ada):
    answer = factories.refresh(ada, panels=["rival", "../rival/total-errors", "total-errors"], figures=[])  # fmt: skip

    states = [
        part["data-state"] for name, part in answer.json["response"].items() if "panel" in name
    ]
    assert states == ["error", "error", "ready"]


def watched(store: Store, work) -> list[str]:
    """The statements that some work runs."""
    seen: list[str] = []

    def note(_conn, _cursor, statement, _params, _context, _many):
        seen.append(statement)

    engines = {store._read, store._write}
    for engine in engines:
        sa_event.listen(engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        for engine in engines:
            sa_event.remove(engine, "before_cursor_execute", note)
    return seen


def reads_without_an_org(statements: list[str]) -> list[str]:
    """Statements in which an owned table is read more often than it is bound to an org."""
    return [
        statement
        for statement in statements
        for table in OWNED
        if len(re.findall(rf"(?:FROM|JOIN|UPDATE) {table}\b", statement))
        > len(re.findall(rf"\b{table}\.org_id = [?%]", statement))
    ]


def test_every_statement_binds_every_owned_table_to_an_org(store, ada):
    statements = watched(store, lambda: (numbers(ada), ada.get("/app/acme/operations")))

    assert len(statements) > 20
    assert sum(any(table in s for table in OWNED) for s in statements) > 10
    assert reads_without_an_org(statements) == []


def drop_the_predicate(monkeypatch, store: Store) -> None:
    """A planted fault: `org_id = …` no longer restricts anything."""

    def rewrite(_conn, _cursor, statement, params, _context, _many):
        open_to_all = r"\1.org_id >= 0 * \2"
        rows = r"\b(events|tally|seen)\.org_id = (\?|%\(\w+\)s(?:::\w+)?)"
        return re.sub(rows, open_to_all, statement), params

    for engine in {store._read, store._write}:
        sa_event.listen(engine, "before_cursor_execute", rewrite, retval=True)


@pytest.mark.unbound
def test_a_dropped_predicate_is_noticed(store, ada, monkeypatch):
    """By this file, and by the judge that listens to the whole suite."""
    drop_the_predicate(monkeypatch, store)
    before = len(conftest.UNBOUND)

    statements = watched(store, lambda: numbers(ada))

    assert reads_without_an_org(statements) != []
    assert store.is_sqlite or len(conftest.UNBOUND) > before


@pytest.mark.unbound
def test_a_dropped_predicate_leaks_nothing_because_of_the_net(store, ada, monkeypatch):
    drop_the_predicate(monkeypatch, store)

    assert numbers(ada)["total-validations"] == 3


@pytest.mark.unbound
def test_a_dropped_predicate_without_the_net_is_noticed(database_url, cast, monkeypatch):
    """Both planted at once: now Rival's rows come through, and the sweep must see them."""
    monkeypatch.setattr(row_security, "install_on_sqlite", lambda _engine: None)
    bare = Store(database_url, role="postgres")
    client = factories.app(bare).test_client()
    factories.login(client, "ada@example.com")
    drop_the_predicate(monkeypatch, bare)
    try:
        answer = client.get("/api/v1/dashboards/operations/data?org=acme&time_range=7d").json
        volume = next(p for p in answer["panels"] if p["slug"] == "events-time-series")
        assert (
            sum(row["value"] for row in volume["rows"]) == 70
        )  # 21 of Acme's, 49 of Rival's of a type that Acme has
    finally:
        bare.close()
