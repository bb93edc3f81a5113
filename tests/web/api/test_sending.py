"""`POST /api/v1/events` returns a result for each event, after the commit."""

import gzip
import json

import pytest

from dashapp.domain.events import batches
from dashapp.store.orgs import keys
from tests import factories
from tests.web.api.sending import URL, count_events, raw_event


@pytest.mark.parametrize("wrap", [lambda e: e, lambda e: {"events": e}])
def test_an_array_or_an_object_of_events_is_stored(post, store, acme, wrap):
    response = post(wrap([raw_event(), raw_event(id="b")]))

    assert (response.status_code, response.json) == (
        200,
        {"accepted": 2, "duplicates": 0, "rejected": []},
    )
    assert count_events(store, acme) == 2


def test_ndjson_has_one_event_per_line(post, store, acme):
    body = b'{"id":"a","type":"page.viewed"}\n\n{"id":\n{"id":"b","type":"page.viewed"}'

    response = post(body, "application/x-ndjson")

    assert response.status_code == 207
    assert (response.json["accepted"], response.json["duplicates"]) == (2, 0)
    assert [(rejection["index"], rejection["code"]) for rejection in response.json["rejected"]] == [
        (1, "invalid_json")
    ]


def test_gzip_is_decompressed(post, store, acme):
    response = post(gzip.compress(json.dumps([raw_event()]).encode()), Content_Encoding="gzip")

    assert response.json["accepted"] == 1


@pytest.mark.both_databases
def test_every_event_gets_a_result_and_no_valid_event_is_lost(post, store, acme):
    post([raw_event(id="old")])
    response = post(
        [
            raw_event(id="new"),
            raw_event(id="old"),
            raw_event(id="old", user="u"),
            raw_event(type="X"),
            7,
            raw_event(id="n", properties={"a": "\ud800"}),
            raw_event(id="last", occurred_at="2026-11-20T09:00:00Z"),
        ]
    )

    assert response.status_code == 207
    assert (response.json["accepted"], response.json["duplicates"]) == (2, 1)
    assert [(rejection["index"], rejection["code"]) for rejection in response.json["rejected"]] == [
        (2, "conflict"),
        (3, "invalid_type"),
        (4, "not_an_object"),
        (5, "invalid_text"),
    ]
    assert all(len(rejection["message"]) > 20 for rejection in response.json["rejected"])
    assert count_events(store, acme) == 3


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (b'{"id":"a","type":"page.viewed","id":"b"}', "duplicate_key"),
        (b'{"id":"a","type":"page.viewed","properties":{"x":[{"y":1,"y":2}]}}', "duplicate_key"),
        (b'{"id":"a","type":"page.viewed","properties":{"x":1e400}}', "invalid_number"),
        (b'{"id":"a","type":"page.viewed","properties":{"x":9223372036854775808}}', "invalid_number"),
        (b'{"id":"a\\u0000","type":"page.viewed"}', "invalid_id"),
        (b'{"id":"a","type":"page.viewed","properties":' + b'{"a":' * 700 + b"1" + b"}" * 701, "properties_too_deep"),
        (b'{"id":1,"type":"page.viewed"}', "invalid_id"),
        (b'{"id":"a","type":"page.viewed","project":true}', "invalid_project"),
    ],
)  # fmt: skip
def test_an_invalid_event_is_rejected_by_itself(post, event, code):
    response = post(b"[" + event + b"]")

    assert response.status_code == 207
    assert response.json["rejected"][0]["code"] == code


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"7",
        b'"x"',
        b"{}",
        b'{"id":"a","type":"page.viewed"}',
        b'{"events":[],"more":1}',
        b'{"events":[],"events":[]}',
        b"[NaN]",
        b"[Infinity]",
        b"[] []",
        b"[",
        b"\xef\xbb\xbf[]",
        b'["\xff"]',
        b"[" * 100_000,
    ],
)
def test_a_body_that_is_not_a_batch_is_a_400(post, body):
    response = post(body)

    assert response.status_code == 400
    assert set(response.json["error"]) == {"code", "message", "request_id"}


