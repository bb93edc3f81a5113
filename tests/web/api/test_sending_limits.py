"""How much may be sent: per key and per org, the same for all workers."""

from dataclasses import replace

import pytest

from dashapp.domain.secrets.keys import KeyKind
from dashapp.store.orgs import keys, orgs
from tests.web.api.sending import count, one


def limited(server, **limits):
    """The same app with other limits."""
    here = server.extensions["dashapp"]
    server.extensions["dashapp"] = replace(here, settings=replace(here.settings, **limits))


def test_beyond_the_limit_is_a_429_that_says_when(post, server, store, acme):
    limited(server, key_events_per_minute=10)
    assert post([one(id=str(n)) for n in range(8)]).status_code == 200

    answer = post([one(id=f"x{n}") for n in range(5)])

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "18")
    assert "10 events a minute" in answer.json["error"]["message"]
    assert count(store, acme) == 8


def test_bad_events_and_empty_bodies_use_up_the_limit_too(post, server):
    limited(server, org_events_per_minute=3)

    assert [post([7]).status_code, post([]).status_code, post([one()]).status_code] == [
        207,
        200,
        200,
    ]
    assert post([one()]).status_code == 429


def test_a_key_without_room_is_refused_before_its_body_is_read(post, server, monkeypatch):
    limited(server, key_events_per_minute=1)
    post([one()])
    monkeypatch.setattr("dashapp.web.api.events._body", pytest.fail)

    assert post([one()]).status_code == 429


def test_a_key_and_an_org_can_have_limits_of_their_own(post, server, store, acme, rival):
    with store.changing() as session:
        _, slow = keys.insert_key(session, acme.org_id, KeyKind.INGEST, now=1, events_per_minute=1)
        orgs.set_org(session, rival.org_id, events_per_minute=2)
        _, theirs = keys.insert_key(session, rival.org_id, KeyKind.INGEST, now=1)

    assert [post([one()], secret=slow).status_code for _ in range(2)] == [200, 429]
    assert [post([one()], secret=theirs).status_code for _ in range(3)] == [200, 200, 429]
    assert post([one(id="free")]).status_code == 200
