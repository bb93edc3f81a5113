"""Settings from the environment, and where the package's own files are.

Every variable is described in docs/reference/settings.md.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from dashapp.domain.errors import ConfigurationError

DEFAULT_DATABASE_URL = "sqlite:///var/dashapp.db"
_MIN_SECRET_LENGTH = 32
_MIN_SECRET_VARIETY = 10
_LOG_LEVELS = ("debug", "info", "warning", "error")
_MAX_DIGITS = 20
LOOPBACK = ("localhost", "127.0.0.1")
_USUAL_PORTS = {"https": 443, "http": 80}
_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
HOST_NAME = re.compile(rf"(?=.{{1,253}}$){_LABEL}(\.{_LABEL})*", re.ASCII)
_PATH = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*", re.ASCII)
_HSTS = re.compile(r"off|max-age=\d{1,10}(; includeSubDomains)?(; preload)?", re.ASCII)
_ONE_YEAR_HSTS = "max-age=31536000"
_HOW_TO_MAKE_A_SECRET = (
    "Generate one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"  # noqa: S105
)
# Example secrets from documentation: public, so not secret.
_DOCUMENTED_SECRETS = frozenset(
    {
        "change-me-to-a-long-random-string-of-your-own",
        "your-secret-key-goes-here-at-least-32-characters",
        "0123456789abcdef0123456789abcdef",
        "abcdefghijklmnopqrstuvwxyz123456",
    }
)
# The user, password and hosts of a database URL; store/database_url.py reads the rest.
_DATABASE_LOGIN = re.compile(r"\w+(?:\+\w+)?://([^:/]*):([^@]*)@([^/?]*)")
_ROLE = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_RESERVED_ROLES = frozenset(
    {"none", "public", "user", "current_user", "current_role", "session_user"}
)
_DEFAULT_DATABASE_PASSWORDS = frozenset({"postgres", "password", "admin", "changeme", "secret"})


class Cache(NamedTuple):
    """Where copies of sealed days are kept, and how many megabytes of them.

    Without a folder, it is `cache`, next to a SQLite database or in `var`.
    """

    folder: str | None = None
    megabytes: int = 4_096


@dataclass(frozen=True)
class Settings:
    """Everything that can differ between installations."""

    secret_key: str
    database_url: str = DEFAULT_DATABASE_URL
    database_role: str = "dashapp_app"
    database_read_url: str | None = None
    public_url: str | None = None
    trusted_proxies: int = 0
    session_idle_minutes: int = 12 * 60
    session_max_hours: int = 7 * 24
    key_events_per_minute: int = 3_000_000
    org_events_per_minute: int = 3_000_000
    embed_page_seconds: int = 900
    hsts: str | None = None
    cache: Cache = field(default_factory=Cache)
    log_level: str = "info"

    @property
    def is_https(self) -> bool:
        return bool(self.public_url) and urlsplit(self.public_url).scheme == "https"

    @property
    def public_path(self) -> str:
        """The path of the public address, such as `/analytics`; usually empty."""
        return urlsplit(self.public_url).path if self.public_url else ""

    @property
    def strict_transport_security(self) -> str | None:
        """The header of that name. It concerns all servers, ports and paths of the host.

        So by default, it is sent only if dashapp has the host to itself.
        """
        is_alone = urlsplit(self.public_url or "").port is None and not self.public_path
        value = self.hsts or (_ONE_YEAR_HSTS if is_alone else None)
        return value if self.is_https and value != "off" else None

    @property
    def trusted_hosts(self) -> list[str]:
        """Host names that requests may use: the public one and loopback."""
        public = urlsplit(self.public_url).hostname if self.public_url else None
        return [*LOOPBACK, *([public] if public else [])]


def from_env(env: Mapping[str, str]) -> Settings:
    """Return a server's settings. Raises ConfigurationError that says what to set, and how."""
    return Settings(
        secret_key=_secret_key(_text(env, "DASHAPP_SECRET_KEY")),
        database_url=database_url(env),
        database_role=database_role(env),
        database_read_url=_text(env, "DASHAPP_DATABASE_READ_URL") or None,
        public_url=_public_url(_text(env, "DASHAPP_PUBLIC_URL")),
        trusted_proxies=_whole_number(env, "DASHAPP_TRUSTED_PROXIES", 0, minimum=0, maximum=10),
        session_idle_minutes=session_idle_minutes(env),
        session_max_hours=session_max_hours(env),
        key_events_per_minute=_whole_number(
            env, "DASHAPP_KEY_EVENTS_PER_MINUTE", 3_000_000, minimum=1, maximum=2_000_000_000
        ),
        org_events_per_minute=_whole_number(
            env, "DASHAPP_ORG_EVENTS_PER_MINUTE", 3_000_000, minimum=1, maximum=2_000_000_000
        ),
        embed_page_seconds=_whole_number(
            env, "DASHAPP_EMBED_PAGE_SECONDS", 900, minimum=10, maximum=3_600
        ),
        hsts=_hsts(_text(env, "DASHAPP_HSTS")),
        cache=cache(env),
        log_level=_log_level(_text(env, "DASHAPP_LOG_LEVEL") or "info"),
    )


