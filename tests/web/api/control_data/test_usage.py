"""What orgs used in a month."""

from dashapp.store.events.erasure import erase_user
from tests import embedding, factories
from tests.web.api.control_data.conftest import admin_key
from tests.web.api.sending import raw_event

URL = "/api/v1/usage?month=2026-11"
NOTHING = dict.fromkeys(
    ("received", "stored", "imported", "duplicates", "rejected", "bytes", "views", "viewers"), 0
)


def used(call, org="acme", url=URL) -> dict:
    return next(row for row in call("GET", url).json["orgs"] if row["org"] == org)


def test_events_count_for_their_org_by_verdict(call, post, store, acme):
    post([raw_event(id="a"), raw_event(id="b", user="u"), raw_event(id="c", type="X")])
    post([raw_event(id="a")])
    erase_user(store, acme, "u")

    row = used(call)
    assert row["bytes"] > 100
    assert {**row, "bytes": 0} == {
        **NOTHING,
        "org": "acme",
        "received": 4,
        "stored": 2,
        "duplicates": 1,
        "rejected": 1,
    }
    assert used(call, "rival") == {"org": "rival", **NOTHING}


def test_another_month_is_another_bill(call, post, clock):
    post([raw_event(id="a")])
    clock.advance(days=10)  # to 30 November
    post([raw_event(id="b")])
    clock.advance(hours=15)  # to 1 December in UTC
    post([raw_event(id="c")])

    assert used(call)["stored"] == 2
    assert used(call, url="/api/v1/usage?month=2026-12")["stored"] == 1


def test_opened_dashboards_and_different_viewers_count(call, browser, client, signer, store):
    ada = browser("ada@example.com")
    for _ in range(3):
        assert ada.get("/app/acme/operations").status_code == 200
    assert ada.get("/app/rival/operations").status_code == 404
    for viewer in ("7", "7", "8"):
        token = signer.token(sub=viewer)
        page_token = embedding.exchange(client, token).json["token"]
    embedding.exchange(client, page_token)  # renews it

    assert (used(call)["views"], used(call)["viewers"]) == (6, 3)
    assert used(call, "rival")["views"] == 0


def test_a_page_opens_while_the_database_is_busy_and_counts_later(call, browser, store, rival):
    ada = browser("ada@example.com")
    with store.write(rival) as session:
        factories.keys.record_use(session, factories.keys.Key("k", "", rival.org, 1, 1, 1), now=1)
        assert ada.get("/app/acme/operations").status_code == 200
    ada.get("/app/acme/operations")

    assert used(call)["views"] == 2


def test_orgs_come_in_pages(call):
    first = call("GET", f"{URL}&limit=1").json
    last = call("GET", f"{URL}&limit=1&after={first['next']}").json

    assert [row["org"] for row in first["orgs"] + last["orgs"]] == ["acme", "rival"]
    assert (first["next"], last["next"]) == ("acme", None)


def test_a_month_is_needed(call):
    for query in ("", "?month=2026", "?month=2026-13", "?month=2026-11&org=acme"):
        assert call("GET", f"/api/v1/usage{query}").status_code == 400


def test_another_scope_reads_no_usage(call, store, key):
    assert call("GET", URL, secret=admin_key(store, "orgs")[1]).status_code == 403
    assert call("GET", URL, secret=key[1]).status_code == 403
    assert call("GET", URL, secret=None).status_code == 401
