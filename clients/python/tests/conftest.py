"""A server that fails in the ways a test asks for."""

import contextlib
import gzip
import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from dashapp_client import delivery

SUCCESS = (200, {}, None)


class Server:
    """Records requests. Sends the prepared `responses` in order, then success.

    `faults` are the responses to the requests with a key. Requests with the keys in `held` are read
    and answered up to a place, `before` or `after` their body or `within` the response, and then
    wait until the test is over.
    """

    def __init__(self) -> None:
        self.responses: list = []
        self.faults: dict[str, tuple] = {}
        self.held: dict[str, str] = {}
        self.over = threading.Event()
        self.batches: list[list[dict]] = []
        self.times: list[float] = []
        self.headers: list = []
        self.open: list[socket.socket] = []
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), handler(self))
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def connections(self) -> int:
        return len(self.open)

    def ids(self, key: str | None = None) -> list[list[str]]:
        """The ids in each request, of all keys or of one."""
        requests = zip(self.headers, self.batches, strict=True)
        return [
            [event["id"] for event in batch]
            for headers, batch in requests
            if key is None or headers["Authorization"] == f"Bearer {key}"
        ]


def handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            server.open.append(self.request)
            super().setup()

        def do_POST(self) -> None:
            key = self.headers["Authorization"].removeprefix("Bearer ")
            self.hold(key, "before")
            request_body = self.rfile.read(int(self.headers["Content-Length"]))
            batch = json.loads(gzip.decompress(request_body))
            server.headers.append(self.headers)
            server.times.append(time.monotonic())
            server.batches.append(batch)
            self.hold(key, "after")
            response = server.responses.pop(0) if server.responses else SUCCESS
            status, headers, body = server.faults.get(key, response)
            if status == "cut":
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
            else:
                success = {"accepted": len(batch), "duplicates": 0, "rejected": []}
                self.respond(key, status, headers, success if body is None else body)

        def respond(self, key, status, headers, body) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content[:5])
            self.hold(key, "within")
            self.wfile.write(content[5:])

        def hold(self, key: str, place: str) -> None:
            if server.held.get(key) == place:
                server.over.wait(60)

        def log_message(self, *_args) -> None:
            """Log nothing."""

        def handle(self) -> None:
            with contextlib.suppress(OSError):  # the client has closed the connection
                super().handle()

    return Handler


@pytest.fixture
def server():
    server = Server()
    yield server
    server.over.set()
    server.http.shutdown()
    server.http.server_close()


@pytest.fixture(autouse=True)
def short_pause(monkeypatch):
    monkeypatch.setattr(delivery, "_FIRST_PAUSE", 0.01)
