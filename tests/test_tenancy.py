"""Tenancy: nothing that Acme's users and keys can request returns rows of Rival.

Covers every route and method, callback, widget and CSV on both databases. A route, callback or
widget that is not covered fails a test, and so do the faults planted below.
"""

import re

import pytest
from sqlalchemy import event as sa_event

from dashapp.domain.access.roles import Role
from dashapp.domain.secrets.keys import KeyKind
from dashapp.store import row_security, tables
from dashapp.store.engine import Store
from dashapp.web.access.guard import has_policy
from tests import conftest, factories
from tests.factories import event, refresh_body, send
from tests.panels import ALL_TALLIES, built_in, keep

MARKER = "rival-only"
SLUGS = [offered.widget.slug for offered in built_in().offered()]
AT = "2026-11-20T09:00:00Z"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
OWNED = [table.name for table in tables.OWNED]

# Reviewed: these respond the same to everyone and contain no org's rows.
PUBLIC = {
    "login.form",
    "login.log_in",
    "login.log_out",
    # A link's secret opens one invitation: tests/store/administration/test_invitations.py
    "invitation.page",
    "invitation.look",
    "invitation.accept",
    "invitation.join",
    "invitation.switch",
    # A link's secret names one user: tests/web/pages/test_reset_page.py
    "reset.forgot",
    "reset.ask",
    "reset.page",
    "reset.look",
    "reset.choose",
    # Sign-on through providers: tests/web/sign_on
    "sign_on_start.start",
    "sign_on_start.agree",
    "sign_on.callback",
    "sign_on.link",
    "sign_on.connect_account",
    "sign_on.choose",
    "sign_on.find",
    "embed.script",
    "embed.shell",  # has no data: tests/web/pages/test_embed_page.py
    # One person's own account: tests/web/pages/account
    "account.page",
    "account.save_name",
    "account.save_theme",
    "account.save_password",
    "account.end_session",
    "account.end_other_sessions",
    "account_confirm.form",
    "account_confirm.confirm",
    "account_confirm.options",
    "account_factors.required",
    "account_factors.start",
    "account_factors.authenticator",
    "account_factors.confirm",
    "account_factors.remove_authenticator",
    "account_factors.new_codes",
    "account_factors.options",
    "account_factors.add_passkey",
    "account_factors.remove_passkey",
    "second_factor.form",
    "second_factor.check",
    "second_factor.options",
    "second_factor.passkey_alone",
    "language.choose",  # writes only the user's own row: tests/web/http/test_language.py
    "landing.start",
    "landing.welcome",
    "health.livez",
    "scraping.scrape",  # names no org: tests/web/monitoring/test_scraping.py
    "openapi.openapi",
    "sending.events",  # the key, or each event, names the org: tests/web/api/test_sending*.py
    "health.readyz",
    "files.asset",
    "files.bundle",
    "/_dash/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>",
}
# These take an org; the tests below request each of them for Rival.
TENANT = {
    "board.page",
    "board.layout",
    "board.dependencies",
    "board.update",
    "api.dashboards",
    "api.data",
    "api.panel_csv",
    "api.panel_json",
    "sent_events.schema",
    "metrics.metrics",
    "metrics.query",
    "embed.layout",
    "embed.dependencies",
    "embed.update",
    "embed.token",
    "embed.theme",
    "landing.org_start",
    "switching.organizations",
    "arranging.form",
    "arranging.save",
    "editing.start",
    "editing.save",
    "editing.preview",
    "saved_views.list_views",
    "saved_views.add_view",
    "saved_views.change_view",
    "saved_views.delete_view",
    "settings_dashboards.show",
    "settings_dashboards.add",
    "settings_dashboards.ask_title",
    "settings_dashboards.rename",
    "settings_dashboards.ask_copy",
    "settings_dashboards.duplicate",
    "settings_dashboards.ask_default",
    "settings_dashboards.set_default",
    "settings_dashboards.ask_deletion",
    "settings_dashboards.delete",
    "settings_embedding.show",
    "settings_embedding.add_origin",
    "settings_embedding.ask_removal",
    "settings_embedding.remove_origin",
    "settings_data.show",
    "settings_data.erase",
    "settings_data.ask_undo",
    "settings_data.undo",
    "settings_data.export",
    # Settings. Every id and role: tests/web/pages/settings/test_settings_access.py.
    "settings.start",
    "settings_general.show",
    "settings_general.save",
    "settings_deletion.ask",
    "settings_deletion.delete",
    "settings_logo.image",
    "settings_logo.save",
    "settings_logo.remove",
    "settings_members.show",
    "settings_members.ask_role",
    "settings_members.change_role",
    "settings_members.ask_removal",
    "settings_members.remove",
    "settings_invitations.invite",
    "settings_invitations.ask_resend",
    "settings_invitations.resend",
    "settings_invitations.ask_revocation",
    "settings_invitations.revoke",
    "settings_keys.show",
    "settings_keys.add",
    "settings_keys.ask",
    "settings_keys.revoke",
    "settings_keys.rotation",
    "settings_audit.show",
    "settings_audit.download",
    "settings_sign_on.show",
    "settings_sign_on.save",
    "settings_sign_on.test",
    "settings_sign_on.ask_only_way",
    "settings_sign_on.set_only_way",
    "settings_sign_on.ask_removal",
    "settings_sign_on.remove",
}
# These are for keys of the installation, which may do what their scopes say in every org. No user and
# no key of an org opens one: tests/web/api/control/test_access.py tries each key and each scope.
INSTALLATION = "control"


