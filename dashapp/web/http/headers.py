"""What every answer carries, errors too; and posts from other sites are refused."""

from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, Response, g, request, session

from dashapp.domain.errors import Forbidden
from dashapp.domain.language import _
from dashapp.web.http.errors import request_id
from dashapp.web.http.inline import script_hashes
from dashapp.web.http.safe_redirects import is_embed_path
from dashapp.web.services import services

_ONE_YEAR = 31_536_000
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def init_app(server: Flask) -> None:
    server.before_request(_refuse_other_sites)
    server.after_request(_add)


def content_security_policy(script_hashes: Sequence[str], ancestors: Sequence[str] = ()) -> str:
    """Scripts from here only, without eval; styles inline too, because Dash and Plotly set them.

    `ancestors` are the origins that may frame the page: nobody where there are none.
    """
    return "; ".join(
        (
            "default-src 'self'",
            "connect-src 'self'",
            "img-src 'self' data: blob:",
            "style-src 'self' 'unsafe-inline'",
            " ".join(["script-src 'self'", *script_hashes]),
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            " ".join(["frame-ancestors", *(ancestors or ["'none'"])]),
        )
    )


def _refuse_other_sites() -> None:
    """A browser says where a post comes from; forms of other sites are not for us."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    is_foreign = site not in {"same-origin", "none"} if site else not _is_own(origin)
    if is_foreign:
        raise Forbidden(_("Requests from other sites are not allowed."))


def _is_own(origin: str | None) -> bool:
    """Whether an Origin header is ours; programs send none."""
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc == request.host
    except ValueError:
        return False


def _add(response: Response) -> Response:
    headers = response.headers
    headers.update(_FIXED)
    headers["X-Request-Id"] = request_id()
    headers["Content-Security-Policy"] = content_security_policy(
        script_hashes(), g.get("frame_ancestors", ())
    )
    if is_embed_path(request.path):
        headers["Referrer-Policy"] = "no-referrer"
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        headers.pop("Set-Cookie", None)  # nothing sets one; if anything does, it does not leave
    if services().settings.is_https:
        headers["Strict-Transport-Security"] = f"max-age={_ONE_YEAR}; includeSubDomains"
    if not _is_library_code() or response.status_code >= HTTPStatus.BAD_REQUEST:
        headers["Cache-Control"] = "no-store"
        response.vary.add("Cookie")
    else:
        session.accessed = False  # or Flask adds Vary: Cookie, and a login empties the cache
    return response


def _is_library_code() -> bool:
    """Scripts and styles: the same for everybody, and cacheable."""
    paths = ("/_dash/_dash-component-suites/", "/_dash/assets/", "/embed.js")
    return request.path.startswith(paths)
