"""Embed tokens that the server signs for vendors who do not."""

import pytest

from dashapp.domain.secrets.tokens import sign
from dashapp.store.installation.keys import revoke_installation_key
from dashapp.store.orgs import dashboards
from tests import embedding, factories
from tests.embedding import DATA, bearer, exchange
from tests.web.api.control_data.conftest import admin_key

URL = "/api/v1/orgs/acme/embed-sessions"
BODY = {"dashboard": "operations", "viewer": "u-7"}


def made(call, **fields):
    response = call("POST", URL, json={**BODY, **fields})
    assert response.status_code == 201, response.text
    return response.json


def test_a_session_opens_the_dashboard(call, client, store, acme):
    session = made(call)

    assert session["url"] == f"http://localhost/embed/acme/operations#token={session['token']}"
    assert session["expires_at"] == "2026-11-20T09:35:00Z"
    page = exchange(client, session["token"])
    assert page.status_code == 200
    assert client.get(DATA, headers=bearer(page.json["token"])).status_code == 200
    assert [(e.code, e.viewer) for e in embedding.entries(store, acme)] == [("taken", "u-7")]


def test_it_obeys_its_claims(call, client, store, acme):
    factories.send(store, acme, [factories.event("page.viewed", channel="web"), factories.event("page.viewed", channel="api")])  # fmt: skip
    session = made(call, filters={"channel": ["api"]}, time={"allowed": ["7d"]}, session=3600, can=["events"])  # fmt: skip

    assert client.get(f"{DATA}&as_of=2026-11-19T00:00:00Z", headers=bearer(session["token"])).status_code == 400  # fmt: skip
    assert exchange(client, session["token"]).json["can_renew"] is True


def test_it_ends_with_the_key(call, client, store, vendor):
    token = made(call)["token"]
    page = exchange(client, token).json["token"]
    with store.write_shared() as session:
        revoke_installation_key(session, vendor[0], now=2)

    assert exchange(client, token).status_code == 401
    assert client.get(DATA, headers=bearer(page)).status_code == 401


def test_it_expires(call, client, clock):
    token = made(call)["token"]
    clock.advance(seconds=331)

    assert exchange(client, token).status_code == 401


def test_it_opens_no_other_org(call, client):
    token = made(call)["token"]

    assert exchange(client, token, "/embed/rival/operations").status_code == 404


def test_a_dashboard_of_another_org_is_not_found(call, store, rival):
    with store.write(rival) as session:
        saved = dashboards.list_dashboards(session, rival)[0]
        secret = saved._replace(slug="secret", template="secret", is_default=False)
        dashboards.insert_dashboard(session, rival, secret)

    assert call("POST", URL, json={**BODY, "dashboard": "secret"}).status_code == 404
    assert call("POST", "/api/v1/orgs/nobody/embed-sessions", json=BODY).status_code == 404


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"filter": {}}, "filter"),
        ({"viewer": ""}, "length >= 1"),
        ({"viewer": "a\n"}, "Viewer must be a string"),
        ({"filters": {"role": ["x"]}}, "unknown field"),
        ({"tz": "Mars/Olympus"}, "Tz must be"),
        ({"session": 99_999}, "43200"),
        ({"can": ["edit"]}, "Can must be"),
        ({"time": {"allowed": []}}, "Time.allowed"),
    ],
)
def test_claims_that_no_token_may_have_are_refused(call, fields, part):
    response = call("POST", URL, json={**BODY, **fields})

    assert response.status_code == 400
    assert part in response.json["error"]["message"]


def test_the_audit_says_who_made_it_but_not_the_token(call, audit, vendor, store, acme):
    token = made(call, filters={"channel": ["api"]})["token"]

    assert audit() == [("embed_session_made", "operations", vendor[0])]
    with store.read(acme) as session:
        from dashapp.store.audit.entries import Wanted, list_entries

        after = list_entries(session, acme, Wanted(1))[0].after
    assert after == {"viewer": "u-7", "filters": {"channel": ["api"]}}
    assert token not in str(after)


def test_only_the_scope_embed_makes_sessions(call, store):
    secret = admin_key(store, "orgs", "keys", "members", "data", "usage")[1]

    assert call("POST", URL, secret=secret, json=BODY).status_code == 403


@pytest.mark.parametrize("audience", ["dashapp-embed", "dashapp-session", "dashapp-page"])
def test_a_token_with_the_id_of_the_key_and_another_signature_is_refused(client, vendor, audience, signer):  # fmt: skip
    for secret in (vendor[1].encode(), signer.secret.encode(), b""):
        claims = {**signer.claims(), "aud": audience, "org": 1, "claims": signer.claims()}
        forged = sign(claims, secret or b"x" * 32, vendor[0])

        assert exchange(client, forged).status_code == 401


def test_a_signed_session_of_a_key_without_the_scope_is_refused(call, client, store, server):
    from dashapp.domain.secrets.tokens import SESSION
    from dashapp.web.access.embedding.tokens import server_secrets

    key_id = admin_key(store, "usage")[0]
    with server.app_context():
        secret = server_secrets(server.extensions["dashapp"])[0]
    forged = sign({"aud": SESSION, "org": 1, "claims": {}}, secret, key_id)

    assert exchange(client, forged).status_code == 401
