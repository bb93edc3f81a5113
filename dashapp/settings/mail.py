"""The server that mails are sent through."""

from collections.abc import Mapping
from email.utils import parseaddr
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from dashapp.domain.errors import ConfigurationError
from dashapp.settings.addresses import HOST_NAME, LOOPBACK
from dashapp.settings.reading import text_of

_PORTS = {"smtps": 465, "smtp+starttls": 587, "smtp": 25}
_INVALID = (
    "DASHAPP_SMTP_URL must be smtps://USER:PASSWORD@HOST:465 or "
    "smtp+starttls://USER:PASSWORD@HOST:587, with special characters of the password encoded as in "
    "URLs. Without a password: smtps://HOST. Without encryption, only to this machine: "
    "smtp://localhost"
)


class MailServer(NamedTuple):
    """A mail server, and the address that mails come from.

    `security` is `smtps` (TLS from the start), `smtp+starttls` or, on this machine only, `smtp`.
    """

    host: str
    port: int
    security: str
    user: str | None
    password: str | None
    sender: str


def mail_server(env: Mapping[str, str]) -> MailServer | None:
    """Return the configured server, or None if there is none. Raises ConfigurationError."""
    url, sender = text_of(env, "DASHAPP_SMTP_URL"), text_of(env, "DASHAPP_MAIL_FROM")
    if not url:
        return None
    if not _is_address(parseaddr(sender)[1]) or not sender.isprintable():
        raise ConfigurationError(
            "DASHAPP_MAIL_FROM must be the address that mails come from, such as "
            "dashboards@example.com or Dashboards <dashboards@example.com>."
        )
    return _parsed(url, sender)


def _parsed(url: str, sender: str) -> MailServer:
    try:
        parts = urlsplit(url.strip())
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        raise ConfigurationError(_INVALID) from None
    is_plain = parts.path in {"", "/"} and not (parts.query or parts.fragment)
    is_safe = parts.scheme in _PORTS and (parts.scheme != "smtp" or host in LOOPBACK)
    if not (is_plain and is_safe and HOST_NAME.fullmatch(host) and port != 0):
        raise ConfigurationError(_INVALID)
    return MailServer(
        host,
        port or _PORTS[parts.scheme],
        parts.scheme,
        unquote(parts.username) if parts.username else None,
        unquote(parts.password) if parts.password else None,
        sender,
    )


def _is_address(text: str) -> bool:
    name, at, host = text.partition("@")
    return bool(name and at and HOST_NAME.fullmatch(host.lower()))
