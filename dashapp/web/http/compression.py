"""Fewer bytes on the wire: what a browser unpacks, and answers that are packed as they leave.

Pages are not packed. They hold a form's token beside words that somebody else may have put into
the address, and the length of what is packed then tells of the token (BREACH).
"""

import gzip
from functools import lru_cache

import brotli
from flask import Flask, Response, request

ENCODINGS = ("br", "gzip")  # in our order of preference
_LARGE = 1_024  # smaller answers fit into one packet anyway
_KINDS = frozenset({"application/json", "text/csv", "text/javascript", "application/javascript"})
_QUICK_BROTLI, _QUICK_GZIP = 4, 5  # 1 ms for 100 KB of figures


def init_app(server: Flask) -> None:
    server.after_request(_pack)


def accepted() -> str | None:
    """The packing that this request's browser likes best, of ours; None for neither."""
    taken = request.accept_encodings
    best = max(ENCODINGS, key=taken.quality)
    return best if taken.quality(best) > 0 else None


@lru_cache(maxsize=256)
def packed(content: bytes, encoding: str) -> bytes:
    """What stays the same, packed well, once in a process however many apps it has.

    Brotli's best two levels would save another 8 %, and cost each worker a second at its start.
    """
    if encoding == "br":
        return bytes(brotli.compress(content, mode=brotli.MODE_TEXT, quality=10))
    return gzip.compress(content, 9, mtime=0)


def _pack(response: Response) -> Response:
    if not _is_for_packing(response):
        return response
    response.vary.add("Accept-Encoding")
    encoding = accepted()
    content = response.get_data()
    if encoding is None or len(content) < _LARGE:
        return response
    response.set_data(_quickly(content, encoding))
    response.content_encoding = encoding
    tag, _is_weak = response.get_etag()
    if tag:
        response.set_etag(tag, weak=True)  # the same content, other bytes
    return response


def _is_for_packing(response: Response) -> bool:
    """Numbers and Dash's own files. Streams and files keep their way, and tokens their length."""
    is_ours = request.path.startswith("/api/v1/") or "/_dash-" in request.path
    is_whole = not response.direct_passthrough and not response.is_streamed
    is_packed = "Content-Encoding" in response.headers
    return is_ours and is_whole and not is_packed and response.mimetype in _KINDS


def _quickly(content: bytes, encoding: str) -> bytes:
    if encoding == "br":
        return bytes(brotli.compress(content, mode=brotli.MODE_TEXT, quality=_QUICK_BROTLI))
    return gzip.compress(content, _QUICK_GZIP, mtime=0)
