"""The client against a server that fails: it batches, retries and never blocks."""

import logging
import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from itertools import chain

import pytest
from dashapp_client import Client


def test_events_are_sent_in_batches(server):
    with Client(server.url, "dash_ingest_x", batch=10, every=60) as dash:
        for number in range(25):
            assert dash.send("page.viewed", id=str(number))

    assert [len(batch) for batch in server.batches] == [10, 10, 5]
    assert list(chain.from_iterable(server.ids())) == [str(number) for number in range(25)]
    assert server.headers[0]["Authorization"] == "Bearer dash_ingest_x"
    assert dash.statistics == (0, 25, 0, 0, 0)


def test_an_event_has_the_fields_it_was_given(server):
    at = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    with Client(server.url, "k") as dash:
        dash.send("order.paid", user="u", properties={"n": 1}, channel="api", project="shop", occurred_at=at, id="a")  # fmt: skip
        dash.send("page.viewed")

    first, second = server.batches[0]
    assert first == {
        "id": "a", "type": "order.paid", "user": "u", "properties": {"n": 1}, "channel": "api",
        "project": "shop", "occurred_at": "2026-11-20T09:30:00+00:00",
    }  # fmt: skip
    assert set(second) == {"id", "type", "occurred_at"}
    assert len(second["id"]) == 36


def test_a_partial_batch_is_sent_after_the_interval(server):
    dash = Client(server.url, "k", every=0.05)
    dash.send("page.viewed")

    deadline = time.monotonic() + 5
    while not server.batches and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(server.batches) == 1
    dash.close()


@pytest.mark.parametrize("fault", [(503, {}, {}), (500, {}, {}), ("cut", {}, None)])
def test_a_batch_is_retried_under_the_same_ids(server, fault):
    server.responses = [fault, fault]
    with Client(server.url, "k") as dash:
        dash.send("page.viewed")

    assert len(server.batches) == 3
    assert len({tuple(ids) for ids in server.ids()}) == 1
    assert dash.statistics.accepted == 1


def test_events_wait_while_the_server_is_unreachable(server):
    server.http.server_close()
    dash = Client(server.url, "k")
    dash.send("page.viewed")

    assert dash.flush(timeout=0.3) is False
    assert dash.statistics.waiting == 1
    dash.close(timeout=0)


def test_retry_after_is_honored(server):
    server.responses = [(429, {"Retry-After": "1"}, {})]
    with Client(server.url, "k") as dash:
        dash.send("page.viewed")

    assert server.times[1] - server.times[0] >= 1


def test_rejected_events_are_reported_and_not_retried(server):
    verdict = {"index": 1, "code": "invalid_type", "message": "no"}
    server.responses = [(207, {}, {"accepted": 1, "duplicates": 0, "rejected": [verdict]})]
    rejections = []
    with Client(server.url, "k", on_rejected=lambda event, reason: rejections.append((event["id"], reason))) as dash:  # fmt: skip
        dash.send("page.viewed", id="a")
        dash.send("Not A Type", id="b")

    assert rejections == [("b", verdict)]
    assert len(server.batches) == 1
    assert dash.statistics == (0, 1, 0, 1, 0)


def test_an_invalid_key_is_logged_and_rejects_the_batch(server, caplog):
    server.responses = [(401, {}, {"error": {"code": "unauthorized", "message": "no"}})]
    with caplog.at_level(logging.ERROR), Client(server.url, "k") as dash:
        dash.send("page.viewed")

    assert dash.statistics.rejected == 1
    assert "rejected with status 401" in caplog.text
    assert "dash_ingest" not in caplog.text


def test_one_bad_event_does_not_reject_its_batch(server):
    server.responses = [(400, {}, {}), (400, {}, {})]
    with Client(server.url, "k", batch=4, every=60) as dash:
        for number in range(4):
            dash.send("page.viewed", id=str(number))

    assert server.ids() == [["0", "1", "2", "3"], ["0", "1"], ["0"], ["1"], ["2", "3"]]
    assert dash.statistics.accepted == 4


def test_send_never_waits_and_a_full_queue_drops_events(server, caplog):
    server.http.server_close()
    dash = Client(server.url, "k", most_waiting=100)

    started = time.monotonic()
    queued = [dash.send("page.viewed") for _ in range(1000)]

    assert time.monotonic() - started < 2  # a thousand connection attempts would take longer
    assert sum(queued) == 100
    assert dash.statistics.dropped == 900
    assert "dropped" in caplog.text
    dash.close(timeout=0)


def test_a_closed_client_accepts_no_events(server):
    dash = Client(server.url, "k")
    dash.send("page.viewed")
    assert dash.close() is True

    assert dash.send("page.viewed") is False


@pytest.mark.parametrize(
    ("url", "key"), [("dash.example.com", "k"), ("ftp://x", "k"), ("http://x", "a\nb")]
)
def test_an_invalid_url_or_key_is_rejected(url, key):
    with pytest.raises(ValueError, match="must be"):
        Client(url, key)


