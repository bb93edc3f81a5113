"""The public address of an installation, and the header that keeps browsers on https."""

import re
from urllib.parse import urlsplit

from dashapp.domain.errors import ConfigurationError

LOOPBACK = ("localhost", "127.0.0.1")
_USUAL_PORTS = {"https": 443, "http": 80}
_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
HOST_NAME = re.compile(rf"(?=.{{1,253}}$){_LABEL}(\.{_LABEL})*", re.ASCII)
_PATH = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*", re.ASCII)
_HSTS = re.compile(r"off|max-age=\d{1,10}(; includeSubDomains)?(; preload)?", re.ASCII)


def public_url(text: str) -> str | None:
    if not text:
        return None
    invalid = ConfigurationError(
        "DASHAPP_PUBLIC_URL must be the address that people open in their browser: "
        "https://dashboards.example.com, or with a path: https://example.com/analytics"
    )
    try:
        parts = urlsplit(text.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        raise invalid from None
    path = parts.path.rstrip("/")
    is_plain = not (parts.query or parts.fragment or parts.username or parts.password)
    is_known = parts.scheme in _USUAL_PORTS and host is not None and HOST_NAME.fullmatch(host)
    if not (is_plain and is_known and port != 0 and _PATH.fullmatch(path)):
        raise invalid
    if parts.scheme == "http" and host not in LOOPBACK:
        raise ConfigurationError(
            "DASHAPP_PUBLIC_URL must use https: over http, passwords and data can be intercepted. "
            "Use a reverse proxy with a TLS certificate (docs/operate.md)."
        )
    is_usual = port in {None, _USUAL_PORTS[parts.scheme]}
    return f"{parts.scheme}://{host}" + ("" if is_usual else f":{port}") + path


def hsts(text: str) -> str | None:
    if text and not _HSTS.fullmatch(text):
        raise ConfigurationError(
            "DASHAPP_HSTS must be off, or the value of the header Strict-Transport-Security, such "
            "as: max-age=31536000; includeSubDomains"
        )
    return text or None
