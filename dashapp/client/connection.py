"""An HTTP connection that is kept open between requests."""

import http.client
import json
import logging
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

_log = logging.getLogger("dashapp.client")
_MAX_WAIT = 3600.0


class Response(NamedTuple):
    """The server's response. `status` is 0 if there was none; `retry_after` is in seconds."""

    status: int
    body: Mapping[str, Any]
    retry_after: float | None


class Connection:
    """Posts batches with a key. Raises ValueError for an invalid URL or key."""

    def __init__(self, url: str, key: str, timeout: float) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("url must be the server's address, such as https://dash.example.com")
        if not key.isascii() or not key.isprintable():
            raise ValueError("key must be an ingest key, such as dash_ingest_…")
        self._server = parts
        self._timeout = timeout
        self._path = parts.path.rstrip("/") + "/api/v1/events"
        self._headers = {
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
            "Content-Encoding": "gzip",
        }
        self._http: http.client.HTTPConnection | None = None

    def post(self, body: bytes) -> Response:
        """Send one request. After a failure, the next request opens a new connection."""
        try:
            self._http = self._http or self._connect()
            self._http.request("POST", self._path, body, self._headers)
            response = self._http.getresponse()
            text = response.read()
        except (OSError, http.client.HTTPException) as error:
            _log.info("no response: %s", error)
            self.close()
            return Response(0, {}, None)
        return Response(
            response.status,
            _parse_body(text),
            _parse_retry_after(response.getheader("Retry-After")),
        )

    def close(self) -> None:
        if self._http is not None:
            self._http.close()
            self._http = None

    def _connect(self) -> http.client.HTTPConnection:
        is_https = self._server.scheme == "https"
        connection_type = http.client.HTTPSConnection if is_https else http.client.HTTPConnection
        return connection_type(str(self._server.hostname), self._server.port, timeout=self._timeout)


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
