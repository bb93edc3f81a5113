"""nginx before `dashapp serve`: a host of its own on another port, and a proxy that buffers nothing."""

import http.client
import json
import os
import re
import socket
import ssl
from collections import Counter
from contextlib import ExitStack, closing, contextmanager
from threading import Event, Thread
from urllib.parse import urlencode

import pytest

from dashapp.domain.access.roles import Role
from tests import factories, nginx
from tests.postgresql import free_port
from tests.reliability.kill import Server

pytestmark = pytest.mark.skipif(
    nginx.PROGRAM is None and os.environ.get("CI") != "true", reason="nginx is not installed"
)
NEXT_SERVER = "proxy_next_upstream error timeout http_503 non_idempotent;"  # docs/deployment.md
UNBUFFERED = "proxy_request_buffering off; proxy_buffering off;"


@contextmanager
def served(store, folder, port, public_url, **options):
    url = store.url.render_as_string(hide_password=False)
    server = Server(url, folder, DASHAPP_PUBLIC_URL=public_url, DASHAPP_TRUSTED_PROXIES="1")
    with closing(server):
        server.start()
        with nginx.nginx(port, server.port, **options):
            yield


class Browser:
    """An old browser: without Sec-Fetch-Site."""

    def __init__(self, port):
        self._port, self.origin, self._cookies = port, f"https://dash.example:{port}", {}

    def ask(self, method, path, form=None):
        context = ssl._create_unverified_context()
        headers = {"Host": f"dash.example:{self._port}"}
        if self._cookies:
            headers["Cookie"] = "; ".join(
                f"{name}={value}" for name, value in self._cookies.items()
            )
        if form is not None:
            headers |= {"Origin": self.origin, "Content-Type": "application/x-www-form-urlencoded"}
        connection = http.client.HTTPSConnection("127.0.0.1", self._port, context=context)
        with closing(connection):
            connection.request(method, path, urlencode(form or {}) or None, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer, text


def test_a_host_of_its_own_on_another_port(store, acme, tmp_path):
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
    port = free_port()
    with served(store, tmp_path, port, f"https://dash.example:{port}", has_tls=True):
        browser = Browser(port)
        _, page = browser.ask("GET", "/login")
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        form = {"email": "ada@example.com", "password": factories.PASSWORD, "csrf_token": token}
        logged_in, _ = browser.ask("POST", "/login", form)
        board, _ = browser.ask("GET", "/app/acme/operations")

        assert (logged_in.status, logged_in.headers["Location"]) == (303, "/app/acme/operations")
        assert board.status == 200
        cookies = logged_in.headers.get_all("Set-Cookie")
        assert any(line.startswith(f"__Host-dashapp-session-{port}=") for line in cookies)
        assert all("Secure" in line for line in cookies)


def test_a_proxy_that_passes_everything_on_at_once(store, acme, tmp_path):
    _, secret = factories.add_key(store, acme, factories.KeyKind.INGEST)
    port = free_port()
    head = (
        f"POST /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Authorization: Bearer {secret}\r\nContent-Type: application/json\r\n"
    )
    with served(store, tmp_path, port, f"http://127.0.0.1:{port}", more=UNBUFFERED):
        trickling = [socket.create_connection(("127.0.0.1", port)) for _ in range(32)]
        for connection in trickling:
            connection.sendall(f"{head}Content-Length: 1000\r\n\r\n[".encode())

        events = b'[{"id": "a", "type": "a"}]'
        chunks = b"".join(b"%x\r\n%s\r\n" % (1, bytes([byte])) for byte in events)
        with closing(socket.create_connection(("127.0.0.1", port))) as sender:
            sender.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + chunks)
            sender.sendall(b"0\r\n\r\n")
            assert b'"accepted":1' in sender.recv(65_536)
        for connection in trickling:
            with closing(connection):
                assert b"408" in connection.recv(65_536).split(b"\r\n")[0]


class Asking:
    """Two programs that ask without a pause: one reads, one sends."""

    def __init__(self, port, read_key, ingest_key):
        self._port, self._done = port, Event()
        self.statuses, self.sent = Counter(), 0
        path = "/api/v1/dashboards/operations/data?time_range=7d"
        self._threads = [
            Thread(target=self._ask, args=("GET", path, read_key)),
            Thread(target=self._ask, args=("POST", "/api/v1/events", ingest_key)),
        ]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error):
        self._done.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, method, path, key):
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        while not self._done.is_set():
            body = self._event() if method == "POST" else None
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
            with closing(connection):
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                answer.read()
            self.statuses[answer.status] += 1

    def _event(self):
        self.sent += 1
        return json.dumps([{"id": f"e{self.sent}", "type": "a"}])


@pytest.mark.both_databases
def test_servers_are_restarted_one_after_the_other_without_a_failed_request(store, acme, tmp_path):
    kinds = (factories.KeyKind.READ, factories.KeyKind.INGEST)
    keys = [factories.add_key(store, acme, kind)[1] for kind in kinds]
    port, url = free_port(), store.url.render_as_string(hide_password=False)
    settings = {"DASHAPP_PUBLIC_URL": f"http://127.0.0.1:{port}", "DASHAPP_TRUSTED_PROXIES": "1"}
    servers = [Server(url, tmp_path, **settings) for _ in range(2)]
    with ExitStack() as stack:
        for server in servers:
            stack.enter_context(closing(server))
            server.start()
        ports = [server.port for server in servers]
        stack.enter_context(nginx.nginx(port, *ports, more=NEXT_SERVER))
        asking = stack.enter_context(Asking(port, *keys))
        for server in servers:
            server.stop()
            server.start()

    assert set(asking.statuses) == {200}
    assert len(factories.stored_events(store, acme)) == asking.sent
