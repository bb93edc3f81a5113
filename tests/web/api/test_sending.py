"""`POST /api/v1/events`: a verdict for each event, acknowledged after the commit."""

import gzip
import json

import pytest

from dashapp.store.orgs import keys
from tests import factories
from tests.web.api.sending import URL, count, one


@pytest.mark.parametrize("shape", [lambda e: e, lambda e: {"events": e}])
def test_an_array_or_an_object_of_events_is_stored(post, store, acme, shape):
    answer = post(shape([one(), one(id="b")]))

    assert (answer.status_code, answer.json) == (
        200,
        {"accepted": 2, "duplicates": 0, "rejected": []},
    )
    assert count(store, acme) == 2


def test_ndjson_is_an_event_a_line(post, store, acme):
    body = b'{"id":"a","type":"page.viewed"}\n\n{"id":\n{"id":"b","type":"page.viewed"}'

    answer = post(body, "application/x-ndjson")

    assert answer.status_code == 207
    assert (answer.json["accepted"], answer.json["duplicates"]) == (2, 0)
    assert [(r["index"], r["code"]) for r in answer.json["rejected"]] == [(1, "invalid_json")]


def test_gzip_is_unpacked(post, store, acme):
    answer = post(gzip.compress(json.dumps([one()]).encode()), Content_Encoding="gzip")

    assert answer.json["accepted"] == 1


def test_every_event_gets_a_verdict_and_none_of_the_good_ones_is_lost(post, store, acme):
    post([one(id="old")])
    answer = post(
        [
            one(id="new"),
            one(id="old"),
            one(id="old", user="u"),
            one(type="X"),
            7,
            one(id="n", properties={"a": "\ud800"}),
            one(id="last", occurred_at="2026-11-20T09:00:00Z"),
        ]
    )

    assert answer.status_code == 207
    assert (answer.json["accepted"], answer.json["duplicates"]) == (2, 1)
    assert [(r["index"], r["code"]) for r in answer.json["rejected"]] == [
        (2, "conflict"),
        (3, "invalid_type"),
        (4, "not_an_object"),
        (5, "invalid_text"),
    ]
    assert all(len(r["message"]) > 20 for r in answer.json["rejected"])
    assert count(store, acme) == 3


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
def test_a_bad_event_is_refused_alone(post, event, code):
    answer = post(b"[" + event + b"]")

    assert answer.status_code == 207
    assert answer.json["rejected"][0]["code"] == code


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
def test_a_body_that_is_no_batch_is_a_400(post, body):
    answer = post(body)

    assert answer.status_code == 400
    assert set(answer.json["error"]) == {"code", "message", "request_id"}


def test_an_empty_batch_is_nothing(post):
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
def test_what_is_not_json_in_utf_8_is_a_415(post, content_type, headers):
    assert post(b"[]", content_type, **headers).status_code == 415


@pytest.mark.parametrize("damage", [lambda b: b[:-4], lambda b: b + b"x", lambda _: b"[]"])
def test_damaged_gzip_is_a_400(post, damage):
    assert post(damage(gzip.compress(b"[]")), Content_Encoding="gzip").status_code == 400


def test_sizes_are_limited_before_anything_is_parsed(post, monkeypatch):
    monkeypatch.setattr("dashapp.domain.events.batches._parsed", pytest.fail)
    bomb = gzip.compress(b" " * 500_000_000, 9)

    assert post(b" " * 1_000_001).status_code == 413
    assert post(b" " * 2_000_000).status_code == 413
    assert len(bomb) < 1_000_000
    assert post(bomb, Content_Encoding="gzip").status_code == 413


def test_a_thousand_events_and_not_one_more(post):
    events = [one(id=str(n)) for n in range(1001)]

    assert post(events[:1000]).json["accepted"] == 1000
    answer = post(events)
    assert answer.status_code == 413
    assert "1,000" in answer.json["error"]["message"]


def test_only_an_ingest_key_that_holds_may_send(post, server, store, acme, key):
    _, read = factories.add_key(store, acme)

    assert post([one()], secret="dash_ingest_typo").status_code == 401
    assert post([one()], secret=read).status_code == 403
    assert server.test_client().post(f"{URL}?key={key[1]}", json=[one()]).status_code == 401
    with store.changing() as session:
        keys.revoke_key(session, key[0], now=1)
    assert post([one()]).status_code == 401
    assert count(store, acme) == 0


def test_events_go_to_the_org_of_the_key_whatever_they_say(post, store, acme, rival):
    post([one(properties={"org": "rival", "org_id": rival.org_id})])
    assert post([one(id="b", org="rival")]).json["rejected"][0]["code"] == "unknown_key"

    assert (count(store, acme), count(store, rival)) == (1, 0)


def test_a_commit_that_fails_is_not_acknowledged(post, store, acme, monkeypatch):
    from sqlalchemy.exc import OperationalError

    def down(*_args, **_kwargs):
        raise OperationalError("COMMIT", {}, Exception("disk full"))

    monkeypatch.setattr("dashapp.web.api.events.ingest", down)

    assert post([one()]).status_code == 503
    assert count(store, acme) == 0


def test_the_first_event_of_the_board_can_be_sent_as_it_shows(post, server, store, acme):
    """The curl line that an empty board shows."""
    import re

    from dashapp.board.states import first_event

    command = first_event("acme", "http://x").children[2].children.children
    body = re.search(r"-d '(\[.*?\])'", command)[1]

    assert post(body.encode()).json["accepted"] == 1


def test_a_key_in_basic_or_in_the_address_is_refused(server, key, store, acme):
    client = server.test_client()
    import base64

    basic = base64.b64encode(f"x:{key[1]}".encode()).decode()
    for headers in ({"Authorization": f"Basic {basic}"}, {"Authorization": key[1]}, {}):
        url = f"{URL}?access_token={key[1]}&key={key[1]}"
        assert client.post(url, json=[one()], headers=headers).status_code == 401
    assert count(store, acme) == 0


def test_a_revoked_key_is_refused_by_every_worker_at_its_next_request(
    post, store, key, database_url
):
    from dashapp.store.engine import Store

    second = Store(database_url)
    other = factories.app(second).test_client()
    headers = {"Authorization": f"Bearer {key[1]}"}
    assert other.post(URL, json=[one()], headers=headers).status_code == 200

    with store.changing() as session:
        keys.revoke_key(session, key[0], now=1)

    assert other.post(URL, json=[one()], headers=headers).status_code == 401
    second.close()


def test_an_answer_lost_after_the_commit_and_a_retry_make_one_row(post, store, acme, monkeypatch):
    """T109."""
    with monkeypatch.context() as patch:
        patch.setattr("dashapp.web.api.events.jsonify", lambda *_: 1 / 0)
        assert post([one()]).status_code == 500
    assert count(store, acme) == 1

    assert post([one()]).json == {"accepted": 0, "duplicates": 1, "rejected": []}
    assert count(store, acme) == 1