def test_an_empty_batch_stores_nothing(post):
    assert post([]).json == {"accepted": 0, "duplicates": 0, "rejected": []}


@pytest.mark.parametrize(
    ("content_type", "headers"),
    [
        ("text/plain", {}),
        ("application/x-www-form-urlencoded", {}),
        ("application/json; charset=utf-16", {}),
        ("application/json", {"Content_Encoding": "br"}),
        ("application/json", {"Content_Encoding": "gzip, gzip"}),
    ],
)
def test_a_body_that_is_not_utf_8_json_is_a_415(post, content_type, headers):
    assert post(b"[]", content_type, **headers).status_code == 415


@pytest.mark.parametrize("damage", [lambda b: b[:-4], lambda b: b + b"x", lambda _: b"[]"])
def test_damaged_gzip_is_a_400(post, damage):
    assert post(damage(gzip.compress(b"[]")), Content_Encoding="gzip").status_code == 400


def test_size_limits_apply_before_parsing(post, monkeypatch):
    monkeypatch.setattr("dashapp.domain.events.batches._Parser", pytest.fail)
    bomb = gzip.compress(b" " * 50_000_000, 9)

    assert post(b" " * 1_000_001).status_code == 413
    assert post(b" " * 2_000_000).status_code == 413
    assert len(bomb) < 1_000_000
    assert post(bomb, Content_Encoding="gzip").status_code == 413


def test_a_batch_has_at_most_a_thousand_events(post):
    events = [raw_event(id=str(n)) for n in range(1001)]

    assert post(events[:1000]).json["accepted"] == 1000
    response = post(events)
    assert response.status_code == 413
    assert "1,000" in response.json["error"]["message"]


BOMBS = {
    "Too many events": (
        b"[" + b"{}," * 1_600_000 + b"{}]", b"[" + b"1," * 2_400_000 + b"1]",
        b'{"events": [' + b"{}," * 1_600_000 + b"{}]}", b"1\n" * 2_400_000, b"[]\r\n" * 1_001,
    ),
    "too many objects": (
        b'[{"type": "a.b", "properties": {"a": [' + b"{}," * 1_600_000 + b"{}]}}]",
    ),
    "Invalid JSON": (b"[" * 4_900_000, b'[{"a":' * 800_000, b"[" + b'"' * 4_900_000),
    "Send a JSON array": (b'{"a": [' + b"{}," * 1_600_000 + b"{}]}", b'"' + b"a" * 4_900_000 + b'"'),
}  # fmt: skip


@pytest.mark.parametrize(
    ("message", "bomb"), [(text, bomb) for text, bombs in BOMBS.items() for bomb in bombs]
)
def test_a_small_body_that_unpacks_to_much_is_refused_early(
    post, store, acme, monkeypatch, message, bomb
):
    made = []
    make = batches._Parser._object
    monkeypatch.setattr(batches._Parser, "_object", lambda *given: made.append(1) or make(*given))
    kind = "application/x-ndjson" if bomb[:1] == b"1" or bomb[:2] == b"[]" else "application/json"

    response = post(gzip.compress(bomb, 9), kind, Content_Encoding="gzip")

    assert response.status_code in {400, 413}
    assert message in response.json["error"]["message"]
    assert len(made) <= 100_001
    assert count_events(store, acme) == 0


@pytest.mark.parametrize(
    "body",
    [
        b"[1,]", b"[,1]", b"[1] x", b"[1]]", b'{"events":[1],"x":2}', b'{"events":[1]',
        b'{"events":[1]]', b'{"events":[1],"events":[2]}', b"[1 2]", b"[NaN]", b"", b"[", b"\xff[]",
        b'{"events":{}}', b"null",
    ],
)  # fmt: skip
def test_a_body_that_is_not_a_whole_array_is_refused(post, store, acme, body):
    assert post(body).status_code == 400
    assert count_events(store, acme) == 0


