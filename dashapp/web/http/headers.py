"""Headers of every response, including errors. Also refuses requests from other sites."""

from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, Response, g, request, session

from dashapp.domain.errors import Forbidden
from dashapp.domain.language import _
from dashapp.settings import LOOPBACK
from dashapp.web.access import security_log
from dashapp.web.access.security_log import Event
from dashapp.web.http.errors import request_id
from dashapp.web.http.inline import script_hashes
from dashapp.web.http.safe_redirects import is_embed_path
from dashapp.web.services import services

_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def init_app(server: Flask) -> None:
    server.before_request(_refuse_cross_site_requests)
    server.after_request(_add_headers)


def content_security_policy(
    script_hashes: Sequence[str], ancestors: Sequence[str] = (), *, has_frames: bool = False
) -> str:
    """Allow scripts from this server only, without eval. Dash and Plotly need inline styles.

    `ancestors` are the origins that may frame the page. Without any, no site may. With
    `has_frames`, the page itself may frame pages of this server.
    """
    return "; ".join(
        (
            "default-src 'self'",
            "connect-src 'self'",
            "img-src 'self' data: blob:",
            "style-src 'self' 'unsafe-inline'",
            " ".join(["script-src 'self'", *script_hashes]),
            "frame-src 'self'" if has_frames else "frame-src 'none'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            " ".join(["frame-ancestors", *(ancestors or ["'none'"])]),
        )
    )


def is_from_own_page() -> bool:
    """Return whether a page of this server led here, and not a link elsewhere, such as in a mail.

    Old browsers send no Sec-Fetch-Site. None lets a page choose the Referer of another site.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site == "same-origin"
    return bool(request.referrer) and _is_own_origin(request.referrer)


def _refuse_cross_site_requests() -> None:
    """Refuse writes from other sites. Browsers say in a header where a request comes from."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    is_cross_site = site not in {"same-origin", "none"} if site else not _is_own_origin(origin)
    if is_cross_site:
        security_log.record(Event.ORIGIN_REFUSED, "cross_site", origin=origin)
        raise Forbidden(_("Requests from other sites are not allowed."))


def _is_own_origin(origin: str | None) -> bool:
    """Return whether an Origin header names this server or is missing: programs send none.

    Behind a proxy, the Host header may lack the port that browsers use; the public address has it.
    """
    if origin is None:
        return True
    public_url = services().settings.public_url
    try:
        address, public = urlsplit(origin), urlsplit(public_url or "")
    except ValueError:
        return False
    if public_url and not _is_loopback(request.host):
        return (address.scheme, address.netloc) == (public.scheme, public.netloc)
    return bool(address.netloc) and address.netloc in {request.host, public.netloc}


def _is_loopback(host: str) -> bool:
    return host.partition(":")[0] in LOOPBACK


def _add_headers(response: Response) -> Response:
    headers = response.headers
    headers.update(_FIXED)
    headers["X-Request-Id"] = request_id()
    headers["Content-Security-Policy"] = content_security_policy(
        script_hashes(), g.get("frame_ancestors", ()), has_frames=g.get("has_frames", False)
    )
    if is_embed_path(request.path):
        headers["Referrer-Policy"] = "no-referrer"
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        headers.pop("Set-Cookie", None)  # a safeguard: embedded pages set no cookies
    strict_transport_security = services().settings.strict_transport_security
    if strict_transport_security:
        headers["Strict-Transport-Security"] = strict_transport_security
    if "cache_control" in g and response.status_code == HTTPStatus.OK:
        headers["Cache-Control"] = g.cache_control  # a view says that its answer is no secret
        response.vary.add("Cookie")
    elif not _is_static_file() or response.status_code >= HTTPStatus.BAD_REQUEST:
        headers["Cache-Control"] = "no-store"
        response.vary.add("Cookie")
    else:
        session.accessed = False  # Vary: Cookie would empty the cache at each login
    return response


def _is_static_file() -> bool:
    """Return whether the request is for a script or style, which everyone gets and caches."""
    paths = ("/_dash/_dash-component-suites/", "/_dash/assets/", "/embed.js")
    return request.path.startswith(paths)
