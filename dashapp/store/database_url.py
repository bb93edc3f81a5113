"""Database URLs: SQLite files, and PostgreSQL servers with one host or several."""

import re
from importlib.util import find_spec

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from dashapp.domain.errors import ConfigurationError, excerpt

SETTING = "DASHAPP_DATABASE_URL"
_EXAMPLES = "Examples: sqlite:///var/dashapp.db, postgresql://user:password@host/name"
_MAX_PORT = 65_535
# What comes before the hosts, the hosts, and the rest.
_PARTS = re.compile(r"(\w+(?:\+\w+)?://(?:[^:/]*(?::[^@]*)?@)?)([^/?]*)(.*)", re.DOTALL)
_HOST = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+(?:%[\w.-]+)?\]|[^\[\]:]*)(?::(?P<port>[0-9]{0,5}))?")


def parse_url(text: str, setting: str = SETTING) -> URL:
    """Return the parsed URL. Raises ConfigurationError that names the setting, never the password.

    PostgreSQL URLs can have several hosts, as in libpq: `postgresql://a:5432,b:5433/name`.
    """
    parts = _PARTS.fullmatch(text)
    if parts is None:
        raise ConfigurationError(f"{setting} is not a database URL. {_EXAMPLES}")
    start, hosts, rest = parts.groups()
    backend = start.partition(":")[0].partition("+")[0]
    if backend == "sqlite":
        return _sqlite_url(text, setting)
    if backend in {"postgresql", "postgres"}:
        return _postgresql_url(start, hosts, rest, setting)
    raise ConfigurationError(
        f"{setting} uses {excerpt(backend)}, which is not supported. Use sqlite or postgresql."
    )


def _sqlite_url(text: str, setting: str) -> URL:
    path = text.partition("://")[2].partition("?")[0]
    if not path.startswith("/") and path:
        raise ConfigurationError(
            f"{setting} has a host, but SQLite is a file. After “sqlite:”, write three slashes "
            "and a path, or four slashes and an absolute path: sqlite:///var/dashapp.db"
        )
    if path in {"", "/", "/:memory:"} or path.startswith("/file:"):
        raise ConfigurationError(f"{setting}: SQLite requires a file: sqlite:///var/dashapp.db")
    if "?" in text:
        raise ConfigurationError(
            f"{setting}: a SQLite URL ends with the path. Remove the “?” and what follows."
        )
    return make_url(text).set(drivername="sqlite")


def _postgresql_url(start: str, hosts: str, rest: str, setting: str) -> URL:
    if find_spec("psycopg") is None:
        raise ConfigurationError(
            'The PostgreSQL driver is not installed: pip install "dashapp[postgresql]"'
        )
    if "@" in start and "@" in hosts + rest:  # what follows may be a part of the password
        raise ConfigurationError(
            f"{setting}: the user or password contains “@”. Write it as %40; also write : as %3A, "
            "/ as %2F, and % as %25."
        )
    places = [_place(host, setting) for host in hosts.split(",")]
    has_one_host = len(places) == 1
    try:
        url = make_url(start + (hosts.removesuffix(":") if has_one_host else "") + rest)
        if not has_one_host:
            if {"host", "port"} & url.query.keys():
                raise ConfigurationError(f"{setting} has hosts before and after the “?”.")
            names, ports = zip(*places, strict=True)
            query = {"host": ",".join(names), "port": ",".join(ports)}
            url = url.update_query_dict(query)
        url = url.set(drivername="postgresql+psycopg")
        _check_options(url, setting)
    except (ArgumentError, ValueError):
        raise ConfigurationError(f"{setting} is not a valid URL. {_EXAMPLES}") from None
    return url


def _place(text: str, setting: str) -> tuple[str, str]:
    """Return a host and its port, "" for the default. Raises ConfigurationError."""
    place = _HOST.fullmatch(text)
    if place is None:
        raise ConfigurationError(
            f"{setting} has an invalid host or port. A port is a number from 1 to {_MAX_PORT}; an "
            "IPv6 address is in brackets: postgresql://user@[::1]:5432/name"
        )
    port = place["port"] or ""
    if port and not 1 <= int(port) <= _MAX_PORT:
        raise ConfigurationError(f"{setting}: a port is a number from 1 to {_MAX_PORT}.")
    return place["host"].strip("[]"), port


def _check_options(url: URL, setting: str) -> None:
    """Raise ConfigurationError for an option that PostgreSQL does not have."""
    import psycopg  # noqa: PLC0415 - an optional package

    _arguments, options = url.get_dialect()().create_connect_args(url)
    repeated = [name for name, value in url.query.items() if not isinstance(value, str)]
    if repeated and repeated != ["host"]:
        raise ConfigurationError(f"{setting} has “{excerpt(repeated[0])}” more than once.")
    try:
        psycopg.conninfo.make_conninfo(**options)
    except psycopg.Error as error:
        reason = excerpt(str(error).strip().partition("\n")[0], 100)
        raise ConfigurationError(f"{setting}: {reason}.") from None