@pytest.mark.parametrize("body", [b" [ ] ", b'\n{ "events" :\t[ ] }\r\n', b"[]"])
def test_an_empty_array_is_accepted(post, body):
    assert (post(body).status_code, post(body).json["accepted"]) == (200, 0)


def test_only_a_valid_ingest_key_can_send_events(post, server, store, acme, key):
    _, read_secret = factories.add_key(store, acme)

    assert post([raw_event()], secret="dash_ingest_typo").status_code == 401
    assert post([raw_event()], secret=read_secret).status_code == 403
    assert server.test_client().post(f"{URL}?key={key[1]}", json=[raw_event()]).status_code == 401
    with store.write_shared() as session:
        keys.revoke_key(session, acme, key[0], now=1)
    assert post([raw_event()]).status_code == 401
    assert count_events(store, acme) == 0


@pytest.mark.both_databases
def test_events_always_go_to_the_org_of_the_key(post, store, acme, rival):
    post([raw_event(properties={"org": "rival", "org_id": rival.org_id})])
    assert post([raw_event(id="b", org="rival")]).json["rejected"][0]["code"] == "unknown_key"

    assert (count_events(store, acme), count_events(store, rival)) == (1, 0)


@pytest.mark.both_databases
def test_a_failed_commit_is_not_acknowledged(post, store, acme, monkeypatch):
    from sqlalchemy.exc import OperationalError

    def raise_error(*_args, **_kwargs):
        raise OperationalError("COMMIT", {}, Exception("disk full"))

    monkeypatch.setattr("dashapp.web.api.events.receive", raise_error)

    assert post([raw_event()]).status_code == 503
    assert count_events(store, acme) == 0


def test_the_curl_command_on_an_empty_board_works(post, server, store, acme):
    """The board of an org without events shows this command."""
    import re

    from dash import html

    from dashapp.board.first_run import for_administrators

    card = for_administrators("/app/acme/settings", "http://x", [])
    command = next(part for part in card._traverse() if isinstance(part, html.Code)).children
    body = re.search(r"-d '(\[.*?\])'", command)[1]

    assert post(body.encode()).json["accepted"] == 1


def test_a_key_in_basic_auth_or_in_the_url_is_refused(server, key, store, acme):
    client = server.test_client()
    import base64

    basic = base64.b64encode(f"x:{key[1]}".encode()).decode()
    for headers in ({"Authorization": f"Basic {basic}"}, {"Authorization": key[1]}, {}):
        url = f"{URL}?access_token={key[1]}&key={key[1]}"
        assert client.post(url, json=[raw_event()], headers=headers).status_code == 401
    assert count_events(store, acme) == 0


@pytest.mark.both_databases
def test_every_worker_refuses_a_revoked_key_at_the_next_request(
    post, store, acme, key, database_url
):
    from dashapp.store.engine import Store

    second_store = Store(database_url)
    second_client = factories.app(second_store).test_client()
    headers = {"Authorization": f"Bearer {key[1]}"}
    assert second_client.post(URL, json=[raw_event()], headers=headers).status_code == 200

    with store.write_shared() as session:
        keys.revoke_key(session, acme, key[0], now=1)

    assert second_client.post(URL, json=[raw_event()], headers=headers).status_code == 401
    second_store.close()


@pytest.mark.both_databases
def test_a_retry_after_a_lost_response_stores_the_event_once(post, store, acme, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("dashapp.web.api.schemas.respond", lambda *_: 1 / 0)
        assert post([raw_event()]).status_code == 500
    assert count_events(store, acme) == 1

    assert post([raw_event()]).json == {"accepted": 0, "duplicates": 1, "rejected": []}
    assert count_events(store, acme) == 1
