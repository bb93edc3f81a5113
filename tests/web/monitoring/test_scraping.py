"""Who can read /metrics, and that they name nobody."""

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as plain_text

from dashapp.domain.access.roles import Role
from dashapp.domain.secrets.keys import KeyKind
from dashapp.store.engine import Store
from tests import factories

TOKEN = "a-token-of-the-metrics-1234"
SAMPLE = "dashapp_build_info"
PUBLIC = {"public_url": "https://dash.example.com"}
PROXIED = {**PUBLIC, "trusted_proxies": 1}


def scrape(store, *, peer="127.0.0.1", headers=None, host="localhost", **settings):
    client = factories.app(store, **settings).test_client()
    base = {"REMOTE_ADDR": peer, "HTTP_HOST": host}
    return client.get("/metrics", headers=headers, environ_overrides=base)


def samples(text: str) -> dict[str, float]:
    """Return the sum of each sample's values."""
    totals: dict[str, float] = {}
    for family in plain_text(text):
        for sample in family.samples:
            totals[sample.name] = totals.get(sample.name, 0) + sample.value
    return totals


@pytest.mark.parametrize("settings", [{}, PROXIED, {"public_url": "http://localhost:8050"}])
@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
def test_programs_of_this_machine_can_scrape(store, settings, peer):
    response = scrape(store, peer=peer, **settings)

    assert response.status_code == 200
    assert SAMPLE in response.text


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "203.0.113.9"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Forwarded-For": "203.0.113.9, 127.0.0.1"},
        {"X-Forwarded-Proto": "https"},
        {"Forwarded": "for=127.0.0.1"},
        {"Via": "1.1 proxy"},
        {"X-Real-IP": "127.0.0.1"},
    ],
)
@pytest.mark.parametrize("settings", [{}, PROXIED, {**PROXIED, "trusted_proxies": 2}])
def test_what_a_proxy_passes_on_is_not_from_this_machine(store, headers, settings):
    response = scrape(store, headers=headers, **settings)

    assert response.status_code == 401
    assert SAMPLE not in response.text


@pytest.mark.parametrize(
    ("peer", "host", "settings"),
    [
        ("203.0.113.9", "localhost", {}),
        ("10.0.0.7", "localhost", PROXIED),
        ("127.0.0.1", "dash.example.com", PROXIED),  # a proxy that adds no header
        ("127.0.0.1", "attacker.example", {}),  # a page that has rebound its name
        ("127.0.0.1", "localhost", PUBLIC),  # nobody said whether there is a proxy
        ("", "localhost", {}),
        ("unix:", "localhost", {}),
    ],
)
def test_others_cannot_scrape_without_the_token(store, peer, host, settings):
    assert scrape(store, peer=peer, host=host, **settings).status_code == 401


@pytest.mark.parametrize("settings", [{}, PUBLIC, PROXIED])
def test_the_token_lets_in_from_anywhere(store, settings):
    headers = {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-For": "203.0.113.9"}

    response = scrape(
        store, peer="10.0.0.7", host="10.0.0.3:8050", headers=headers, metrics_token=TOKEN, **settings
    )  # fmt: skip

    assert response.status_code == 200


@pytest.mark.parametrize("shown", ["Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN, "Bearer ü"])
@pytest.mark.parametrize("token", [None, TOKEN])
def test_a_wrong_token_is_refused_even_on_this_machine(store, shown, token):
    response = scrape(store, headers={"Authorization": shown}, metrics_token=token)

    assert response.status_code == 401


def test_keys_and_people_cannot_scrape(store, acme):
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
    _key_id, secret = factories.add_key(store, acme, KeyKind.READ)
    client = factories.app(store, metrics_token=TOKEN).test_client()
    factories.login(client, "ada@example.com")
    far = {"REMOTE_ADDR": "203.0.113.9"}

    assert client.get("/metrics", environ_overrides=far).status_code == 401
    bearer = {"Authorization": f"Bearer {secret}"}
    assert client.get("/metrics", headers=bearer).status_code == 401


@pytest.mark.both_databases
def test_no_org_and_no_person_is_named(store, acme, rival):
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER), (rival, Role.OWNER))
    server = factories.app(store)
    client = server.test_client()
    factories.login(client, "ada@example.com")
    for path in ("/app/acme/operations", "/app/rival/operations", "/app/acme/none", "/acme-secret"):
        client.get(path)
    client.open("/login", method="ACME")

    text = client.get("/metrics").text

    for name in ("acme", "rival", "Acme", "Rival", "ada@", "example.com"):
        assert name not in text.replace("dashapp", ""), name
    assert 'route="/app/<org>/<dashboard>"' in text
    assert 'method="OTHER"' in text


def test_both_formats_are_answered(store):
    text = scrape(store, headers={"Accept": "text/plain"})
    open_text = scrape(
        store, headers={"Accept": "application/openmetrics-text; version=1.0.0, text/plain;q=0.5"}
    )

    assert text.content_type.startswith("text/plain; version=")
    assert open_text.content_type.startswith("application/openmetrics-text; version=1.0.0")
    assert [family.name for family in open_metrics(open_text.text)]
    assert samples(text.text)["dashapp_database_up"] == 1


@pytest.mark.filterwarnings("ignore")
def test_counts_are_answered_without_the_database():
    response = scrape(Store("postgresql://nobody@127.0.0.1:9/nothing"))

    assert response.status_code == 200
    assert samples(response.text)["dashapp_database_up"] == 0
    assert "dashapp_orgs" not in samples(response.text)
