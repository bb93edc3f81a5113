"""`DELETE /api/v1/orgs/SLUG` and its receipt."""

import pytest

from dashapp.domain.secrets.keys import KeyKind
from dashapp.store.deletion import orgs
from dashapp.store.deletion.orgs import finish_removals
from tests import factories
from tests.embedding import bearer

pytestmark = pytest.mark.both_databases
URL = "orgs/acme?confirm=acme"


def test_a_small_org_is_gone_at_once(vendor, store, acme):
    factories.send(store, acme, [factories.event() for _ in range(3)])
    receipt = vendor.delete(URL)

    assert receipt.status_code == 200
    assert receipt.json["status"] == "finished"
    assert receipt.json["counts"]["events"] == 3
    assert receipt.json["backups_clean_since"] == receipt.json["finished_at"]
    assert vendor.get(f"removals/{receipt.json['id']}").json == receipt.json
    assert "acme" not in receipt.text.lower()
    assert vendor.get("orgs/acme").status_code == 404
    assert vendor.delete(URL).status_code == 404


def test_a_large_org_is_left_to_upkeep(vendor, store, acme, monkeypatch):
    monkeypatch.setattr(orgs, "_STEPS", 0)
    read = bearer(factories.add_key(store, acme, KeyKind.READ)[1])
    factories.send(store, acme, [factories.event() for _ in range(3)])

    begun = vendor.delete(URL)
    assert (begun.status_code, begun.json["status"]) == (202, "removing")
    assert begun.json["backups_clean_since"] is None
    assert vendor.client.get("/api/v1/dashboards", headers=read).status_code == 401
    assert vendor.get("orgs").json["orgs"] == []
    finish_removals(store, factories.scope, now=factories.to_us(factories.NOW))
    assert vendor.get(f"removals/{begun.json['id']}").json["counts"]["events"] == 3


def test_data_can_be_kept_for_some_days(vendor, acme):
    begun = vendor.delete(f"{URL}&after_days=7")

    assert (begun.status_code, begun.json["status"]) == (202, "waiting")
    assert begun.json["due_at"] == "2026-11-27T09:30:00Z"
    assert vendor.get("orgs/acme").status_code == 404


@pytest.mark.parametrize(
    "query", ["", "?confirm=rival", "?confirm=acme&release=yes", "?confirm=acme&after_days=91",
              "?confirm=acme&confirm=acme", "?confirm=acme&force=1", "?confirm="],
)  # fmt: skip
def test_without_a_clear_confirmation_nothing_is_removed(vendor, acme, query):
    assert vendor.delete(f"orgs/acme{query}").status_code == 400
    assert vendor.get("orgs/acme").status_code == 200


def test_a_removed_slug_is_refused_unless_it_is_released(vendor, acme, rival):
    vendor.delete(URL)
    vendor.delete("orgs/rival?confirm=rival&release=1")

    refused = vendor.put("orgs/acme", {})
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "slug_reserved")
    assert vendor.put("orgs/rival", {}).status_code == 201


def test_a_removal_can_be_conditional(vendor, acme):
    assert vendor.send("DELETE", URL, If_Match='"x"').status_code == 412
    tag = vendor.get("orgs/acme").headers["ETag"]
    assert vendor.send("DELETE", URL, If_Match=tag).status_code == 200


def test_an_unknown_receipt_is_not_found(vendor):
    assert vendor.get("removals/k1").status_code == 404
