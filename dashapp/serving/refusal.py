"""Answers to requests that get no thread: too large, too slow, or one too many."""

import secrets

from msgspec import json

from dashapp.web.http.errors import Error, ErrorDetail

_TEXTS = {
    400: ("bad_input", "The request ended early."),
    408: ("too_slow", "The request arrived too slowly. Send it again."),
    413: ("too_large", "The request is too large."),
    429: ("too_many", "Too many requests. Try again in a moment."),
    500: ("internal", "An unexpected error occurred and was logged. Try again in a moment."),
    503: ("unavailable", "The server is busy. Try again in a moment."),
}
_RETRY_AFTER = {429: "2", 503: "2"}  # seconds


class Refused(Exception):
    """A request is refused before it reaches the application."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status
        self.request_id = secrets.token_hex(8)

    @property
    def code(self) -> str:
        return _TEXTS[self.status][0]

    def answer(self, path: str) -> tuple[int, list[tuple[str, str]], bytes]:
        """Return status, headers and body: JSON for programs, a line of text for people."""
        code, text = _TEXTS[self.status]
        headers = [
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("connection", "close"),
            ("x-request-id", self.request_id),
        ]
        if self.status in _RETRY_AFTER:
            headers.append(("retry-after", _RETRY_AFTER[self.status]))
        kind, body = "text/plain; charset=utf-8", f"{text}\n".encode()
        if path.startswith("/api/"):
            error = Error(ErrorDetail(code, text, self.request_id))
            kind, body = "application/json", json.encode(error)
        return self.status, [("content-type", kind), *headers], body
