"""Calls of a WSGI application."""

import sys
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any, Protocol
from urllib.parse import unquote_to_bytes

Headers = list[tuple[str, str]]
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_UNPREFIXED = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
_JOINED_BY = {"cookie": "; "}


# In the environment of a request whose answer may be sent in parts.
MAY_STREAM = "dashapp.may_stream"
_OK = 200


class Stream:
    """The body of a response that is made while it is sent. Call it in threads only."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self._parts = iter(chunks)

    def next(self) -> bytes:
        """Return the next part, b"" after the last one."""
        return next((part for part in self._parts if part), b"")

    def close(self) -> None:
        """Free what the response needs, also before its end."""
        if hasattr(self._chunks, "close"):
            self._chunks.close()


Answer = tuple[int, Headers, bytes | Stream]


class Request(Protocol):
    """The part of granian's scope that calls need."""

    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    headers: Any


def environ_of(request: Request, body: bytes) -> dict[str, Any]:
    """Return the environment of a request with this body."""
    host, _colon, port = request.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(request.path).decode("latin-1"),
        "QUERY_STRING": request.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{request.http_version}",
        "REMOTE_ADDR": address_of(request),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": request.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        if "_" in name or name == "transfer-encoding":
            continue  # a name with “_” would look like one with “-”
        key = _UNPREFIXED.get(name) or f"HTTP_{name.upper().replace('-', '_')}"
        if key in environ:
            value = f"{environ[key]}{_JOINED_BY.get(name, ',')}{value}"  # noqa: PLW2901
        environ[key] = value
    if body or "CONTENT_LENGTH" in environ:
        environ["CONTENT_LENGTH"] = str(len(body))
    return environ


def address_of(request: Request) -> str:
    """Return the network address at the other end of the connection."""
    return request.client.rpartition(":")[0].strip("[]")


def call(application: Application, environ: dict[str, Any]) -> Answer:
    """Return status, headers and body of the application's response.

    A body without a length is a stream, if the environment allows that: it can be of any size.
    """
    answer: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        if exc_info is not None:
            answer.clear()
        answer[:] = [int(status[:3]), [(name.lower(), value) for name, value in headers]]

    chunks = application(environ, start)
    if environ.get(MAY_STREAM) and answer and _is_stream(answer[0], answer[1], chunks):
        return answer[0], answer[1], Stream(chunks)
    try:
        content = b"".join(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    status, headers = answer
    return status, headers, content


def _is_stream(status: int, headers: Headers, chunks: Iterable[bytes]) -> bool:
    has_length = any(name == "content-length" for name, _value in headers)
    return status == _OK and not has_length and not isinstance(chunks, list | tuple)
