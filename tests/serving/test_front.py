"""The front before the application: nobody keeps others waiting, however they send or ask."""

import asyncio
import http.client
import socket
from contextlib import ExitStack, closing
from threading import Event
from types import SimpleNamespace

import pytest

from dashapp.serving import front
from dashapp.serving.front import Front
from dashapp.serving.questions import question_of
from dashapp.settings import Settings
from dashapp.web.access.guard import NAME_ORG
from tests import factories
from tests.reliability.kill import Server
from tests.serving.loops import run_async
from tests.serving.test_calls import Headers


class Protocol:
    """The other end of a request without a body."""

    def __init__(self):
        self.answer = None

    async def __aiter__(self):
        yield b""

    def response_bytes(self, *answer):
        self.answer = answer


class Worker:
    """A front whose application waits for `go_on` in each request of a busy org."""

    def __init__(self, **settings):
        self.go_on = Event()
        self.front = Front(self._application, Settings(factories.SECRET, **settings))

    def _application(self, environ, start_response):
        environ[NAME_ORG](*((1, "busy") if "busy" in environ["PATH_INFO"] else (2, "other")))
        if environ["PATH_INFO"].endswith("/busy/slow"):
            self.go_on.wait(20)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"done"]

    async def get(self, path, *, credential="Bearer x"):
        headers = Headers([("authorization", credential)])
        scope = SimpleNamespace(
            proto="http", http_version="1.1", server="127.0.0.1:1", client="127.0.0.1:2",
            scheme="http", method="GET", path=path, query_string="", headers=headers,
        )  # fmt: skip
        protocol = Protocol()
        await self.front.__rsgi__(scope, protocol)
        return protocol.answer

    def run(self, check):
        async def main():
            loop = asyncio.get_running_loop()
            self.front.__rsgi_init__(loop)
            try:
                return await check()
            finally:
                self.go_on.set()
                self.front.__rsgi_del__(loop)

        return run_async(main())


def test_one_orgs_long_questions_leave_threads_to_others():
    worker = Worker()

    async def check():
        await worker.get("/busy/fast", credential="a")
        busy = [asyncio.create_task(worker.get("/busy/slow", credential="a")) for _ in range(40)]
        await asyncio.sleep(0.05)

        assert (await worker.get("/other"))[0] == 200
        assert (await worker.get("/livez"))[0] == 200
        worker.go_on.set()
        answers = await asyncio.gather(*busy)
        statuses = [status for status, _headers, _body in answers]
        assert statuses.count(200) == front._SHARE + front._MAX_WAITING_OF_ORG
        assert statuses.count(429) == 40 - statuses.count(200)
        assert ("retry-after", "2") in answers[-1][1]

    worker.run(check)


def test_without_shares_others_wait(monkeypatch):
    """Planted fault: one org may take all threads."""
    monkeypatch.setattr(front, "_SHARE", front.THREADS)
    worker = Worker()

    async def check():
        await worker.get("/busy/fast", credential="a")
        busy = [asyncio.create_task(worker.get("/busy/slow", credential="a")) for _ in range(20)]
        await asyncio.sleep(0.05)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(worker.get("/other"), 0.2)
        worker.go_on.set()
        await asyncio.gather(*busy)

    worker.run(check)


def test_a_worker_whose_threads_are_stuck_says_so(monkeypatch):
    monkeypatch.setattr(front, "_SHARE", front.THREADS)
    worker = Worker()

    async def check():
        await worker.get("/busy/fast", credential="a")
        paths = ["/busy/slow"] * front.THREADS
        busy = [asyncio.create_task(worker.get(path, credential="a")) for path in paths]
        await asyncio.sleep(0.05)
        assert (await worker.get("/livez"))[0] == 200
        monkeypatch.setattr(front, "_STUCK_SECONDS", 0.0)
        assert (await worker.get("/livez"))[0] == 503
        worker.go_on.set()
        await asyncio.gather(*busy)
        assert (await worker.get("/livez"))[0] == 200

    worker.run(check)


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    from dashapp.store import migrate

    folder = tmp_path_factory.mktemp("front")
    url = f"sqlite:///{folder}/dashapp.db"
    migrate.upgrade(url)
    server = Server(url, folder)
    server.start()
    yield server.port
    server.close()


