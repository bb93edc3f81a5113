"""GET /api/v1/metrics: which metrics there are, and whom it lets in."""

import pytest

from dashapp.domain.access.roles import Role
from dashapp.domain.secrets.keys import KeyKind
from dashapp.store.orgs.dashboards import list_panels, put_panels
from dashapp.store.orgs.orgs import set_org
from tests import factories
from tests.embedding import Signer, bearer
from tests.web.api.questions import open_shop

URL = "/api/v1/metrics"
REVENUE = {"name": "revenue", "title": "Revenue", "measure": "sum", "unit": None, "by": ["properties.status"]}  # fmt: skip
REFUNDS = {"name": "refunds", "title": "Refunds", "measure": "count", "unit": None, "by": ["channel"]}  # fmt: skip


@pytest.fixture(autouse=True)
def shop(store, acme):
    open_shop(store, acme)


def by_name(response):
    assert response.status_code == 200
    return {metric["name"]: metric for metric in response.json["metrics"]}


def test_a_read_key_lists_all_metrics_with_the_fields_of_all_boards(get):
    metrics = by_name(get(URL))

    assert metrics["revenue"] == REVENUE
    assert metrics["refunds"] == REFUNDS
    assert metrics["orders"]["by"] == ["properties.dish", "type"]
    assert (metrics["to_door"]["measure"], metrics["basket"]["measure"]) == ("funnel", "ratio")
    assert metrics["success"]["unit"] == "percent"  # a built-in metric
    assert "sales" not in metrics


def test_an_embed_token_lists_the_metrics_of_its_dashboard(client, store, acme):
    token = Signer(store, acme).token(dashboard="shop")
    metrics = by_name(client.get(URL, headers=bearer(token)))

    assert list(metrics) == ["revenue", "orders", "to_door", "basket", "late", "visits"]
    assert metrics["revenue"] == REVENUE


def test_hidden_panels_do_not_count(client, store, acme):
    with store.write(acme) as session:
        panels = [
            panel._replace(is_hidden=panel.widget != "basket")
            for panel in list_panels(session, acme, "shop")
        ]
        put_panels(session, acme, "shop", panels, now=2)
    token = Signer(store, acme).token(dashboard="shop")

    assert list(by_name(client.get(URL, headers=bearer(token)))) == ["basket"]


def test_titles_are_in_the_language_of_the_token(client, store, acme):
    token = Signer(store, acme).token(dashboard="shop", locale="es")

    assert by_name(client.get(URL, headers=bearer(token)))["revenue"]["title"] == "Ingresos"


def test_currency_is_the_currency_of_the_org(get, store, acme):
    with store.write_shared() as session:
        set_org(session, acme, currency="MXN")

    assert by_name(get(URL))["revenue"]["unit"] == "MXN"
    assert by_name(get(URL))["basket"]["unit"] == "MXN"


@pytest.mark.parametrize(
    ("email", "query", "status"),
    [(None, "", 401), ("ada@example.com", "", 400), ("ada@example.com", "?org=acme", 200),
     ("ada@example.com", "?org=acme&org=rival", 400),
     ("ada@example.com", "?org=rival", 404), ("max@example.com", "?org=acme", 403),
     ("nina@example.com", "?org=acme", 404), ("ada@example.com", "?org=acme&name=x", 400)],
)  # fmt: skip
def test_login_sessions(browser, email, query, status):
    assert browser(email).get(URL + query).status_code == status


def test_keys_of_other_orgs_and_kinds_are_refused(get, store, acme):
    assert get(f"{URL}?org=rival").status_code == 404
    assert get(URL, factories.add_key(store, acme, KeyKind.INGEST)[1]).status_code == 403


def test_viewers_can_list_metrics(browser, store, acme):
    factories.add_user(store, "eve@example.com", (acme, Role.ANALYTICS_VIEWER))

    assert by_name(browser("eve@example.com").get(f"{URL}?org=acme"))["revenue"] == REVENUE
