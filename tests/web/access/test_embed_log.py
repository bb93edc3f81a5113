"""The org's log of embed tokens: accepted tokens, and why others were refused. Viewers see no reasons."""

import pytest
from sqlalchemy import select

from dashapp.store.orgs import embed_log, keys
from dashapp.store.tables import org_states
from tests.embedding import DATA, SHELL, bearer, entries, exchange

pytestmark = pytest.mark.both_databases


def test_a_token_used_without_an_exchange_is_logged(client, signer, store, acme, clock):
    token = signer.token()
    for _ in range(3):
        client.get(DATA, headers=bearer(token))
    assert [entry.code for entry in entries(store, acme)] == ["taken"]

    clock.advance(seconds=60)
    client.get(DATA, headers=bearer(token))
    assert [entry.code for entry in entries(store, acme)] == ["taken", "taken"]


def test_the_org_sees_the_reason_and_the_viewer_does_not(client, signer, store, acme, clock):
    response = client.get(DATA, headers=bearer(signer.token(filter={"channel": ["web"]})))
    clock.advance(seconds=1)
    exchange(client, signer.token())

    assert response.json["error"]["message"] == "This view has expired."
    taken, refused = entries(store, acme)
    assert refused[1:5] == ("bad_claim", "unknown claim 'filter'", "operations", signer.key_id)
    assert taken[1:6] == ("taken", "", "operations", signer.key_id, "viewer-7")


def test_the_first_locked_property_sorts_the_orgs_segments(client, signer, store, acme, clock):
    def sorted_by():
        with store.read(acme) as session:
            return session.execute(
                select(org_states.c.locked_field).where(org_states.c.org_id == acme.org_id)
            ).scalar()

    for filters in ({"channel": ["web"]}, {"!properties.store": ["s1"]}):
        client.get(DATA, headers=bearer(signer.token(filters=filters)))
        assert sorted_by() is None
    for path in ("properties.store", "properties.team"):
        client.get(DATA, headers=bearer(signer.token(filters={path: ["a"]})))
        assert sorted_by() == "store"


def test_a_name_that_a_stranger_made_up_is_not_stored(client, signer, store, acme):
    for dashboard in ("operations", "rival-shop"):
        client.get(f"/embed/acme/{dashboard}/_dash-layout", headers=bearer("a.b.c"))
    for _ in range(2):  # a token of the org: the name shows what is wrong
        client.get("/embed/acme/shop/_dash-layout", headers=bearer(signer.token()))

    named = {(entry.code, entry.dashboard) for entry in entries(store, acme)}
    strangers = {("malformed", "operations"), ("malformed", "")}
    assert named == strangers | {("taken", "shop"), ("foreign", "shop")}


def test_every_refusal_in_a_burst_is_logged_with_its_reason(client, signer, store, acme):
    for number in range(20):
        client.get(f"{SHELL}/_dash-layout", headers=bearer(f"a.b.c{number}"))
        client.get(
            f"{SHELL}/_dash-layout", headers=bearer(signer.sign(signer.claims(), secret="x"))
        )
        client.get(f"{SHELL}/_dash-layout", headers=bearer(signer.token(filters=None)))

    codes = [entry.code for entry in entries(store, acme)]
    assert [codes.count(code) for code in ("malformed", "bad_signature", "bad_claim")] == [20] * 3


def test_malformed_tokens_are_logged_at_a_limited_rate(client, signer, store, acme, clock):
    for number in range(120):
        client.get(f"{SHELL}/_dash-layout", headers=bearer(f"a.b.c{number}"))
    client.get(f"{SHELL}/_dash-layout", headers=bearer(signer.token(filters=None)))
    codes = [entry.code for entry in entries(store, acme)]
    assert (codes.count("malformed"), codes.count("bad_claim")) == (100, 1)

    clock.advance(seconds=10)
    client.get(f"{SHELL}/_dash-layout", headers=bearer("a.b.c"))
    assert [entry.code for entry in entries(store, acme)].count("malformed") == 101


