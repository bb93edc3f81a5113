"""One client for many orgs: one thread, and no org waits for another one."""

import logging
import threading
import time

import pytest
from dashapp_client import Client, Sender, courier

ACME, RIVAL = "dash_ingest_" + "a" * 44 + "Acme", "dash_ingest_" + "r" * 44 + "Rivl"
NEVER = 60  # seconds


def wait_for(condition) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def threads() -> int:
    return sum(thread.name == "dashapp-client" for thread in threading.enumerate())


def test_one_thread_sends_the_events_of_each_org_with_its_key(server):
    before = threads()
    with Client(server.url, every=NEVER) as dash:
        for number in range(40):
            dash.for_org(f"key-{number}").send("page.viewed", id=f"{number}-a")
            dash.for_org(f"key-{number}").send("page.viewed", id=f"{number}-b")
        assert threads() <= before + 1

    for number in range(40):
        assert server.ids(f"key-{number}") == [[f"{number}-a", f"{number}-b"]]
    assert dash.statistics == (0, 80, 0, 0, 0)


def test_fast_responses_need_four_connections(server, monkeypatch):
    monkeypatch.setattr(courier, "_PATIENCE", NEVER)
    with Client(server.url, every=0.01) as dash:
        for number in range(300):
            dash.for_org(f"key-{number % 30}").send("page.viewed")

    assert server.connections <= 4


def test_slow_responses_have_at_most_64_connections(server, monkeypatch):
    monkeypatch.setattr(courier, "_PATIENCE", 0)
    keys = [f"key-{number}" for number in range(80)]
    server.held = dict.fromkeys(keys, "after")
    dash = Client(server.url, every=0.01, timeout=NEVER)
    for key in keys:
        dash.for_org(key).send("page.viewed")
    wait_for(lambda: server.connections >= 64)

    assert dash.flush(timeout=0.2) is False
    assert server.connections == 64
    dash.close(timeout=0)


def test_an_org_is_a_sender_like_the_client(server):
    with Client(server.url, ACME) as dash:
        acme, rival = dash.for_org(ACME), dash.for_org(RIVAL)
        assert all(isinstance(sender, Sender) for sender in (dash, acme, rival))
        dash.send("page.viewed")
        acme.send("page.viewed")
        rival.send("page.viewed")
        assert rival.flush(30) is True

        assert rival.statistics == (0, 1, 0, 0, 0)
    assert acme.statistics == (0, 2, 0, 0, 0)
    assert dash.statistics == (0, 3, 0, 0, 0)
    assert rival.send("page.viewed") is False


@pytest.mark.parametrize("place", ["before", "after", "within"])
@pytest.mark.parametrize("slow_orgs", [1, 20])
def test_an_org_with_slow_responses_holds_up_no_other(server, place, slow_orgs):
    slow = [f"slow-{number}" for number in range(slow_orgs)]
    server.held = dict.fromkeys(slow, place)
    dash = Client(server.url, every=0.01, timeout=NEVER)
    for key in slow:
        dash.for_org(key).send("page.viewed", properties={"text": "x" * 20_000})
    acme = dash.for_org(ACME)
    acme.send("page.viewed")

    assert acme.flush(30) is True
    assert acme.statistics.accepted == 1
    assert dash.statistics.waiting == slow_orgs
    dash.close(timeout=0)


def test_a_large_batch_that_the_server_does_not_read_holds_up_no_other(server):
    server.held = {RIVAL: "before"}
    dash = Client(server.url, every=0.01, timeout=NEVER)
    rival, acme = dash.for_org(RIVAL), dash.for_org(ACME)
    for number in range(30):
        text = "".join(chr(33 + (number * i * i + i) % 90) for i in range(30_000))
        rival.send("page.viewed", properties={"text": text})
    wait_for(lambda: dash._courier and dash._courier._under_way)
    acme.send("page.viewed")

    assert acme.flush(30) is True
    dash.close(timeout=0)


