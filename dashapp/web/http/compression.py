"""Compress responses: static files once per process, JSON and CSV as they are sent.

Pages are not compressed. They contain a CSRF token next to text that an attacker can put into the
URL, so the compressed length would reveal the token (BREACH).
"""

import gzip
from functools import lru_cache

import brotli
from flask import Flask, Response, request

ENCODINGS = ("br", "gzip")  # the preferred one first
_MIN_BYTES = 1_024  # smaller responses fit into one packet
_CONTENT_TYPES = frozenset(
    {"application/json", "text/csv", "text/javascript", "application/javascript"}
)
_FAST_BROTLI, _FAST_GZIP = 4, 5  # levels that take 1 ms for 100 KB of figures


def init_app(server: Flask) -> None:
    server.after_request(_compress)


def preferred_encoding() -> str | None:
    """Return the encoding that the browser prefers, or None if it accepts none of ENCODINGS."""
    accepted = request.accept_encodings
    encoding = max(ENCODINGS, key=accepted.quality)
    return encoding if accepted.quality(encoding) > 0 else None


@lru_cache(maxsize=256)
def compress_static(content: bytes, encoding: str) -> bytes:
    """Compress content that does not change. All apps in a process share the results.

    Brotli's level 11 would take three times as long, when each worker starts, and save 2%.
    """
    if encoding == "br":
        return bytes(brotli.compress(content, mode=brotli.MODE_TEXT, quality=10))
    return gzip.compress(content, 9, mtime=0)


def _compress(response: Response) -> Response:
    if not _should_compress(response):
        return response
    response.vary.add("Accept-Encoding")
    encoding = preferred_encoding()
    content = response.get_data()
    if encoding is None or len(content) < _MIN_BYTES:
        return response
    response.set_data(_compress_fast(content, encoding))
    response.content_encoding = encoding
    tag, _is_weak = response.get_etag()
    if tag:
        response.set_etag(tag, weak=True)  # the same content in other bytes
    return response


def _should_compress(response: Response) -> bool:
    """Return whether a response has API data or a file of Dash, and is complete and uncompressed.

    Streams and pages with tokens are sent as they are.
    """
    is_data_path = request.path.startswith("/api/v1/") or "/_dash-" in request.path
    is_complete = not response.direct_passthrough and not response.is_streamed
    is_compressed = "Content-Encoding" in response.headers
    is_compressible = response.mimetype in _CONTENT_TYPES
    return is_data_path and is_complete and not is_compressed and is_compressible


def _compress_fast(content: bytes, encoding: str) -> bytes:
    if encoding == "br":
        return bytes(brotli.compress(content, mode=brotli.MODE_TEXT, quality=_FAST_BROTLI))
    return gzip.compress(content, _FAST_GZIP, mtime=0)