KINDS = (
    ("validation_run.created", {}),
    ("validation_run.succeeded", {}),
    ("finding.recorded", {"severity": "ERROR"}),
    ("finding.recorded", {"severity": "WARNING"}),
    ("conversation.search_term", {}),
    ("conversation.product_added_to_cart", {}),
    ("workflow.updated", {}),
)
MARKED_PROPERTIES = ("note", "term", "product", "code", "validator")


@pytest.fixture
def cast(store, acme, rival):
    """Give both orgs events of every type; Rival's have a marker in all fields that users choose."""
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
    for owner, label, count in ((acme, "acme-only", 3), (rival, MARKER, 7)):
        keep(store, owner, ALL_TALLIES)
        send(
            store,
            owner,
            [
                event(
                    event_type,
                    AT,
                    user=f"{label}-{n}",
                    channel="api",
                    project=label,
                    properties={**dict.fromkeys(MARKED_PROPERTIES, label), **properties},
                )
                for event_type, properties in KINDS
                for n in range(count)
            ],
        )
    send(store, rival, [event("validation_run.failed", AT, user=MARKER)])
    for owner in (acme, rival):
        factories.place(store, owner, SLUGS)
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


def tenant_paths(server):
    """Yield the URL of every route that takes an org, for Rival."""
    for rule in server.url_map.iter_rules():
        if rule.endpoint not in TENANT:
            continue
        path = rule.rule.replace("<org>", "rival").replace("<dashboard>", "operations")
        path = re.sub("<(int:)?(user_id|key_id|invitation_id)>", "1", path)
        if "<widget>" not in path:
            yield path
            continue
        for slug in SLUGS:
            yield path.replace("<widget>", slug)


def test_every_route_is_reviewed_as_public_or_tenant(server):
    decided = {
        rule.endpoint
        for rule in server.url_map.iter_rules()
        if has_policy(server.view_functions[rule.endpoint])
    }

    assert {name for name in decided if not name.startswith(INSTALLATION)} == PUBLIC | TENANT


def test_no_route_of_the_installation_answers_a_user_or_a_key_of_acme(server, ada, bearer):
    count = 0
    for rule in server.url_map.iter_rules():
        if not rule.endpoint.startswith(INSTALLATION):
            continue
        path = re.sub(
            r"<(?:path:)?(\w+)>", lambda m: "rival" if m[1] == "org" else MARKER, rule.rule
        )
        for method in rule.methods - {"OPTIONS"}:
            for headers, status in (({}, 401), (bearer, 403)):
                response = ada.open(path, method=method, headers=headers)
                count += 1
                assert response.status_code == status, (method, path)
                assert MARKER not in response.text
    assert count >= 36


def test_the_only_server_callback_is_covered(ada):
    """It is the callback that `refresh_body` posts to."""
    callbacks = ada.get("/app/acme/operations/_dash-dependencies").json

    on_server = [
        callback["output"] for callback in callbacks if callback["clientside_function"] is None
    ]
    assert on_server == [factories.OUTPUT]


def test_no_route_returns_rows_of_rival(server, ada, bearer):
    request_count = 0
    for path in tenant_paths(server):
        for method in METHODS:
            for headers in ({}, bearer):
                response = ada.open(
                    f"{path}?org=rival&time_range=7d",
                    method=method,
                    headers=headers,
                    json=refresh_body() if method == "POST" else None,
                )
                request_count += 1
                if method == "OPTIONS" and response.status_code == 200:
                    continue
                is_embed = path.startswith("/embed/")  # neither cookies nor keys count there
                assert response.status_code in {401 if is_embed else 404, 405}, (method, path)
                assert MARKER not in response.text + str(response.headers)
    assert request_count >= 10 * 7 * 2


def numbers(client, headers=None) -> dict[str, float]:
    """Return the sum per panel in Acme's JSON, and check that CSV gives the same."""
    response = client.get(
        "/api/v1/dashboards/operations/data?org=acme&time_range=7d", headers=headers or {}
    )
    sums = {p["slug"]: sum(r["value"] for r in p["rows"]) for p in response.json["panels"]}
    for slug in sums:
        text = client.get(
            f"/api/v1/dashboards/operations/panels/{slug}.csv?org=acme&time_range=7d",
            headers=headers or {},
        ).text
        column = text.splitlines()[0].split(",").index("value")
        total = sum(float(line.split(",")[column]) for line in text.splitlines()[1:])
        assert total == sums[slug]
    return sums