def test_events_that_can_never_be_sent_raise_at_once(server):
    dash = Client(server.url, "k")

    with pytest.raises(TypeError):
        dash.send("page.viewed", properties={"a": object()})
    with pytest.raises(ValueError, match="not JSON compliant"):
        dash.send("page.viewed", properties={"a": float("nan")})
    assert dash.statistics == (0, 0, 0, 0, 0)


def test_batches_of_large_events_are_split_by_size(server):
    with Client(server.url, "k", batch=1000, every=60) as dash:
        for _ in range(60):
            dash.send("page.viewed", properties={"text": "x" * 30_000})

    assert len(server.batches) == 3
    assert dash.statistics.accepted == 60


def test_a_forked_process_sends_only_its_own_events(server):
    dash = Client(server.url, "k", every=60)
    dash.send("page.viewed", id="parent")
    child = os.fork()
    if child == 0:
        dash.send("page.viewed", id="child")
        dash.flush(5)
        os._exit(0)
    os.waitpid(child, 0)
    dash.close()

    assert sorted(chain.from_iterable(server.ids())) == ["child", "parent"]


def test_a_fork_leaves_the_connections_of_its_parent_open(server, caplog):
    """The child starts with the next event of any org."""
    with caplog.at_level(logging.INFO), Client(server.url, "k") as dash:
        acme = dash.for_org("acme")
        acme.send("page.viewed", id="a")
        assert dash.flush(30) is True
        files = dash._courier._bell, *(connection.sock for connection in dash._courier._idle)
        if (child := os.fork()) == 0:
            acme.send("page.viewed", id="b")
            is_sent = acme.flush(30) and acme.statistics == (0, 1, 0, 0, 0)
            os._exit(0 if is_sent and [file.fileno() for file in files] == [-1, -1] else 1)
        assert os.waitpid(child, 0)[1] == 0
        dash.send("page.viewed", id="c")
        thread = dash._thread.ident  # threads of earlier tests may write to the log, too

    assert server.ids() == [["a"], ["b"], ["c"]]
    assert server.connections == 2
    assert [record.message for record in caplog.records if record.thread == thread] == []


def test_a_program_that_ends_sends_what_is_queued(server):
    program = (
        "import sys; from dashapp_client import Client; dash = Client(sys.argv[1]); "
        "[dash.for_org(key).send('page.viewed', id=key) for key in 'abc']"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", program, server.url], env=environment, check=True)

    assert sorted(server.ids()) == [["a"], ["b"], ["c"]]


def test_a_batch_that_exceeds_a_limit_is_split(server):
    server.responses = [(413, {}, {"error": {"code": "too_large", "message": "at most 2"}})]
    with Client(server.url, "k", batch=4, every=60) as dash:
        for number in range(4):
            dash.send("page.viewed", id=str(number))

    assert server.ids() == [["0", "1", "2", "3"], ["0", "1"], ["2", "3"]]
    assert dash.statistics.accepted == 4


def test_a_response_that_is_not_from_dashapp_is_retried(server):
    """For example, a proxy's page with status 200."""
    server.responses = [(200, {}, "<html>"), (200, {}, {"status": "fine"})]
    with Client(server.url, "k") as dash:
        dash.send("page.viewed")

    assert len(server.batches) == 3
    assert dash.statistics.accepted == 1


def test_a_closed_client_leaves_no_thread_and_no_connection(server):
    for _ in range(5):
        with Client(server.url, "k") as dash:
            dash.send("page.viewed")
        dash._thread.join(5)
        assert not dash._thread.is_alive()
        assert dash._courier is None

    unused = Client(server.url, "k")
    assert unused.close() is True
    assert unused.send("page.viewed") is False


def test_a_log_handler_that_sends_events_does_not_deadlock(server):
    """The client logs only while it holds no lock."""
    server.http.server_close()
    dash = Client(server.url, "k", most_waiting=1)
    blocked = []

    class Sending(logging.Handler):
        def emit(self, record) -> None:
            sender = threading.Thread(target=dash.send, args=("log.written",))
            sender.start()
            sender.join(5)
            blocked.append(sender.is_alive())

    log, handler = logging.getLogger("dashapp_client"), Sending()
    log.addHandler(handler)
    try:
        dash.send("page.viewed")
        dash.send("page.viewed")
    finally:
        log.removeHandler(handler)
        dash.close(timeout=0)

    assert blocked == [False]


def test_a_thread_that_cannot_start_is_retried_with_the_next_event(server, monkeypatch):
    def refuse(_thread) -> None:
        raise RuntimeError("can't start new thread")

    dash = Client(server.url, "k")
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        assert dash.send("page.viewed", id="a") is True
    dash.send("page.viewed", id="b")
    dash.close()

    assert server.ids() == [["a", "b"]]
