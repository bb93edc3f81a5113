"""`dashapp demo`: sample orgs with half a year of events, and live events while it runs."""

import json
import logging
import os
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from time import sleep

import click

from dashapp.cli.context import now_us, open_store, operator_scope, scope_of
from dashapp.cli.serving.child_process import exit_when_stdin_closes, running
from dashapp.cli.serving.granian_server import run
from dashapp.cli.serving.serve import require_free
from dashapp.domain.boards.changes.preparing import NamedFile
from dashapp.domain.boards.definitions import Definitions
from dashapp.domain.demo.orgs import DAYS, SAMPLE_ORGS
from dashapp.domain.errors import Conflict, NotFound
from dashapp.domain.time.instant import to_us, utc_now
from dashapp.domain.time.zones import zone_named
from dashapp.settings import from_env, resource
from dashapp.store.boards.applying import apply_files
from dashapp.store.boards.loading import definitions_of
from dashapp.store.engine import Store
from dashapp.store.events.ingest import Receipt, ingest
from dashapp.web.monitoring.places import sharing
from dashapp.widgets.catalog import load_catalog

_EMAIL = "demo@example.com"
_INTERVAL = 10.0  # seconds between batches of live events
_LIVE_PERIOD = timedelta(minutes=15)  # so that the board shows recent events, even at night
_log = logging.getLogger(__name__)


@click.command()
@click.option("--port", default=8050, show_default=True, type=click.IntRange(1, 65535))
@click.option("--data-dir", default="var/demo", show_default=True, type=click.Path(path_type=Path))
@click.option(
    "--vendor",
    metavar="ORIGIN",
    help="Let pages of ORIGIN embed the dashboards, and create keys for it.",
)
def demo(port: int, data_dir: Path, vendor: str | None) -> None:
    """Create three sample orgs and serve them.

    Two validate data, one sells meals. Runs on this machine only, with half a year of events in
    each org. With --vendor, pages of ORIGIN may embed the dashboards; the signing keys are written
    to DATA_DIR/vendor.json.
    """
    from dashapp.store import migrate

    require_free("127.0.0.1", port)
    load_catalog()
    data_dir.mkdir(parents=True, exist_ok=True)
    os.environ["DASHAPP_DATABASE_URL"] = f"sqlite:///{data_dir.resolve() / 'dashapp.db'}"
    os.environ["DASHAPP_SECRET_KEY"] = secrets.token_urlsafe(48)
    os.environ["DASHAPP_LOG_LEVEL"] = "warning"
    os.environ["DASHAPP_PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    migrate.upgrade(os.environ["DASHAPP_DATABASE_URL"])
    with open_store() as store:
        password = make_demo(store, now := utc_now())
        _feed_all(store, now - _LIVE_PERIOD, now)
    if vendor is not None:
        _allow_embedding(data_dir / "vendor.json", vendor)
    click.echo(f"\n  http://127.0.0.1:{port}/app/acme/operations?time_range=7d\n")
    click.echo(f"{_EMAIL} / {password}\n")
    with sharing(), running("feed-demo"):
        run("127.0.0.1", port, workers=1)


def make_demo(store: Store, now: datetime) -> str:
    """Add the sample orgs, their events up to `now`, and a user of all; return the new password."""
    from dashapp.dashboards.provision import add_org
    from dashapp.store.events.seed import seed_events

    password = secrets.token_urlsafe(12)
    definitions = apply_sample_boards(store, now=to_us(now))
    for slug, sample in SAMPLE_ORGS.items():
        with suppress(Conflict):  # added by an earlier start
            add_org(
                store,
                operator_scope,
                slug,
                now=to_us(now),
                name=sample.name,
                timezone=sample.timezone,
                currency=sample.currency,
                boards=sample.boards,
                definitions=definitions,
            )
        zone = zone_named(sample.timezone)
        past = sample.past_events(slug, zone, now, DAYS)
        seed_events(store, scope_of(store, slug), past, now=now)
    _set_demo_user(store, password, now=to_us(now))
    return password


def apply_sample_boards(store: Store, *, now: int) -> Definitions:
    """Apply the board file of the shop, and return all definitions."""
    path = resource("examples") / "boards" / "shop.toml"
    file = NamedFile(path.name, path.read_text(encoding="utf-8"))
    apply_files(store, [file], frozenset(), {}, by="demo", now=now)
    return definitions_of(store)


def feed(store: Store, slug: str, *, after: datetime, until: datetime) -> Receipt:
    """Store an org's planned and live events with `after < occurred_at <= until`."""
    scope, sample = scope_of(store, slug), SAMPLE_ORGS[slug]
    planned = sample.past_events(slug, zone_named(scope.org.timezone), until, 1)
    due = [event for event in planned if event.occurred_at >= to_us(after)]
    batch = [*due, *sample.live_events(slug, after, until)]
    with store.write(scope) as session:
        return ingest(session, scope, batch, received_at=to_us(until))


@click.command(hidden=True)
def feed_demo() -> None:
    """Send live events to the demo. `dashapp demo` starts and stops this command."""
    exit_when_stdin_closes()
    fed_until = utc_now() - _LIVE_PERIOD
    with open_store() as store:
        while True:
            sleep(_INTERVAL)
            now = utc_now()
            fed_until = _feed_all(store, max(fed_until, now - _LIVE_PERIOD), now)


def _feed_all(store: Store, after: datetime, until: datetime) -> datetime:
    """Feed every org; return the time up to which events are stored."""
    try:
        for slug in SAMPLE_ORGS:
            feed(store, slug, after=after, until=until)
    except Exception:  # noqa: BLE001 - the next attempt may succeed
        _log.exception("could not add live events")
        return after
    return until


def _allow_embedding(file: Path, origin: str) -> None:
    """Allow `origin` to embed the boards, and write new embed keys to `file`.

    The keys of an earlier start were sealed under another secret, so they are revoked.
    """
    from dashapp.domain.secrets.keys import KeyKind
    from dashapp.store.orgs import keys, origins

    settings = from_env(os.environ)
    vendor_keys: dict[str, object] = {"dashapp": settings.public_url}
    with open_store() as store:
        for slug in SAMPLE_ORGS:
            scope = scope_of(store, slug)
            with store.write_shared() as session:
                with suppress(Conflict):  # added by an earlier start
                    origins.insert_origin(session, scope, origin, now=now_us())
                for key in keys.list_keys(session, scope):
                    if key.kind == KeyKind.EMBED and key.revoked_at is None:
                        keys.revoke_key(session, scope, key.id, now=now_us())
                key_id, secret = keys.insert_key(
                    session, scope, KeyKind.EMBED, now=now_us(), secrets=settings.secrets
                )
            vendor_keys[slug] = {"id": key_id, "secret": secret}
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text(json.dumps(vendor_keys))


def _set_demo_user(store: Store, password: str, *, now: int) -> None:
    from dashapp.domain.access.roles import Role
    from dashapp.domain.secrets.passwords import hash_password
    from dashapp.store.orgs import orgs
    from dashapp.store.people import login_sessions, users

    password_hash = hash_password(password)
    with store.write_shared() as session:
        try:
            user_id = users.find_user(session, _EMAIL).id
            users.set_password(session, user_id, password_hash)
            login_sessions.end_sessions_of(session, user_id, "password", at=now)
        except NotFound:
            user_id = users.insert_user(session, _EMAIL, password_hash, now=now)
        for slug in SAMPLE_ORGS:
            scope = operator_scope(orgs.find_org(session, slug))
            users.set_membership(session, scope, user_id, Role.OWNER, now=now)
