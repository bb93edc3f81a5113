"""An embed token opens its dashboard, and nothing else."""

from dashapp.dashboards.provision import provision
from tests.embedding import DATA, SHELL, bearer, exchange
from tests.factories import refresh_body
from tests.templates import CONVERSATIONS
from tests.web.pages.embed_data import panel_value


def test_a_token_opens_its_dashboard(client, signer, embed_events):
    response = client.get(DATA, headers=bearer(signer.token()))

    assert panel_value(response, "total-validations") == 5


def test_a_token_opens_no_other_dashboard(client, signer, store, acme):
    provision(store, acme, CONVERSATIONS, now=1)
    page_token = exchange(client, signer.token()).json["token"]

    for token in (signer.token(), page_token):
        for path in ("/api/v1/dashboards/conversations/data", "/api/v1/dashboards/nope/data",
                     "/embed/acme/conversations/_dash-layout"):  # fmt: skip
            assert client.get(path, headers=bearer(token)).status_code == 404
        dashboards = client.get("/api/v1/dashboards", headers=bearer(token)).json["dashboards"]
        assert [dashboard["slug"] for dashboard in dashboards] == ["operations"]


def test_a_key_of_one_org_never_opens_another_org(client, signer, store, rival):
    for path in ("/embed/rival/operations/_dash-layout", f"{DATA}&org=rival"):
        assert client.get(path, headers=bearer(signer.token())).status_code == 404
    response = exchange(client, signer.token(), "/embed/rival/operations")
    assert response.status_code == 404


def test_a_token_is_refused_outside_embed_and_read_endpoints(client, signer):
    page_token = exchange(client, signer.token()).json["token"]
    for token in (signer.token(), page_token, signer.secret):
        for method, path in (
            ("GET", "/app/acme/operations/_dash-layout"),
            ("POST", "/api/v1/events"),
        ):
            response = client.open(path, method=method, headers=bearer(token), json=[])
            assert response.status_code in {401, 403}


def test_embed_endpoints_ignore_cookies(browser, signer, clock):
    ada = browser("ada@example.com")
    expired = signer.token()
    clock.advance(minutes=10)

    for path in (f"{SHELL}/_dash-layout", f"{SHELL}/_dash-dependencies"):
        assert ada.get(path).status_code == 401
    assert ada.post(f"{SHELL}/_dash-update-component", json=refresh_body()).status_code == 401
    csv = "/api/v1/dashboards/operations/panels/events-time-series.csv?org=acme"
    for path in (csv, f"{DATA}&org=acme", f"{SHELL}/_dash-layout"):
        response = ada.get(path, headers=bearer(expired))
        assert response.status_code == 401
        assert "2026" not in response.text


def test_a_token_in_the_url_is_refused(client, signer):
    for name in ("token", "jwt", "access_token"):
        assert client.get(f"{SHELL}/_dash-layout?{name}={signer.token()}").status_code == 401
