"""Settings from the environment, and where the package's own files are.

Every variable is described in docs/reference/settings.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from dashapp.domain.errors import ConfigurationError
from dashapp.domain.secrets.sealing import Secrets
from dashapp.settings import addresses, secret_keys
from dashapp.settings.addresses import HOST_NAME, LOOPBACK
from dashapp.settings.database import (
    DEFAULT_DATABASE_URL,
    Cache,
    cache,
    database_role,
    database_url,
)
from dashapp.settings.mail import MailServer, mail_server
from dashapp.settings.reading import is_on, text_of, whole_number
from dashapp.settings.resources import resource

__all__ = [
    "HOST_NAME",
    "LOOPBACK",
    "Cache",
    "MailServer",
    "Settings",
    "audit_days",
    "breached_passwords",
    "cache",
    "database_role",
    "database_url",
    "from_env",
    "mail_server",
    "resource",
    "session_idle_minutes",
    "session_max_hours",
]
_LOG_LEVELS = ("debug", "info", "warning", "error")
_ONE_YEAR_HSTS = "max-age=31536000"
_MIN_TOKEN_LENGTH = 16


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
    secret_key_old: str | None = None
    mail_server: MailServer | None = None
    audit_days: int = 400
    metrics_token: str | None = None
    breached_passwords: str | None = None
    allows_private_providers: bool = False

    @property
    def secrets(self) -> Secrets:
        """What to sign and seal with, and what to verify with."""
        return Secrets(self.secret_key, self.secret_key_old)

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
        secret_key=secret_keys.secret_key(text_of(env, "DASHAPP_SECRET_KEY")),
        database_url=database_url(env),
        database_role=database_role(env),
        database_read_url=text_of(env, "DASHAPP_DATABASE_READ_URL") or None,
        public_url=addresses.public_url(text_of(env, "DASHAPP_PUBLIC_URL")),
        trusted_proxies=whole_number(env, "DASHAPP_TRUSTED_PROXIES", 0, minimum=0, maximum=10),
        session_idle_minutes=session_idle_minutes(env),
        session_max_hours=session_max_hours(env),
        key_events_per_minute=whole_number(
            env, "DASHAPP_KEY_EVENTS_PER_MINUTE", 3_000_000, minimum=1, maximum=2_000_000_000
        ),
        org_events_per_minute=whole_number(
            env, "DASHAPP_ORG_EVENTS_PER_MINUTE", 3_000_000, minimum=1, maximum=2_000_000_000
        ),
        embed_page_seconds=whole_number(
            env, "DASHAPP_EMBED_PAGE_SECONDS", 900, minimum=10, maximum=3_600
        ),
        hsts=addresses.hsts(text_of(env, "DASHAPP_HSTS")),
        cache=cache(env),
        log_level=_log_level(text_of(env, "DASHAPP_LOG_LEVEL") or "info"),
        secret_key_old=_old_secret_key(env),
        mail_server=mail_server(env),
        audit_days=audit_days(env),
        metrics_token=_metrics_token(env),
        breached_passwords=breached_passwords(env),
        allows_private_providers=is_on(env, "DASHAPP_PRIVATE_PROVIDERS"),
    )


def session_idle_minutes(env: Mapping[str, str]) -> int:
    return whole_number(env, "DASHAPP_SESSION_IDLE_MINUTES", 12 * 60, minimum=5)


def session_max_hours(env: Mapping[str, str]) -> int:
    return whole_number(env, "DASHAPP_SESSION_MAX_HOURS", 7 * 24, minimum=1)


def breached_passwords(env: Mapping[str, str]) -> str | None:
    """Return the path of a list of stolen passwords, if there is one."""
    return text_of(env, "DASHAPP_BREACHED_PASSWORDS") or None


def audit_days(env: Mapping[str, str]) -> int:
    """Return for how many days audit entries are kept."""
    return whole_number(env, "DASHAPP_AUDIT_DAYS", 400, minimum=30, maximum=36_500)


def _old_secret_key(env: Mapping[str, str]) -> str | None:
    name = "DASHAPP_SECRET_KEY_OLD"
    text = text_of(env, name)
    return secret_keys.secret_key(text, name) if text else None


def _metrics_token(env: Mapping[str, str]) -> str | None:
    token = text_of(env, "DASHAPP_METRICS_TOKEN")
    if token and (len(token) < _MIN_TOKEN_LENGTH or not token.isascii() or not token.isprintable()):
        raise ConfigurationError(
            f"DASHAPP_METRICS_TOKEN must have {_MIN_TOKEN_LENGTH} or more ASCII characters."
        )
    return token or None


def _log_level(level: str) -> str:
    if level.lower() not in _LOG_LEVELS:
        raise ConfigurationError(f"DASHAPP_LOG_LEVEL must be one of {', '.join(_LOG_LEVELS)}.")
    return level.lower()