def status_of(port, path="/login", method="GET", **more):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=4)) as connection:
        connection.request(method, path, **more)
        return connection.getresponse().status


def connect(port, text=b""):
    connection = socket.create_connection(("127.0.0.1", port), timeout=15)
    connection.sendall(text)
    return connection


POST = b"POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"


def test_slow_senders_and_silent_connections_do_not_keep_others_waiting(port):
    with ExitStack() as open_connections:
        slow_bodies = [connect(port, POST + b"\r\n{") for _ in range(64)]
        others = [connect(port, text) for text in [b"", POST] for _ in range(300)]
        for connection in (*slow_bodies, *others):
            open_connections.enter_context(connection)
        for _ in range(4):
            assert status_of(port) == 200
            assert status_of(port, "/livez") == 200

        answers = [connection.recv(4096) for connection in slow_bodies]
        assert {answer[:13] for answer in answers} == {b"HTTP/1.1 408 "}
        assert b'"message":"The request arrived too slowly. Send it again."' in answers[0]


def test_a_request_has_one_length(port):
    """Two lengths could hide a second request from a proxy."""
    for headers in (
        b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: 3\r\nContent-Length: 5\r\n",
        b"Content-Length: +3\r\n",
    ):
        request = b"POST /login HTTP/1.1\r\nHost: localhost\r\n" + headers
        with connect(port, request + b"\r\n0\r\n\r\nGET /livez HTTP/1.1\r\n\r\n") as connection:
            answers = b"".join(iter(lambda: connection.recv(4096), b""))
            assert answers.count(b"HTTP/1.1 ") <= 1, headers


def test_bodies_and_methods_reach_the_application(port):
    assert status_of(port, method="HEAD") == 200
    assert status_of(port, "/nowhere") == 404
    assert status_of(port, "/api/v1/events", "POST", body=b"[]") == 401
    assert status_of(port, "/api/v1/events", "POST", body=iter([b"[", b"]"])) == 401
    assert status_of(port, "/api/v1/events", "POST", body=b"x" * 1_048_577) == 413


def test_equal_questions_are_asked_once_and_different_ones_each():
    worker = Worker()
    asked = []
    call = worker.front._application

    def application(environ, start_response):
        asked.append(environ["PATH_INFO"])
        worker.go_on.wait(20)
        return call(environ, start_response)

    worker.front._application = application
    data, other = "/api/v1/dashboards/x/data", "/api/v1/dashboards/y/data"

    async def check():
        equal = [asyncio.create_task(worker.get(data, credential="a")) for _ in range(9)]
        different = [
            asyncio.create_task(worker.get(path, credential=credential))
            for path, credential in (
                (data, "b"),
                (other, "c"),
                ("/app/acme/x", "d"),
                ("/app/acme/x", "d"),
            )
        ]
        await asyncio.sleep(0.05)
        equal.pop(0).cancel()  # the others get the answer to its question
        equal.append(asyncio.create_task(worker.get(data, credential="a")))  # it has begun
        await asyncio.sleep(0.05)
        worker.go_on.set()

        answers = await asyncio.gather(*equal, *different)
        assert {status for status, _headers, _body in answers} == {200}
        assert sorted(asked) == sorted([data, data, data, other, "/app/acme/x", "/app/acme/x"])
        assert worker.front._asked == {}
        assert (await worker.get(data, credential="a"))[0] == 200
        assert asked.count(data) == 4

    worker.run(check)


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("POST", "/api/v1/dashboards/x/data", []),
        ("GET", "/api/v1/dashboards/x/data", [("content-length", "2")]),
        ("GET", "/api/v1/dashboards/x/data", [("transfer-encoding", "chunked")]),
        ("GET", "/app/acme/x", []),
        ("GET", "/login", []),
    ],
)
def test_other_requests_never_share_an_answer(method, path, headers):
    request = SimpleNamespace(method=method, path=path, query_string="", headers=Headers(headers))

    assert question_of(request, path) is None
