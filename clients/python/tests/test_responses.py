"""Responses in all the forms that HTTP has, in pieces of any size."""

import logging
import socket
import threading
import time

import pytest
from dashapp_client import Client
from dashapp_client.connection import _parse

BODY = b'{"accepted": 1, "duplicates": 0, "rejected": []}'
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
CHUNKS = b"5\r\n" + BODY[:5] + b"\r\n%x\r\n" % len(BODY[5:]) + BODY[5:] + b"\r\n0\r\n"
FORMS = {
    "length": b"HTTP/1.1 200 OK\r\n" + LENGTH + b"\r\n" + BODY,
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS + b"\r\n",
    "trailer": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS + b"A: b\r\n\r\n",
    "continue": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n" + LENGTH + b"\r\n" + BODY,
    "hints": b"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\nHTTP/1.1 200 OK\r\n"
    + LENGTH
    + b"\r\n"
    + BODY,
    "until closed": b"HTTP/1.1 200 OK\r\n\r\n" + BODY,
    "old": b"HTTP/1.0 200 OK\r\n" + LENGTH + b"\r\n" + BODY,
    "close": b"HTTP/1.1 200 OK\r\nConnection: close\r\n" + LENGTH + b"\r\n" + BODY,
}
KEPT_OPEN = {"length", "chunks", "trailer", "continue", "hints"}
FAULTS = {
    "nothing": b"",
    "half a head": b"HTTP/1.1 200 OK\r\nContent-",
    "half a body": b"HTTP/1.1 200 OK\r\n" + LENGTH + b"\r\n" + BODY[:-1],
    "half a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS[:20],
    "another protocol": b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
    "no number": b"HTTP/1.1 abc OK\r\n\r\n",
    "not JSON": b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{{{",
    "another JSON": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
}


class Raw:
    """Answers each request with the next of `responses`, in pieces, and closes after the last."""

    def __init__(self, responses: list[bytes], piece: int, *, keeps_open: bool) -> None:
        self.responses, self.piece, self.keeps_open = responses, piece, keeps_open
        self.connections = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.run, daemon=True).start()

    def run(self) -> None:
        with self.listener:
            while self.responses:
                connection, _ = self.listener.accept()
                self.connections += 1
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with connection:
                    self.answer(connection)
                    while self.keeps_open and self.responses:
                        self.answer(connection)

    def answer(self, connection: socket.socket) -> None:
        head, _, body = connection.recv(1_000_000).partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        while len(body) < length:
            body += connection.recv(1_000_000)
        response = self.responses.pop(0)
        for start in range(0, len(response), self.piece):
            connection.sendall(response[start : start + self.piece])


def wait_for(condition) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("piece", [1, 7, 10_000])
@pytest.mark.parametrize("form", FORMS)
def test_a_response_is_understood_in_each_form(form, piece):
    server = Raw([FORMS[form]] * 3, piece, keeps_open=form in KEPT_OPEN)
    with Client(server.url, "k", batch=1) as dash:
        for _ in range(3):
            dash.send("page.viewed")
            assert dash.flush(30) is True

    assert dash.statistics == (0, 3, 0, 0, 0)
    assert server.connections == (1 if form in KEPT_OPEN else 3)


@pytest.mark.parametrize("form", FORMS)
def test_the_start_of_a_response_is_not_taken_for_a_response(form):
    starts = [FORMS[form][:length] for length in range(len(FORMS[form]))]

    assert [start for start in starts if _parse(start, is_ended=False)] == []
    assert _parse(FORMS[form], is_ended=True).body["accepted"] == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_a_response_that_is_cut_or_wrong_is_retried(fault):
    server = Raw([FAULTS[fault], FORMS["length"]], 10_000, keeps_open=False)
    with Client(server.url, "k") as dash:
        dash.send("page.viewed")

    assert dash.statistics == (0, 1, 0, 0, 0)
    assert server.connections == 2


def test_a_connection_that_the_server_has_closed_is_not_used_again(server, caplog):
    with caplog.at_level(logging.INFO), Client(server.url, "k") as dash:
        dash.send("page.viewed")
        assert dash.flush(30) is True
        thread = dash._thread.ident  # threads of earlier tests may write to the log, too
        server.open[0].shutdown(socket.SHUT_RDWR)
        wait_for(lambda: not dash._courier._idle)
        dash.send("page.viewed")

    assert server.connections == 2
    assert dash.statistics == (0, 2, 0, 0, 0)
    assert [record.message for record in caplog.records if record.thread == thread] == []


def test_the_thread_starts_again_after_an_error(server, monkeypatch, caplog):
    """For example, programs that become daemons close all files."""
    monkeypatch.setattr("dashapp_client.client._RESTART_PAUSE", 0.01)
    server.held = {"k": "after"}
    with Client(server.url, "k", batch=2) as dash:
        dash.send("page.viewed", id="a")
        dash.send("page.viewed", id="b")
        wait_for(lambda: server.ids() == [["a", "b"]])
        server.held = {}
        dash._courier._selector.close()
        dash.send("page.viewed", id="c")
        assert dash.flush(30) is True

    assert "starts again" in caplog.text
    assert server.ids() == [["a", "b"], ["a", "b"], ["c"]]
    assert dash.statistics == (0, 3, 0, 0, 0)