def test_every_widget_counts_only_rows_of_acme(ada, bearer):
    sums = numbers(ada)

    assert set(sums) == set(SLUGS)
    assert sums["total-validations"] == 3
    assert sums["total-errors"] == 3
    assert sums["total-warnings"] == 3
    assert sums["success-rate"] == 1.0  # Rival has a failed run
    assert sums["runs-by-outcome"] == 3
    assert sums["warnings-by-code"] == 3
    assert sums["warnings-by-validator"] == 3
    assert sums["top-errors"] == 3
    assert sums["events-time-series"] == 21
    assert sums["conversations.search_term"] == 3
    assert sums["conversations.product_added_to_cart"] == 3
    assert sums["users-time-series"] == 3
    assert numbers(ada, bearer) == sums


def test_a_refresh_shows_only_rows_of_acme_whatever_its_parameters(ada):
    for search in ("?time_range=7d", "?time_range=7d&org=rival&project=rival-only&org_id=2"):
        response = factories.refresh(ada, search=search)
        total = response.json["response"]['{"slug":"total-validations","type":"body"}']

        assert total["children"]["props"]["tree"][0][2] == ["3"]
        assert MARKER not in response.text


def test_panels_that_are_not_on_the_dashboard_are_not_drawn(ada):
    response = factories.refresh(ada, panels=["rival", "../rival/total-errors", "total-errors"], figures=[])  # fmt: skip

    states = [
        part["data-state"] for name, part in response.json["response"].items() if "panel" in name
    ]
    assert states == ["error", "error", "ready"]


def statements_run_by(store: Store, work) -> list[str]:
    """Return the statements that `work` runs."""
    statements: list[str] = []

    def record(_conn, _cursor, statement, _params, _context, _many):
        statements.append(statement)

    engines = {store._replica, store._writer}
    for engine in engines:
        sa_event.listen(engine, "before_cursor_execute", record)
    try:
        work()
    finally:
        for engine in engines:
            sa_event.remove(engine, "before_cursor_execute", record)
    return statements


def reads_without_an_org(statements: list[str]) -> list[str]:
    """Return statements that read an owned table more often than they bind it to an org."""
    return [
        statement
        for statement in statements
        for table in OWNED
        if len(re.findall(rf"(?:FROM|JOIN|UPDATE) {table}\b", statement))
        > len(re.findall(rf"\b{table}\.org_id = [?%]", statement))
    ]


def test_every_statement_binds_every_owned_table_to_an_org(store, ada):
    statements = statements_run_by(store, lambda: (numbers(ada), ada.get("/app/acme/operations")))

    assert len(statements) > 20
    assert sum(any(table in s for table in OWNED) for s in statements) > 10
    assert reads_without_an_org(statements) == []


def drop_the_predicate(monkeypatch, store: Store) -> None:
    """A planted fault: `org_id = …` no longer restricts anything."""

    def rewrite(_conn, _cursor, statement, params, _context, _many):
        open_to_all = r"\1.org_id >= 0 * \2"
        rows = r"\b(events|tally|measured|spreads|seen)\.org_id = (\?|%\(\w+\)s(?:::\w+)?)"
        return re.sub(rows, open_to_all, statement), params

    for engine in {store._replica, store._writer}:
        sa_event.listen(engine, "before_cursor_execute", rewrite, retval=True)


@pytest.mark.unbound
def test_a_dropped_predicate_is_caught(store, ada, monkeypatch):
    """By this file, and by the check of every statement in conftest.py."""
    drop_the_predicate(monkeypatch, store)
    before = len(conftest.UNBOUND)

    statements = statements_run_by(store, lambda: numbers(ada))

    assert reads_without_an_org(statements) != []
    assert store.is_sqlite or len(conftest.UNBOUND) > before


@pytest.mark.unbound
def test_row_security_prevents_a_leak_when_the_predicate_is_dropped(store, ada, monkeypatch):
    drop_the_predicate(monkeypatch, store)

    assert numbers(ada)["total-validations"] == 3


@pytest.mark.unbound
def test_a_dropped_predicate_without_row_security_leaks(database_url, cast, monkeypatch):
    """With both faults, Rival's rows appear: the numbers checked above would differ."""
    monkeypatch.setattr(row_security, "install_on_sqlite", lambda _engine: None)
    bare = Store(database_url, role="postgres")
    client = factories.app(bare).test_client()
    factories.login(client, "ada@example.com")
    drop_the_predicate(monkeypatch, bare)
    try:
        response = client.get("/api/v1/dashboards/operations/data?org=acme&time_range=7d").json
        volume = next(p for p in response["panels"] if p["slug"] == "events-time-series")
        assert (
            sum(row["value"] for row in volume["rows"]) == 70
        )  # 21 events of Acme, and 49 of Rival of types that Acme has
    finally:
        bare.close()