@pytest.mark.parametrize("path", [f"{SHELL}/_dash-layout", DATA])
def test_a_revoked_key_is_named_only_in_its_orgs_log(client, signer, store, acme, path):
    with store.write_shared() as session:
        keys.revoke_key(session, signer.owner, signer.key_id, now=2)

    response = client.get(path, headers=bearer(signer.token()))

    assert (response.status_code, response.json["error"]["message"]) == (
        401,
        "This view has expired.",
    )
    (entry,) = entries(store, acme)
    assert entry.code == "revoked_key"
    assert entry.message == f"the key {signer.key_id} was revoked on 1970-01-01"
    assert entry.key_id == signer.key_id


def test_a_panel_outside_the_grant_is_a_404_and_the_log_names_it(client, signer, store, acme):
    path = "/api/v1/dashboards/operations/panels/conversations.search_term.csv"
    response = client.get(path, headers=bearer(signer.token()))

    assert (response.status_code, response.json["error"]["message"]) == (
        404,
        "Not found.",
    )
    messages = {entry.code: entry.message for entry in entries(store, acme)}
    assert messages == {
        "taken": "",
        "foreign": "no panel conversations.search_term on dashboard operations",
    }


def test_the_limits_of_the_log():
    assert (embed_log.MAX_ENTRIES, embed_log.MAX_KEYLESS) == (1_000, 100)


@pytest.fixture
def small_log(monkeypatch):
    monkeypatch.setattr(embed_log, "MAX_ENTRIES", 100)
    monkeypatch.setattr(embed_log, "MAX_KEYLESS", 10)


def test_the_log_keeps_the_last_entries(store, acme, small_log):
    entry = embed_log.Entry(0, "x", "m" * 999, "d", "k", "v\x00", "t")
    with store.write(acme) as session:
        for number in range(105):
            embed_log.log(session, acme, entry._replace(at=number))
        logged = embed_log.last_entries(session, acme)
        assert (len(logged), logged[0].at, logged[-1].at) == (100, 104, 5)

        for number in range(15):
            embed_log.log(session, acme, entry._replace(at=2_000 + number, code="no_token"))

    logged = entries(store, acme)
    unknown_tokens, other_entries = logged[:10], logged[10:]
    assert {entry.code for entry in unknown_tokens} == {"no_token"}
    assert (unknown_tokens[0].at, unknown_tokens[-1].at) == (2_014, 2_005)
    assert (len(other_entries), other_entries[0].at, other_entries[-1].at) == (90, 104, 15)
    assert (len(other_entries[0].message), other_entries[0].viewer) == (300, "v?")


def test_entries_of_unknown_tokens_fill_the_log_if_there_are_no_others(store, acme, small_log):
    entry = embed_log.Entry(0, "bad_signature", "m", "d", "k", "v", "t")
    with store.write(acme) as session:
        for number in range(105):
            embed_log.log(session, acme, entry._replace(at=number))
        embed_log.log(session, acme, entry._replace(at=9_999, code="taken"))

    logged = entries(store, acme)
    assert (len(logged), logged[0].code, logged[-1].at) == (100, "taken", 6)


def test_no_token_or_secret_is_logged(client, signer, caplog):
    caplog.set_level("DEBUG")
    valid_token, invalid_token = signer.token(), signer.token(filter={})
    page_token = exchange(client, valid_token).json["token"]
    for token in (valid_token, invalid_token, page_token):
        client.get(DATA, headers=bearer(token))
        client.get(f"{SHELL}/_dash-layout", headers=bearer(token))

    for secret in (valid_token, invalid_token, page_token, signer.secret):
        assert secret not in caplog.text
        assert secret.split(".")[-1] not in caplog.text


def test_a_failure_to_log_does_not_refuse_a_token(client, signer, monkeypatch):
    from sqlalchemy.exc import OperationalError

    def raise_error(*_args):
        raise OperationalError("x", {}, Exception("disk"))

    monkeypatch.setattr(embed_log, "log", raise_error)

    assert exchange(client, signer.token()).status_code == 200