@pytest.mark.parametrize(
    "fault",
    [
        (429, {"Retry-After": "3600"}, {}),
        (503, {"Retry-After": "3600"}, {}),
        (401, {}, {"error": {"code": "unauthorized"}}),
        (500, {}, {}),
        ("cut", {}, None),
    ],
)
def test_an_org_that_fails_holds_up_no_other(server, fault):
    server.faults = {RIVAL: fault}
    dash = Client(server.url, every=0.01)
    rival, acme = dash.for_org(RIVAL), dash.for_org(ACME)
    rival.send("page.viewed")
    wait_for(lambda: server.ids(RIVAL))
    for _ in range(20):
        acme.send("page.viewed")
        rival.send("page.viewed")
        assert acme.flush(30) is True

    assert acme.statistics == (0, 20, 0, 0, 0)
    assert rival.statistics.accepted == 0
    wait_for(lambda: rival.statistics.waiting + rival.statistics.rejected == 21)
    dash.close(timeout=0)


def test_a_slow_org_is_retried_under_the_same_ids(server):
    server.held = {RIVAL: "after"}
    dash = Client(server.url, every=0.01, timeout=0.2)
    rival = dash.for_org(RIVAL)
    rival.send("page.viewed", id="a")
    wait_for(lambda: len(server.ids(RIVAL)) >= 3)
    server.held = {}

    assert rival.flush(30) is True
    assert {tuple(ids) for ids in server.ids(RIVAL)} == {("a",)}
    assert rival.statistics == (0, 1, 0, 0, 0)
    assert dash.close() is True


def test_an_org_that_cannot_send_does_not_use_up_the_room_of_others(server, caplog):
    server.faults = {RIVAL: (429, {"Retry-After": "3600"}, {})}
    dash = Client(server.url, every=NEVER, batch=10, most_waiting=100)
    rival, acme = dash.for_org(RIVAL), dash.for_org(ACME)
    for _ in range(200):
        rival.send("page.viewed")
    wait_for(lambda: server.ids(RIVAL))

    assert all(acme.send("page.viewed", id=str(number)) for number in range(9))
    assert dash.statistics.waiting == 100
    assert rival.statistics == (91, 0, 0, 0, 109)
    assert acme.flush(30) is True
    assert acme.statistics == (0, 9, 0, 0, 0)
    assert f"events of the org with the key …{RIVAL[-4:]} dropped" in caplog.text
    dash.close(timeout=0)


def test_orgs_share_a_full_queue_equally(server):
    server.http.server_close()
    dash = Client(server.url, every=NEVER, most_waiting=100)
    for key in ("a", "b", "c", "d"):
        for _ in range(200):
            dash.for_org(key).send("page.viewed")

    waiting = [dash.for_org(key).statistics.waiting for key in ("a", "b", "c", "d")]
    assert sum(waiting) == 100
    assert min(waiting) >= 24
    assert dash.statistics.dropped == 700
    dash.close(timeout=0)


def test_rejected_events_are_reported_to_their_org(server, caplog):
    server.faults = {RIVAL: (401, {}, {"error": {"code": "unauthorized"}})}
    reported = []
    with caplog.at_level(logging.ERROR), Client(server.url, on_rejected=lambda event, _: reported.append(("client", event["id"]))) as dash:  # fmt: skip
        rival = dash.for_org(RIVAL)
        dash.for_org(RIVAL, on_rejected=lambda event, _: reported.append(("rival", event["id"])))
        rival.send("page.viewed", id="a")
        dash.flush()
        server.faults[ACME] = server.faults[RIVAL]
        dash.for_org(ACME).send("page.viewed", id="b")

    assert reported == [("rival", "a"), ("client", "b")]
    assert RIVAL[-4:] in caplog.text
    assert "dash_ingest" not in caplog.text


def test_a_client_without_a_key_says_how_to_send(server):
    with Client(server.url) as dash, pytest.raises(ValueError, match=r"for_org\(key\)"):
        dash.send("page.viewed")


@pytest.mark.parametrize("key", ["a\nb", "schlüssel", None, b"dash_ingest_x"])
def test_an_invalid_key_of_an_org_is_rejected(server, key):
    with Client(server.url) as dash, pytest.raises(ValueError, match="must be an ingest key"):
        dash.for_org(key)


def test_flushing_one_org_sends_only_its_events(server):
    dash = Client(server.url, every=NEVER)
    dash.for_org(ACME).send("page.viewed")
    dash.for_org(RIVAL).send("page.viewed")

    assert dash.for_org(ACME).flush(30) is True
    assert server.ids(RIVAL) == []
    assert dash.close() is True
    assert len(server.ids(RIVAL)) == 1
