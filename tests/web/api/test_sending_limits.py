"""Rate limits for events, per key and per org, shared by all workers."""

from dataclasses import replace

import pytest

from dashapp.domain.secrets.keys import KeyKind
from dashapp.store.orgs import keys, orgs
from tests.web.api.sending import count_events, raw_event


def set_limits(server, **limits):
    """Give the server other limits."""
    services = server.extensions["dashapp"]
    server.extensions["dashapp"] = replace(services, settings=replace(services.settings, **limits))


@pytest.mark.both_databases
def test_exceeding_the_limit_is_a_429_that_says_when_to_retry(post, server, store, acme):
    set_limits(server, key_events_per_minute=10)
    assert post([raw_event(id=str(n)) for n in range(8)]).status_code == 200

    response = post([raw_event(id=f"x{n}") for n in range(5)])

    assert (response.status_code, response.headers["Retry-After"]) == (429, "18")
    assert "10 events per minute" in response.json["error"]["message"]
    assert count_events(store, acme) == 8


def test_invalid_events_and_empty_batches_count_towards_the_limit(post, server):
    set_limits(server, org_events_per_minute=3)

    assert [post([7]).status_code, post([]).status_code, post([raw_event()]).status_code] == [
        207,
        200,
        200,
    ]
    assert post([raw_event()]).status_code == 429


def test_a_refused_body_counts_by_its_size(post, server):
    set_limits(server, org_events_per_minute=100)
    body = b"[" + b"{}," * 20_000 + b"{}]"

    assert [post(body).status_code, post([raw_event()]).status_code] == [413, 200]  # over the limit
    set_limits(server, org_events_per_minute=200)
    assert [post(body).status_code for _ in range(3)] == [413, 429, 429]


def test_a_key_at_its_limit_is_refused_before_its_body_is_read(post, server, monkeypatch):
    set_limits(server, key_events_per_minute=1)
    post([raw_event()])
    monkeypatch.setattr("dashapp.web.api.events._body", pytest.fail)

    assert post([raw_event()]).status_code == 429


def test_a_key_and_an_org_can_have_their_own_limits(post, server, store, acme, rival):
    with store.write_shared() as session:
        _, limited_secret = keys.insert_key(
            session, acme, KeyKind.INGEST, now=1, events_per_minute=1
        )
        orgs.set_org(session, rival, events_per_minute=2)
        _, rival_secret = keys.insert_key(session, rival, KeyKind.INGEST, now=1)

    assert [post([raw_event()], secret=limited_secret).status_code for _ in range(2)] == [200, 429]
    assert [post([raw_event()], secret=rival_secret).status_code for _ in range(3)] == [
        200,
        200,
        429,
    ]
    assert post([raw_event(id="free")]).status_code == 200