def database_url(env: Mapping[str, str]) -> str:
    """Return the database's URL; most commands need only this. Raises ConfigurationError."""
    url = _text(env, "DASHAPP_DATABASE_URL") or DEFAULT_DATABASE_URL
    login = _DATABASE_LOGIN.match(url)
    if login is not None and login[2] in _DEFAULT_DATABASE_PASSWORDS and not _is_local(login[3]):
        raise ConfigurationError(
            "DASHAPP_DATABASE_URL uses an easily guessed password for "
            f"{login[1]}@{login[3]}. Set another one in PostgreSQL and in the URL."
        )
    return url


def _is_local(hosts: str) -> bool:
    names = {host.partition(":")[0] for host in hosts.split(",")}
    return names <= {"", *LOOPBACK}


def database_role(env: Mapping[str, str]) -> str:
    """Return the PostgreSQL role that queries run as. Raises ConfigurationError."""
    role = _text(env, "DASHAPP_DATABASE_ROLE") or "dashapp_app"
    if not _ROLE.fullmatch(role) or role in _RESERVED_ROLES:
        raise ConfigurationError(
            "DASHAPP_DATABASE_ROLE must be up to 63 lowercase letters, digits and underscores, not "
            "start with a digit, and not be a word that PostgreSQL reserves, such as “none”."
        )
    return role


def session_idle_minutes(env: Mapping[str, str]) -> int:
    return _whole_number(env, "DASHAPP_SESSION_IDLE_MINUTES", 12 * 60, minimum=5)


def session_max_hours(env: Mapping[str, str]) -> int:
    return _whole_number(env, "DASHAPP_SESSION_MAX_HOURS", 7 * 24, minimum=1)


def cache(env: Mapping[str, str]) -> Cache:
    """Return where copies of sealed days are kept. Raises ConfigurationError."""
    megabytes = _whole_number(env, "DASHAPP_CACHE_MB", 4_096, minimum=64, maximum=10_000_000)
    return Cache(_text(env, "DASHAPP_CACHE_DIR") or None, megabytes)


def resource(name: str) -> Path:
    """Return the path of a folder such as `assets`, in the package or in a checkout."""
    package = Path(__file__).resolve().parent
    packaged = (package / f"_{name}", package / name)
    return next((path for path in packaged if path.is_dir()), package.parent / name)


def _text(env: Mapping[str, str], name: str) -> str:
    """Return a variable's value, "" if it is not set. Raises ConfigurationError if it is not text.

    The bytes of a variable need not be UTF-8.
    """
    value = env.get(name, "")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ConfigurationError(f"{name} is not valid UTF-8 text.") from None
    return value


def _secret_key(secret: str) -> str:
    problem = _secret_problem(secret)
    if problem:
        raise ConfigurationError(f"DASHAPP_SECRET_KEY {problem}. {_HOW_TO_MAKE_A_SECRET}")
    return secret


def _secret_problem(secret: str) -> str | None:
    if not secret.strip():
        return "is not set"
    if len(secret) < _MIN_SECRET_LENGTH:
        return f"is shorter than {_MIN_SECRET_LENGTH} characters"
    if secret.strip().lower() in _DOCUMENTED_SECRETS:
        return "is a publicly known example from documentation"
    if len(set(secret)) < _MIN_SECRET_VARIETY:
        return "repeats the same few characters"
    return None


def _public_url(text: str) -> str | None:
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


def _hsts(text: str) -> str | None:
    if text and not _HSTS.fullmatch(text):
        raise ConfigurationError(
            "DASHAPP_HSTS must be off, or the value of the header Strict-Transport-Security, such "
            "as: max-age=31536000; includeSubDomains"
        )
    return text or None


def _log_level(level: str) -> str:
    if level.lower() not in _LOG_LEVELS:
        raise ConfigurationError(f"DASHAPP_LOG_LEVEL must be one of {', '.join(_LOG_LEVELS)}.")
    return level.lower()


def _whole_number(
    env: Mapping[str, str], name: str, default: int, *, minimum: int, maximum: int = 1_000_000
) -> int:
    text = _text(env, name)
    if not text:
        return default
    is_number = text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS
    if not (is_number and minimum <= int(text) <= maximum):
        raise ConfigurationError(f"{name} must be a whole number from {minimum} to {maximum}.")
    return int(text)
