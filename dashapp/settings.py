"""What a server is told from outside, and where its own files are. Reads the environment once.

Every variable is described in docs/settings.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from dashapp.domain.errors import ConfigurationError

DEFAULT_DATABASE_URL = "sqlite:///var/dashapp.db"
_MIN_SECRET_LENGTH = 32
_MIN_SECRET_VARIETY = 10
_LOG_LEVELS = ("debug", "info", "warning", "error")
_LOOPBACK = ("localhost", "127.0.0.1")
_HOW_TO_MAKE_A_SECRET = (
    "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"  # noqa: S105
)
# Secrets that stand in documentation. Whoever copies one has told everybody.
_DOCUMENTED_SECRETS = frozenset(
    {
        "change-me-to-a-long-random-string-of-your-own",
        "your-secret-key-goes-here-at-least-32-characters",
        "0123456789abcdef0123456789abcdef",
        "abcdefghijklmnopqrstuvwxyz123456",
    }
)
_DEFAULT_DATABASE_PASSWORDS = frozenset({"postgres", "password", "admin", "changeme", "secret"})


@dataclass(frozen=True)
class Settings:
    """Everything that differs between two installations."""

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
    log_level: str = "info"

    @property
    def is_https(self) -> bool:
        return bool(self.public_url) and urlsplit(self.public_url).scheme == "https"

    @property
    def trusted_hosts(self) -> list[str]:
        """Host names that a request may carry: the public one, and loopback."""
        public = urlsplit(self.public_url).hostname if self.public_url else None
        return [*_LOOPBACK, *([public] if public else [])]


def from_env(env: Mapping[str, str]) -> Settings:
    """Settings of a server. Raises ConfigurationError that says what to set, and how."""
    return Settings(
        secret_key=_secret_key(env.get("DASHAPP_SECRET_KEY", "")),
        database_url=database_url(env),
        database_role=database_role(env),
        database_read_url=env.get("DASHAPP_DATABASE_READ_URL") or None,
        public_url=_public_url(env.get("DASHAPP_PUBLIC_URL", "")),
        trusted_proxies=_whole(env, "DASHAPP_TRUSTED_PROXIES", 0, least=0, most=10),
        session_idle_minutes=_whole(env, "DASHAPP_SESSION_IDLE_MINUTES", 12 * 60, least=5),
        session_max_hours=_whole(env, "DASHAPP_SESSION_MAX_HOURS", 7 * 24, least=1),
        key_events_per_minute=_whole(
            env, "DASHAPP_KEY_EVENTS_PER_MINUTE", 3_000_000, least=1, most=2_000_000_000
        ),
        org_events_per_minute=_whole(
            env, "DASHAPP_ORG_EVENTS_PER_MINUTE", 3_000_000, least=1, most=2_000_000_000
        ),
        embed_page_seconds=_whole(env, "DASHAPP_EMBED_PAGE_SECONDS", 900, least=10, most=3_600),
        log_level=_log_level(env.get("DASHAPP_LOG_LEVEL") or "info"),
    )


def database_url(env: Mapping[str, str]) -> str:
    """The database's URL: all that the operator's commands need. Raises ConfigurationError."""
    url = env.get("DASHAPP_DATABASE_URL") or DEFAULT_DATABASE_URL
    parts = urlsplit(url)
    is_local = parts.hostname is None or parts.hostname in _LOOPBACK
    if parts.password in _DEFAULT_DATABASE_PASSWORDS and not is_local:
        raise ConfigurationError(
            "DASHAPP_DATABASE_URL uses the password that everybody tries first for "
            f"{parts.username}@{parts.hostname}. Set another one in PostgreSQL and here."
        )
    return url


def database_role(env: Mapping[str, str]) -> str:
    """The PostgreSQL role that queries run as. Raises ConfigurationError."""
    role = env.get("DASHAPP_DATABASE_ROLE") or "dashapp_app"
    if not (role.isascii() and role.replace("_", "a").isalnum() and role.lower() == role):
        raise ConfigurationError(
            "DASHAPP_DATABASE_ROLE must be lower-case letters, digits and underscores."
        )
    return role


def resource(name: str) -> Path:
    """`assets`, `migrations` or `locale`: inside the package, or at the top of a checkout."""
    package = Path(__file__).resolve().parent
    inside = (package / f"_{name}", package / name)
    return next((path for path in inside if path.is_dir()), package.parent / name)


def _secret_key(secret: str) -> str:
    fault = _fault_of_secret(secret)
    if fault:
        raise ConfigurationError(f"DASHAPP_SECRET_KEY {fault}. {_HOW_TO_MAKE_A_SECRET}")
    return secret


def _fault_of_secret(secret: str) -> str | None:
    if not secret.strip():
        return "is not set"
    if len(secret) < _MIN_SECRET_LENGTH:
        return f"is shorter than {_MIN_SECRET_LENGTH} characters"
    if secret.strip().lower() in _DOCUMENTED_SECRETS:
        return "is an example from documentation, which everybody knows"
    if len(set(secret)) < _MIN_SECRET_VARIETY:
        return "repeats the same few characters"
    return None


def _public_url(url: str) -> str | None:
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
        raise ConfigurationError(
            "DASHAPP_PUBLIC_URL must be the address that people type, without a path: "
            "https://dashboards.example.com"
        )
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ConfigurationError(
            "DASHAPP_PUBLIC_URL must be https: over http, passwords and numbers can be read on "
            "the way. Put a proxy with a certificate in front (docs/deployment.md)."
        )
    return url.rstrip("/")


def _log_level(word: str) -> str:
    if word.lower() not in _LOG_LEVELS:
        raise ConfigurationError(f"DASHAPP_LOG_LEVEL must be one of {', '.join(_LOG_LEVELS)}.")
    return word.lower()


def _whole(
    env: Mapping[str, str], name: str, default: int, *, least: int, most: int = 1_000_000
) -> int:
    text = env.get(name)
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise ConfigurationError(f"{name} must be a whole number from {least} to {most}.")
    return int(text)
