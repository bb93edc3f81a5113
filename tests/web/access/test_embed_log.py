"""The org's own log of embed tokens: who came, and why not; the viewer is told nothing of it."""

import pytest

from dashapp.store.orgs import embed_log, keys
from tests.embedding import DATA, SHELL, bearer, entries, exchange


def test_whoever_skips_the_exchange_is_in_the_log_too(client, signer, store, acme, clock):
    token = signer.token()
    for _ in range(3):
        client.get(DATA, headers=bearer(token))
    assert [one.code for one in entries(store, acme)] == ["taken"]

    clock.advance(seconds=60)
    client.get(DATA, headers=bearer(token))
    assert [one.code for one in entries(store, acme)] == ["taken", "taken"]


def test_the_org_reads_why_and_the_viewer_does_not(client, signer, store, acme, clock):
    answer = client.get(DATA, headers=bearer(signer.token(filter={"channel": ["web"]})))
    clock.advance(seconds=1)
    exchange(client, signer.token())

    assert answer.json["error"]["message"] == "This view has ended."
    taken, refused = entries(store, acme)
    assert refused[1:5] == ("bad_claim", "unknown claim 'filter'", "operations", signer.key_id)
    assert taken[1:6] == ("taken", "", "operations", signer.key_id, "viewer-7")


def test_every_refusal_of_a_burst_is_in_the_log_with_its_reason(client, signer, store, acme):
    for number in range(20):
        client.get(f"{SHELL}/_dash-layout", headers=bearer(f"a.b.c{number}"))
        client.get(
            f"{SHELL}/_dash-layout", headers=bearer(signer.sign(signer.claims(), secret="x"))
        )
        client.get(f"{SHELL}/_dash-layout", headers=bearer(signer.token(filters=None)))

    codes = [one.code for one in entries(store, acme)]
    assert [codes.count(code) for code in ("malformed", "bad_signature", "bad_claim")] == [20] * 3


def test_strangers_cannot_keep_the_log_busy(client, signer, store, acme, clock):
    for number in range(120):
        client.get(f"{SHELL}/_dash-layout", headers=bearer(f"a.b.c{number}"))
    client.get(f"{SHELL}/_dash-layout", headers=bearer(signer.token(filters=None)))
    codes = [one.code for one in entries(store, acme)]
    assert (codes.count("malformed"), codes.count("bad_claim")) == (100, 1)

    clock.advance(seconds=10)
    client.get(f"{SHELL}/_dash-layout", headers=bearer("a.b.c"))
    assert [one.code for one in entries(store, acme)].count("malformed") == 101


@pytest.mark.parametrize("path", [f"{SHELL}/_dash-layout", DATA])
def test_a_revoked_key_is_named_in_its_orgs_log_and_nowhere_else(client, signer, store, acme, path):
    with store.changing() as session:
        keys.revoke_key(session, signer.key_id, now=2)

    answer = client.get(path, headers=bearer(signer.token()))

    assert (answer.status_code, answer.json["error"]["message"]) == (401, "This view has ended.")
    (entry,) = entries(store, acme)
    assert entry.code == "revoked_key"
    assert entry.message == f"the key {signer.key_id} was revoked on 1970-01-01"
    assert entry.key_id == signer.key_id


def test_a_panel_that_is_not_granted_is_not_there_and_the_log_says_which(
    client, signer, store, acme
):
    path = "/api/v1/dashboards/operations/panels/conversations.search_term.csv"
    answer = client.get(path, headers=bearer(signer.token()))

    assert (answer.status_code, answer.json["error"]["message"]) == (404, "There is nothing here.")
    said = {one.code: one.message for one in entries(store, acme)}
    assert said == {
        "taken": "",
        "foreign": "there is no panel conversations.search_term on operations",
    }


def test_the_log_keeps_the_last_thousand(store, acme):
    entry = embed_log.Entry(0, "x", "m" * 999, "d", "k", "v\x00", "t")
    with store.writing(acme) as session:
        for number in range(1_005):
            embed_log.log(session, acme, entry._replace(at=number))
        found = embed_log.last_entries(session, acme)
        assert (len(found), found[0].at, found[-1].at) == (1_000, 1_004, 5)

        for number in range(105):
            embed_log.log(session, acme, entry._replace(at=2_000 + number, code="no_token"))

    found = entries(store, acme)
    strange, known = found[:100], found[100:]
    assert {one.code for one in strange} == {"no_token"}
    assert (strange[0].at, strange[-1].at) == (2_104, 2_005)
    assert (len(known), known[0].at, known[-1].at) == (900, 1_004, 105)
    assert (len(known[0].message), known[0].viewer) == (300, "v?")


def test_a_thousand_of_strangers_are_kept_where_nothing_else_is(store, acme):
    entry = embed_log.Entry(0, "bad_signature", "m", "d", "k", "v", "t")
    with store.writing(acme) as session:
        for number in range(1_005):
            embed_log.log(session, acme, entry._replace(at=number))
        embed_log.log(session, acme, entry._replace(at=9_999, code="taken"))

    found = entries(store, acme)
    assert (len(found), found[0].code, found[-1].at) == (1_000, "taken", 6)


def test_no_token_and_no_secret_stands_in_a_log(client, signer, caplog):
    """Nor in what the org itself reads of it."""
    caplog.set_level("DEBUG")
    good, bad = signer.token(), signer.token(filter={})
    page = exchange(client, good).json["token"]
    for token in (good, bad, page):
        client.get(DATA, headers=bearer(token))
        client.get(f"{SHELL}/_dash-layout", headers=bearer(token))

    for secret in (good, bad, page, signer.secret):
        assert secret not in caplog.text
        assert secret.split(".")[-1] not in caplog.text


def test_a_log_that_cannot_be_written_is_in_nobodys_way(client, signer, monkeypatch):
    from sqlalchemy.exc import OperationalError

    def fails(*_args):
        raise OperationalError("x", {}, Exception("disk"))

    monkeypatch.setattr(embed_log, "log", fails)

    assert exchange(client, signer.token()).status_code == 200
