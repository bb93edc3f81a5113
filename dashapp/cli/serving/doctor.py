"""`dashapp doctor`: what is wrong with an installation, and the command that mends it."""

import os
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import click
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from dashapp.cli.checks import Check, print_checks
from dashapp.cli.context import now_us
from dashapp.cli.serving import mail_checks
from dashapp.domain.errors import ConfigurationError
from dashapp.domain.time.instant import SECOND
from dashapp.settings import Settings, from_env
from dashapp.store import migrate
from dashapp.store.database_errors import explain
from dashapp.store.engine import Store
from dashapp.store.health import clock, readiness
from dashapp.store.orgs.sealed_keys import sealed_keys
from dashapp.store.secrets.resealing import count_sealed

_MIN_FREE_BYTES = 1_000_000_000
_MAX_AGE_SECONDS = 2 * 3_600  # of the last pass of upkeep
_TIMEOUT = 5.0  # seconds, for the public address


@click.command()
@click.option("--send-mail", "address", help="Also send a mail to this address.")
def doctor(address: str | None) -> None:
    """Check the whole installation, and say how to fix it.

    Checks the settings, the database, privileges, poolers, the clock, the disk, the proxy, embed
    keys, upkeep, and the mail server. Run it with the environment of the server.
    """
    print_checks(_examine(address))


def _examine(address: str | None) -> Iterator[Check]:
    try:
        settings = from_env(os.environ)
    except ConfigurationError as error:
        yield Check("settings", False, error.message)
        return
    yield Check("settings", True, "complete")
    with closing(_store(settings)) as store:
        faults = _faults(store)
        yield from (Check("database", False, fault) for fault in faults)
        yield from (Check("database", False, warning) for warning in migrate.warnings(store))
        if not faults:
            yield Check("database", True, f"ready, with schema {migrate.head()}")
            for part in (_writing, _connection, _clock, _keys, _upkeep, mail_checks.waiting):
                yield from _tried(part, store, settings)
        yield from _disk(store)
    yield from _proxy(settings)
    yield from mail_checks.server(settings, address)


def _store(settings: Settings) -> Store:
    return Store(
        settings.database_url,
        role=settings.database_role,
        read_url=settings.database_read_url,
        cache=settings.cache,
    )


def _faults(store: Store) -> list[str]:
    try:
        return migrate.problems(store)
    except DBAPIError as error:
        return [explain(error, store.url)]


def _tried(
    part: Callable[[Store, Settings], Iterator[Check]], store: Store, settings: Settings
) -> Iterator[Check]:
    try:
        yield from part(store, settings)
    except DBAPIError as error:
        yield Check("database", False, explain(error, store.url))


def _writing(store: Store, _settings: Settings) -> Iterator[Check]:
    if readiness.can_write(store, now_us()):
        yield Check("writing", True, "the database takes writes")
    else:
        yield Check("writing", False, "the database takes no writes: look at its disk and its log")


def _connection(store: Store, _settings: Settings) -> Iterator[Check]:
    """Look at what is in force in a transaction, whatever is between here and PostgreSQL."""
    if store.is_sqlite:
        return
    with store.read_shared() as session:
        user, limit = session.execute(
            text("SELECT current_user, current_setting('statement_timeout')")
        ).one()
        driver = session.connection().connection.driver_connection
        is_pooled = getattr(driver, "prepare_threshold", 5) is None
    is_ok = user == store.role and limit != "0"
    how = "through a pooler" if is_pooled else "directly"
    detail = f"connects {how}; queries run as {user} and end after {limit}"
    yield Check("pooler", is_ok, detail)


def _clock(store: Store, _settings: Settings) -> Iterator[Check]:
    fault = clock.fault(store, now_us())
    yield Check("clock", not fault, fault or "agrees with the database's and with the last upkeep")


def _keys(store: Store, settings: Settings) -> Iterator[Check]:
    with store.read_shared() as session:
        found = sealed_keys(session, settings.secrets)
    yield Check(
        "keys", not found.fault, found.fault or f"embed keys that can be read: {found.active:,}"
    )
    yield from _rotation(store, settings)


def _rotation(store: Store, settings: Settings) -> Iterator[Check]:
    """While two secrets are set, say which step of the rotation is next."""
    if settings.secret_key_old is None:
        return
    if any(counted.old for counted in count_sealed(store, settings.secrets)):
        detail = "values are encrypted under the old secret key. Run: dashapp secret reseal"
        yield Check("secret", False, detail)
    else:
        yield Check(
            "secret", True, "nothing is encrypted under the old secret key. A week after the "
            "rotation, remove DASHAPP_SECRET_KEY_OLD",
        )  # fmt: skip


def _upkeep(store: Store, _settings: Settings) -> Iterator[Check]:
    age = readiness.upkeep_age(store, now_us())
    if age is None:
        yield Check("upkeep", False, "has never run. Start dashapp serve, or run: dashapp upkeep")
        return
    seconds = age // SECOND
    if seconds < 0:
        yield Check("upkeep", False, f"ran {-seconds:,} s in the future: set the clock right")
    else:
        detail = f"ran {seconds:,} s ago"
        is_late = seconds > _MAX_AGE_SECONDS
        yield Check("upkeep", not is_late, detail + (". Run: dashapp upkeep" if is_late else ""))


def _disk(store: Store) -> Iterator[Check]:
    folders = [store.columns.cache.folder]
    if store.is_sqlite:
        folders.insert(0, Path(str(store.url.database)).resolve().parent)
    for folder in folders:
        existing = next(each for each in (folder, *folder.parents) if each.exists())
        free = shutil.disk_usage(existing).free
        detail = f"{free // 1_000_000:,} MB free for {folder}"
        yield Check("disk", free >= _MIN_FREE_BYTES, detail)


def _proxy(settings: Settings) -> Iterator[Check]:
    """Send what browsers send on logout, without a session: the server must take it as its own."""
    if settings.public_url is None:
        yield Check("proxy", True, "no public address: this machine only")
        return
    if settings.is_https and not settings.trusted_proxies:
        yield Check(
            "proxy", False, "https needs a proxy, and none is trusted. Set "
            "DASHAPP_TRUSTED_PROXIES=1 if there is one in front of this server",
        )  # fmt: skip
    parts = urlsplit(settings.public_url)
    request = urllib.request.Request(  # noqa: S310 - http or https, by the settings
        f"{settings.public_url}/logout", data=b"",
        headers={"Origin": f"{parts.scheme}://{parts.netloc}"},
    )  # fmt: skip
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT):  # noqa: S310
            status = 200
    except urllib.error.HTTPError as error:
        status = error.code
        error.close()
    except OSError as error:
        reason = getattr(error, "reason", None) or error
        yield Check("proxy", False, f"{settings.public_url} does not answer: {reason}")
        return
    is_own = status in {200, 302, 303}
    hint = "answers" if is_own else (
        f"answers {status} to its own pages: pass on the Host header (docs/operate.md)"
    )  # fmt: skip
    yield Check("proxy", is_own, f"{settings.public_url} {hint}")
