"""`dashapp demo` and `dashapp serve`."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import click

from dashapp.cli.context import now_us, open_store, operator_scope, scope_of
from dashapp.domain.errors import ConfigurationError, Conflict, NotFound
from dashapp.domain.instant import utc_now
from dashapp.settings import from_env
from dashapp.widgets.catalog import load_catalog

_DEMO_EMAIL = "demo@example.com"
_LOOPBACK = frozenset({"127.0.0.1", "localhost"})


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8050, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
def serve(host: str, port: int, workers: int) -> None:
    """Serve the dashboards.

    Needs DASHAPP_SECRET_KEY, and DASHAPP_PUBLIC_URL where people reach it from elsewhere.

    \b
    Example:  DASHAPP_SECRET_KEY=… DASHAPP_PUBLIC_URL=https://dash.example.com dashapp serve
    """
    from dashapp.web.logs import configure

    settings = from_env(os.environ)
    if host not in _LOOPBACK and not settings.public_url:
        raise ConfigurationError(
            f"To listen on {host}, set DASHAPP_PUBLIC_URL to the address that people type: other "
            "host names are refused."
        )
    _require_free(host, port)
    load_catalog()  # says what to do where a widget is not one
    with open_store():
        pass  # and where the database cannot be served from
    configure(settings.log_level)
    beside = _start_upkeep()
    try:
        _run(host, port, workers)
    finally:
        beside.kill()


@click.command()
@click.option("--port", default=8050, show_default=True, type=click.IntRange(1, 65535))
@click.option("--data-dir", default="var/demo", show_default=True, type=click.Path(path_type=Path))
@click.option("--vendor", metavar="ORIGIN", help="Also: keys and permission to embed, for ORIGIN.")
def demo(port: int, data_dir: Path, vendor: str | None) -> None:
    """Make two sample orgs, and serve them.

    On this machine only, with half a year of events. With --vendor, pages of ORIGIN may embed
    their dashboards; the keys to sign with are written to DATA_DIR/vendor.json.
    """
    from dashapp.store import migrate

    _require_free("127.0.0.1", port)
    load_catalog()
    data_dir.mkdir(parents=True, exist_ok=True)
    os.environ["DASHAPP_DATABASE_URL"] = f"sqlite:///{data_dir.resolve() / 'dashapp.db'}"
    os.environ["DASHAPP_SECRET_KEY"] = secrets.token_urlsafe(48)
    os.environ["DASHAPP_LOG_LEVEL"] = "warning"
    os.environ["DASHAPP_PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    migrate.upgrade(os.environ["DASHAPP_DATABASE_URL"])
    password = _make_demo()
    if vendor is not None:
        _let_embed(data_dir / "vendor.json", vendor)
    click.echo(f"\n  http://127.0.0.1:{port}/app/acme/operations?time_range=7d\n")
    click.echo(f"{_DEMO_EMAIL} / {password}\n")
    _run("127.0.0.1", port, workers=1)


def _make_demo() -> str:
    """Two orgs, 190 days of events, and a person who sees both; their new password."""
    from dashapp.dashboards.provision import add_org, provision
    from dashapp.dashboards.templates import TEMPLATES
    from dashapp.domain.demo import Plan
    from dashapp.store.seed import seed_tracking_events

    password = secrets.token_urlsafe(12)
    with open_store() as store:
        orgs = (
            ("acme", "Acme", "Europe/Berlin", Plan(190, 24, 12, is_varied=True)),
            ("rival", "Rival", "America/New_York", Plan(190, 9, 5, is_varied=True)),
        )
        for slug, name, zone, plan in orgs:
            with suppress(Conflict):  # made at an earlier start
                add_org(store, operator_scope, slug, now=now_us(), name=name, timezone=zone)
            for template in TEMPLATES.values():
                provision(store, scope_of(store, slug), template, now=now_us())
            seed_tracking_events(store, scope_of(store, slug), plan, now=utc_now())
        _set_demo_user(password, [slug for slug, *_ in orgs])
    return password


def _let_embed(file: Path, origin: str) -> None:
    """New embed keys: those of an earlier start were sealed under another secret."""
    from dashapp.domain.keys import KeyKind
    from dashapp.store import keys, origins

    settings = from_env(os.environ)
    made: dict[str, object] = {"dashapp": settings.public_url}
    with open_store() as store:
        for slug in ("acme", "rival"):
            org_id = scope_of(store, slug).org_id
            with store.changing() as session:
                with suppress(Conflict):  # since an earlier start
                    origins.insert_origin(session, org_id, origin, now=now_us())
                for old in keys.list_keys(session, org_id):
                    if old.kind == KeyKind.EMBED and old.revoked_at is None:
                        keys.revoke_key(session, old.id, now=now_us())
                key_id, secret = keys.insert_key(
                    session, org_id, KeyKind.EMBED, now=now_us(), secret_key=settings.secret_key
                )
            made[slug] = {"id": key_id, "secret": secret}
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text(json.dumps(made))


def _set_demo_user(password: str, slugs: list[str]) -> None:
    from dashapp.domain.passwords import hash_password
    from dashapp.domain.roles import Role
    from dashapp.store import login_sessions, orgs, users

    hashed = hash_password(password)
    with open_store() as store, store.changing() as session:
        try:
            user_id = users.find_user(session, _DEMO_EMAIL).id
            users.set_password(session, user_id, hashed)
            login_sessions.end_sessions_of(session, user_id, "password", at=now_us())
        except NotFound:
            user_id = users.insert_user(session, _DEMO_EMAIL, hashed, now=now_us())
        for slug in slugs:
            org = orgs.find_org(session, slug)
            users.set_membership(session, user_id, org.id, Role.OWNER, now=now_us())


def _require_free(host: str, port: int) -> None:
    """Two servers could share a port without noticing. Raises ConfigurationError."""
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        raise ConfigurationError(
            f"Cannot listen on {host}:{port}: {error.strerror}. Another server may be running; "
            "choose another port with --port."
        ) from None


def _start_upkeep() -> "subprocess.Popen[bytes]":
    """A process of its own: workers are forked, and an open database must not be there twice.

    It ends with us: its standard input does, when we and our workers are gone.
    """
    command = [sys.executable, "-m", "dashapp", "upkeep", "--until-input-ends"]
    return subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 - ourselves


def _end_when_told() -> None:
    """A worker that still loads ends at once; forked, it would leave a signal to its master's code.

    When it serves it has handlers of its own, which let requests end.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def _run(host: str, port: int, workers: int) -> None:
    """Granian, with few threads a worker: they wait for the database, they do not compute."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    click.echo(f"Serving on http://{host}:{port} with {workers} worker(s). Stop with Ctrl+C.")
    os.register_at_fork(after_in_child=_end_when_told)
    Granian(
        "dashapp.wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=4,
        backlog=512,
        respawn_failed_workers=True,
        workers_kill_timeout=20,
        log_access=False,
        log_level=LogLevels.warning,  # its lines are no JSON
    ).serve()
