"""Who may use the control plane: every route, each key, and nothing beyond."""

import pytest

from dashapp.domain.secrets.keys import ORG_KINDS, KeyScope
from tests import factories
from tests.embedding import bearer

SCOPES = [scope for scope in KeyScope if scope is not KeyScope.ALL]
PREFIXES = ("/api/v1/orgs", "/api/v1/audit", "/api/v1/removals", "/api/v1/usage")


@pytest.fixture
def client(store, acme):
    return factories.app(store).test_client()


def operations(client) -> list[tuple[str, str]]:
    """Return the methods and addresses of all routes of the control plane, for Acme."""
    found = []
    for rule in client.application.url_map.iter_rules():
        if rule.rule.startswith(PREFIXES):
            path = rule.rule.replace("<org>", "acme").replace("<path:", "<")
            for name in rule.arguments:
                path = path.replace(f"<{name}>", "x")
            found += [(method, path) for method in rule.methods - {"HEAD", "OPTIONS"}]
    return sorted(found)


def send(client, operation: tuple[str, str], secret: str | None):
    method, path = operation
    headers = bearer(secret) if secret else {}
    return client.open(path, method=method, headers=headers, json={} if method != "GET" else None)


def test_each_operation_needs_exactly_one_scope_and_says_which(client, store):
    """Each of these keys has all scopes but one."""
    without = {
        missing: factories.add_installation_key(store, *(s for s in SCOPES if s is not missing))
        for missing in SCOPES
    }
    listed = operations(client)
    assert len(listed) >= 18
    for operation in listed:
        answers = {missing: send(client, operation, key) for missing, key in without.items()}
        refused = [missing for missing, answer in answers.items() if answer.status_code == 403]
        assert len(refused) == 1, operation
        message = answers[refused[0]].json["error"]["message"]
        assert f"the scope {refused[0]}" in message
        assert "this key has: " in message


@pytest.mark.parametrize("kind", ORG_KINDS)
def test_a_key_of_an_org_opens_none_of_them(client, store, acme, kind):
    secret = factories.add_key(store, acme, kind)[1]

    for operation in operations(client):
        answer = send(client, operation, secret)
        assert answer.status_code == 403, operation
        assert (
            f"needs a key of kind admin; this key is of kind {kind}"
            in answer.json["error"]["message"]
        )


def test_nobody_else_opens_one(client, store, acme):
    factories.add_user(store, "ada@example.com", (acme, factories.Role.OWNER))
    factories.login(client, "ada@example.com")

    for operation in operations(client):
        for secret in (None, "dash_admin_x", "a.b.c"):
            assert send(client, operation, secret).status_code == 401, operation


def test_an_installation_key_opens_no_board_no_data_and_no_callback(client, store, acme):
    headers = bearer(factories.add_installation_key(store))

    assert client.get("/app/acme/operations", headers=headers).status_code == 302
    call = client.post(
        "/app/acme/operations/_dash-update-component",
        json=factories.refresh_body(),
        headers=headers,
    )
    assert call.status_code == 401
    assert client.post("/embed/acme/operations/token", headers=headers).status_code == 401
    for path in ("dashboards", "schema", "metrics", "dashboards/operations/data"):
        answer = client.get(f"/api/v1/{path}?org=acme", headers=headers)
        assert answer.status_code == 403
        assert "admin of the installation" in answer.json["error"]["message"]


def test_an_unknown_org_and_a_removed_one_look_the_same(client, store, acme):
    secret = factories.add_installation_key(store)
    client.delete("/api/v1/orgs/acme?confirm=acme", headers=bearer(secret))

    for method, path in operations(client):
        if "/orgs/acme" not in path or (method, path) == ("PUT", "/api/v1/orgs/acme"):
            continue
        body = {"kind": "read", "name": "x", "role": "OWNER", "origins": []}
        texts = set()
        for slug in ("acme", "never-there", "~1", "No.Slug"):
            address = path.replace("/acme", f"/{slug}")
            kept = {k: v for k, v in body.items() if k in _fields(path)}
            answer = client.open(address, method=method, headers=bearer(secret), json=kept or None)
            assert answer.status_code == 404, (method, address)
            assert answer.json["error"]["code"] == "not_found"
            texts.add(answer.json["error"]["message"])
        assert len(texts) == 1, (method, path)


def _fields(path: str) -> set[str]:
    if path.endswith("/keys"):
        return {"kind", "name"}
    return {"role"} if "/members/" in path else {"origins"} if "origins" in path else set()


def test_a_cookie_does_not_change_who_acts(client, store, acme):
    factories.add_user(store, "ada@example.com", (acme, factories.Role.OWNER))
    factories.login(client, "ada@example.com")
    headers = bearer(factories.add_installation_key(store))

    client.put("/api/v1/orgs/acme", json={"name": "New"}, headers=headers)
    entry = client.get("/api/v1/orgs/acme/audit?action=settings_changed", headers=headers)
    assert entry.json["entries"][0]["actor_kind"] == "installation_key"
