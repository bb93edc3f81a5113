"""Random requests with valid embed tokens find nothing outside their grant."""

import random

import pytest

from dashapp.dashboards.provision import provision
from dashapp.domain.access.scope import Scope
from tests.effort import scaled
from tests.embedding import bearer
from tests.factories import event, refresh_body, send
from tests.templates import CONVERSATIONS

OCCURRED_AT = "2026-11-19T12:00:00Z"
RIVAL_MARKER = "rival-only"
PROBES = scaled(400)


@pytest.fixture
def both_orgs(store, acme, rival):
    """Both orgs have both dashboards; Rival's data contains a marker."""
    for owner, name, count in ((acme, "acme-only", 3), (rival, RIVAL_MARKER, 7)):
        send(store, owner, [
            event(kind, OCCURRED_AT, user=f"{name}-{n}", channel="api", properties={"term": name, "product": name, "severity": "WARNING", "code": name})
            for kind in ("validation_run.created", "conversation.search_term", "finding.recorded", "workflow.updated")
            for n in range(count)
        ])  # fmt: skip
        provision(store, owner, CONVERSATIONS, now=1)


ORGS, DASHBOARDS = ("acme", "rival", "nope"), ("operations", "conversations", "nope")
SEARCHES = ("", "?time_range=7d", "?time_range=7d&org=rival", "?org=acme&time_range=90d",
            "?time_range=7d&project=default&filters=%7B%7D", "?from=2026-11-01T00:00:00Z&to=2026-11-20T00:00:00Z")  # fmt: skip
PANELS = (
    "total-validations",
    "warnings-by-code",
    "conversations.search_term",
    "events-time-series",
)


def send_probe(rng, client, tokens):
    """Send a random request with a token of Acme; half of the requests stay within its grant."""
    token, dashboard = rng.choice(tokens)
    org = "acme"
    if rng.random() < 0.5:
        org, dashboard = rng.choice(ORGS), rng.choice(DASHBOARDS)
    search = rng.choice(SEARCHES)
    kind = rng.choice(("layout", "update", "token", "data", "csv", "list"))
    if kind == "update":
        body = refresh_body(panels=rng.sample(PANELS, 2), figures=[], search=search)
        return client.post(f"/embed/{org}/{dashboard}/_dash-update-component", headers=bearer(token), json=body)  # fmt: skip
    if kind == "token":
        return client.post(f"/embed/{org}/{dashboard}/token{search}", headers=bearer(token), json={})  # fmt: skip
    paths = {
        "layout": f"/embed/{org}/{dashboard}/_dash-layout",
        "data": f"/api/v1/dashboards/{dashboard}/data",
        "csv": f"/api/v1/dashboards/{dashboard}/panels/{rng.choice(PANELS)}.csv",
        "list": "/api/v1/dashboards",
    }
    return client.get(paths[kind] + search, headers=bearer(token))


@pytest.fixture
def tokens(client, both_orgs, signer):
    """Embed tokens and a page token of Acme, each with its dashboard."""
    token = signer.token(session=3600)
    exchange = client.post("/embed/acme/operations/token", headers=bearer(token), json={})
    return [
        (token, "operations"),
        (signer.token(dashboard="conversations", session=3600), "conversations"),
        (signer.token(filters={"channel": ["api"]}), "operations"),
        (exchange.json["token"], "operations"),
    ]


@pytest.mark.both_databases
def test_no_probe_finds_data_outside_its_grant(client, tokens):
    rng = random.Random(0)
    own_data_count = 0
    for _ in range(PROBES):
        response = send_probe(rng, client, tokens)
        own_data_count += response.status_code == 200 and "acme-only" in response.text
        assert response.status_code in {200, 400, 404}
        assert RIVAL_MARKER not in response.text
        assert '"rival"' not in response.text

    # A fifth of the requests see their own data, so the test checks something.
    assert own_data_count >= PROBES // 5


@pytest.mark.unbound
def test_the_probes_find_a_planted_leak(client, tokens, rival, monkeypatch):
    """A planted fault: queries bind Rival's org instead of Acme's."""
    fault = {"org": rival.org.id, "project": None, "filters": None}
    monkeypatch.setattr(Scope, "org_id", property(lambda _self: rival.org.id))
    monkeypatch.setattr(Scope, "params", property(lambda _self: fault))
    rng = random.Random(0)

    assert any(RIVAL_MARKER in send_probe(rng, client, tokens).text for _ in range(PROBES // 5))
