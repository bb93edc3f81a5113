"""Where the data is: the database, its role, and copies of sealed days."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from dashapp.domain.errors import ConfigurationError
from dashapp.settings.addresses import LOOPBACK
from dashapp.settings.reading import text_of, whole_number

DEFAULT_DATABASE_URL = "sqlite:///var/dashapp.db"
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


def database_url(env: Mapping[str, str]) -> str:
    """Return the database's URL; most commands need only this. Raises ConfigurationError."""
    url = text_of(env, "DASHAPP_DATABASE_URL") or DEFAULT_DATABASE_URL
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
    role = text_of(env, "DASHAPP_DATABASE_ROLE") or "dashapp_app"
    if not _ROLE.fullmatch(role) or role in _RESERVED_ROLES:
        raise ConfigurationError(
            "DASHAPP_DATABASE_ROLE must be up to 63 lowercase letters, digits and underscores, not "
            "start with a digit, and not be a word that PostgreSQL reserves, such as “none”."
        )
    return role


def cache(env: Mapping[str, str]) -> Cache:
    """Return where copies of sealed days are kept. Raises ConfigurationError."""
    megabytes = whole_number(env, "DASHAPP_CACHE_MB", 4_096, minimum=64, maximum=10_000_000)
    return Cache(text_of(env, "DASHAPP_CACHE_DIR") or None, megabytes)
