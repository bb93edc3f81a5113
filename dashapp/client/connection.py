"""One connection to a server, kept between requests."""

import http.client
import json
import logging
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

_log = logging.getLogger("dashapp.client")
_LONGEST_WAIT = 3600.0


class Answer(NamedTuple):
    """What came back. `status` 0: nothing; `retry_after` in seconds."""

    status: int
    body: Mapping[str, Any]
    retry_after: float | None


class Connection:
    """Posts batches with a key. Raises ValueError for an address or a key that cannot be one."""

    def __init__(self, url: str, key: str, timeout: float) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("url must be the server's address, like https://dash.example.com")
        if not key.isascii() or not key.isprintable():
            raise ValueError("key must be an ingest key, like dash_ingest_…")
        self._server = parts
        self._timeout = timeout
        self._path = parts.path.rstrip("/") + "/api/v1/events"
        self._headers = {
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
            "Content-Encoding": "gzip",
        }
        self._open: http.client.HTTPConnection | None = None

    def post(self, body: bytes) -> Answer:
        """One request; a connection that fails is opened anew the next time."""
        try:
            self._open = self._open or self._connect()
            self._open.request("POST", self._path, body, self._headers)
            response = self._open.getresponse()
            text = response.read()
        except (OSError, http.client.HTTPException) as error:
            _log.info("no answer: %s", error)
            self.close()
            return Answer(0, {}, None)
        return Answer(response.status, _parsed(text), _seconds(response.getheader("Retry-After")))

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def _connect(self) -> http.client.HTTPConnection:
        is_https = self._server.scheme == "https"
        kind = http.client.HTTPSConnection if is_https else http.client.HTTPConnection
        return kind(str(self._server.hostname), self._server.port, timeout=self._timeout)


def _parsed(text: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _seconds(text: str | None) -> float | None:
    """Retry-After in seconds; a date is not understood, and means a pause of our own."""
    if text is None or not text.isascii() or not text.isdigit():
        return None
    return min(float(text[:6]), _LONGEST_WAIT)
