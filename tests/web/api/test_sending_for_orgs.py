"""One request has events of many orgs. Each org is stored by itself, and each event has a verdict."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from dashapp.domain.secrets.keys import KeyKind, KeyScope
from dashapp.store.events.rejections import latest_rejections
from dashapp.store.installation.keys import insert_installation_key, revoke_installation_key
from dashapp.store.receiving import for_orgs
from tests.web.api.sending import count_events, raw_event

pytestmark = pytest.mark.both_databases


def installation_key(store, kind=KeyKind.INGEST, scopes=(KeyScope.EVENTS,), per_minute=None):
    with store.write_shared() as session:
        return insert_installation_key(
            session, kind, f"{kind}-{per_minute}", scopes, events_per_minute=per_minute, now=1
        )


@pytest.fixture
def secret(store):
    return installation_key(store)[1]


def codes(response) -> list[tuple[int, str]]:
    return [(verdict["index"], verdict["code"]) for verdict in response.json["rejected"]]


def set_limit(store, owner, per_minute) -> None:
    with store.write_shared() as session:
        session.execute(
            text("UPDATE orgs SET events_per_minute = :n WHERE slug = :slug"),
            {"n": per_minute, "slug": owner.org.slug},
        )


def test_each_event_goes_to_the_org_that_it_names(post, store, acme, rival, secret):
    response = post(
        [raw_event(org="acme"), raw_event(org="rival"), raw_event(id="b", org="acme")],
        secret=secret,
    )

    assert (response.status_code, response.json) == (
        200,
        {"accepted": 3, "duplicates": 0, "rejected": []},
    )
    assert count_events(store, acme) == 2
    assert count_events(store, rival) == 1


def test_lines_name_their_org_too(post, store, acme, secret):
    body = b'{"id":"a","type":"page.viewed","org":"acme"}\n{"id":\n{"id":"b","type":"page.viewed"}'

    response = post(body, "application/x-ndjson", secret=secret)

    assert codes(response) == [(1, "invalid_json"), (2, "unknown_org")]
    assert count_events(store, acme) == 1


def test_every_event_gets_a_verdict_in_the_order_of_the_sender(post, store, acme, rival, secret):
    post([raw_event(id="old", org="rival")], secret=secret)
    response = post(
        [
            raw_event(org="nobody"),
            raw_event(id="old", org="rival", user="u"),
            raw_event(org="acme"),
            raw_event(org="rival", type="X"),
            raw_event(id="old", org="rival"),
            raw_event(),
            raw_event(org=7),
            raw_event(org="~1"),
            7,
            raw_event(org="acme", properties={"a": 10**30}),
        ],
        secret=secret,
    )

    assert response.status_code == 207
    assert (response.json["accepted"], response.json["duplicates"]) == (1, 1)
    assert codes(response) == [
        (0, "unknown_org"),
        (1, "conflict"),
        (3, "invalid_type"),
        (5, "unknown_org"),
        (6, "unknown_org"),
        (7, "unknown_org"),
        (8, "not_an_object"),
        (9, "invalid_number"),
    ]
    with store.read(rival) as session:
        assert {row.code for row in latest_rejections(session, rival)} == {"conflict", "invalid_type"}  # fmt: skip


def test_a_key_of_an_org_cannot_send_into_another(post, store, acme, rival):
    response = post([raw_event(org="rival"), raw_event(id="b", org="acme")])

    assert codes(response) == [(0, "unknown_key"), (1, "unknown_key")]
    assert count_events(store, rival) == 0


def test_an_admin_key_needs_the_scope_events(post, store, acme):
    allowed = installation_key(store, KeyKind.ADMIN, [KeyScope.EVENTS], per_minute=1)[1]
    other = installation_key(store, KeyKind.ADMIN, [KeyScope.ORGS], per_minute=2)[1]

    assert post([raw_event(org="acme")], secret=allowed).json["accepted"] == 1
    assert post([raw_event(id="b", org="acme")], secret=other).status_code == 403


def test_a_revoked_key_sends_nothing(post, store, acme):
    key_id, secret = installation_key(store)
    with store.write_shared() as session:
        revoke_installation_key(session, key_id, now=2)

    assert post([raw_event(org="acme")], secret=secret).status_code == 401


def test_an_org_at_its_limit_holds_up_no_other(post, store, acme, rival, secret):
    set_limit(store, acme, 2)
    events = [raw_event(id=str(n), org="acme") for n in range(4)] + [raw_event(org="rival")]

    response = post(events, secret=secret)

    assert response.status_code == 207
    assert response.json["accepted"] == 3
    assert codes(response) == [(2, "try_again"), (3, "try_again")]
    assert response.headers["Retry-After"] == "30"
    assert (count_events(store, acme), count_events(store, rival)) == (2, 1)


def test_events_beyond_the_limit_can_be_sent_again(post, store, acme, secret, clock):
    set_limit(store, acme, 2)
    events = [raw_event(id=str(n), org="acme") for n in range(3)]
    post(events, secret=secret)
    clock.advance(seconds=30)

    assert post(events[2:], secret=secret).json["accepted"] == 1
    assert count_events(store, acme) == 3


def test_the_limit_of_a_key_is_for_all_orgs_together(post, store, acme, rival, clock):
    secret = installation_key(store, per_minute=3)[1]
    events = [raw_event(org="acme"), raw_event(org="rival")]

    assert post(events, secret=secret).status_code == 200
    refused = post(events, secret=secret)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "20")
    assert post([raw_event(id=str(n), org="acme") for n in range(4)], secret=secret).status_code in {413, 429}  # fmt: skip
    clock.advance(seconds=20)
    assert post(events, secret=secret).json["duplicates"] == 2


def test_an_org_whose_database_fails_is_sent_again(post, store, acme, rival, secret, monkeypatch):
    receive = for_orgs.receive

    def fail_for_acme(session, scope, *args, **options):
        outcome = receive(session, scope, *args, **options)
        if scope.org.slug == "acme":
            raise OperationalError("COMMIT", {}, Exception("disk full"))
        return outcome

    monkeypatch.setattr(for_orgs, "receive", fail_for_acme)
    events = [raw_event(org="acme"), raw_event(org="rival"), raw_event(org="acme", type="X")]

    response = post(events, secret=secret)

    assert (response.json["accepted"], codes(response)) == (1, [(0, "try_again"), (2, "try_again")])
    assert (count_events(store, acme), count_events(store, rival)) == (0, 1)
    monkeypatch.undo()
    assert post(events, secret=secret).json["duplicates"] == 1
    assert count_events(store, acme) == 1


def test_a_busy_org_does_not_keep_the_others_waiting(post, store, acme, rival, secret, monkeypatch):
    """The lock of Acme is taken while the request runs."""
    if store.is_sqlite:
        pytest.skip("SQLite has one lock for all orgs")
    with store.write(acme) as session:
        session.execute(text("SELECT 1 FROM org_states FOR UPDATE"))
        monkeypatch.setattr(store, "write", store.write_at_once)  # or it waits for 5 seconds
        response = post([raw_event(org="acme"), raw_event(org="rival")], secret=secret)

    assert (response.json["accepted"], codes(response)) == (1, [(0, "try_again")])
    assert count_events(store, rival) == 1


def test_a_late_org_is_told_to_send_again(post, store, acme, secret, monkeypatch):
    monkeypatch.setattr(for_orgs, "_SECONDS", -1.0)

    response = post([raw_event(org="acme")], secret=secret)

    assert codes(response) == [(0, "try_again")]
    assert response.headers["Retry-After"] == "1"
