"""HTTP connections that stay open between requests, and never wait for an answer.

One thread serves many of them, so only opening a connection may wait for the network.
"""

import http.client
import json
import logging
import re
import selectors
import socket
import ssl
from collections.abc import Mapping
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import urlsplit

_log = logging.getLogger(__package__)
_MAX_WAIT = 3600.0
_READ_BYTES = 65_536
_INTERIM = re.compile(rb"HTTP/1\.\d 1\d\d\b")


class Response(NamedTuple):
    """The server's response. `status` is 0 if there was none; `retry_after` is in seconds."""

    status: int
    body: Mapping[str, Any]
    retry_after: float | None
    keeps_open: bool = False


NO_RESPONSE = Response(0, {}, None)


def check_key(key: object) -> None:
    """Raise ValueError unless this can be a key."""
    if not isinstance(key, str) or not key.isascii() or not key.isprintable():
        raise ValueError("key must be an ingest key, such as dash_ingest_…")


class Server:
    """The address to post to. Raises ValueError for an invalid URL."""

    def __init__(self, url: str, timeout: float) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("url must be the server's address, such as https://dash.example.com")
        self.timeout = timeout
        self._is_https = parts.scheme == "https"
        self._host, self._port = str(parts.hostname), parts.port
        self._path = parts.path.rstrip("/") + "/api/v1/events"

    def connect(self) -> "Connection":
        """Open a connection. Raises OSError."""
        connection_type = (
            http.client.HTTPSConnection if self._is_https else http.client.HTTPConnection
        )
        connection = connection_type(self._host, self._port, timeout=self.timeout)
        connection.connect()
        return Connection(connection.sock)

    def request(self, key: str, body: bytes) -> bytes:
        """A request with gzipped events, as it is sent."""
        request = _Request(self._host, self._port)
        request.default_port = 443 if self._is_https else 80
        headers = {
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
            "Content-Encoding": "gzip",
        }
        request.request("POST", self._path, body, headers)
        return b"".join(request.parts)


class _Request(http.client.HTTPConnection):
    """Collects what it would send."""

    def __init__(self, host: str, port: int | None) -> None:
        super().__init__(host, port)
        self.parts: list[bytes] = []

    def send(self, data: Any) -> None:
        self.parts.append(bytes(data))


class Connection:
    """Sends one request at a time, and reads its response, as far as the network allows now."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        sock.setblocking(False)
        self._unsent = memoryview(b"")
        self._received = b""

    def begin(self, request: bytes) -> None:
        self._unsent = memoryview(request)
        self._received = b""

    @property
    def is_sending(self) -> bool:
        return bool(self._unsent)

    @property
    def waits_for(self) -> int:
        """The selector's event with which `advance` can go on."""
        return selectors.EVENT_WRITE if self.is_sending else selectors.EVENT_READ

    def advance(self) -> Response | None:
        """Send or read what is possible. Returns the response once it is complete.

        Raises OSError or HTTPException if there will be none.
        """
        try:
            while self._unsent:
                self._unsent = self._unsent[self.sock.send(self._unsent) :]
            while chunk := self.sock.recv(_READ_BYTES):
                self._received += chunk
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return _parse(self._received, is_ended=False) if self._received else None
        response = _parse(self._received, is_ended=True)
        if response is None:
            raise http.client.RemoteDisconnected("the connection was closed without a response")
        return response

    def close(self) -> None:
        self.sock.close()


class _Received:
    """What http.client reads from instead of a socket."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def makefile(self, *_mode: object) -> BytesIO:
        return BytesIO(self._content)


def _parse(received: bytes, *, is_ended: bool) -> Response | None:
    """Parse a response, or return None if it is not complete yet. Raises HTTPException."""
    received = _without_interim(received)
    if b"\r\n\r\n" not in received:
        return None
    response = http.client.HTTPResponse(_Received(received), method="POST")  # type: ignore[arg-type]
    try:
        response.begin()
        has_no_length = response.length is None and not response.chunked
        is_cut = response.chunked and not received.endswith(b"\r\n\r\n")
        text = response.read()
    except http.client.IncompleteRead:
        return None
    if not is_ended and (has_no_length or is_cut):
        return None
    return Response(
        response.status,
        _parse_body(text),
        _parse_retry_after(response.getheader("Retry-After")),
        keeps_open=not response.will_close and not is_ended,
    )


def _without_interim(received: bytes) -> bytes:
    """Skip responses such as 100 and 103, which come before the one that counts."""
    while _INTERIM.match(received) and b"\r\n\r\n" in received:
        _, _, received = received.partition(b"\r\n\r\n")
    return received


def _parse_body(text: bytes) -> Mapping[str, Any]:
    try:
        body = json.loads(text)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _parse_retry_after(text: str | None) -> float | None:
    """Parse Retry-After in seconds. Dates are not supported and return None."""
    if text is None or not text.isascii() or not text.isdigit():
        return None
    return min(float(text[:6]), _MAX_WAIT)
