"""Addresses with a slash too many at the end: pages redirect, the API names the right address.

This looks at the shape of the address only: it says nothing about which pages exist.
"""

from urllib.parse import quote

from flask import Flask, current_app, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound as NoRoute

from dashapp.domain.errors import NotFound
from dashapp.web.http.safe_redirects import safe_path

_DASH = "/_dash"  # in all paths of Dash
_QUERY = "!$%&'()*+,-./:;=?@[]_~"  # what a query keeps as it is


def init_app(server: Flask) -> None:
    server.before_request(_point_to_address)


def _point_to_address() -> ResponseReturnValue | None:
    """Redirect a page, or raise NotFound with the right address for the API."""
    path = _without_slash()
    if path is None:
        return None
    if path.startswith("/api/"):
        address = request.script_root + path
        raise NotFound("Not found. Use %(address)s, without a slash at the end.", address=address)
    if request.method not in {"GET", "HEAD"}:
        return None
    query = quote(request.query_string, safe=_QUERY)
    return redirect(quote(request.script_root + path) + (f"?{query}" if query else ""), 308)


def _without_slash() -> str | None:
    """Return the path without slashes at its end, if nothing but that path has a route."""
    if not isinstance(request.routing_exception, NoRoute) or not request.path.endswith("/"):
        return None
    path = safe_path(request.path.rstrip("/"))
    if path is None or _DASH in path:
        return None
    methods = set(current_app.create_url_adapter(request).allowed_methods(path))  # type: ignore[union-attr]
    return path if methods & {"GET", "POST"} else None
