"""Factories for tests: a test states only what matters to it."""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from dashapp.app import create_app
from dashapp.domain.access.actors import Actor, ActorKind
from dashapp.domain.access.roles import Role
from dashapp.domain.access.scope import Org, Scope
from dashapp.domain.events.event import Event, make_event
from dashapp.domain.secrets.keys import KeyKind, KeyScope
from dashapp.domain.secrets.sealing import Secrets
from dashapp.domain.time.instant import to_text, to_us
from dashapp.domain.time.presets import Choice
from dashapp.domain.time.time_range import TimeRange, resolve
from dashapp.settings import Settings
from dashapp.store.administration.change import changing
from dashapp.store.administration.org_settings import change_settings
from dashapp.store.engine import Store
from dashapp.store.events.ingest import Receipt, ingest
from dashapp.store.installation.keys import insert_installation_key
from dashapp.store.orgs import dashboards, keys
from dashapp.store.orgs.dashboards import SavedPanel
from dashapp.store.orgs.new_orgs import FirstRows, NewOrg, insert_orgs
from dashapp.store.people import users

SECRET = "k3J-a-secret-of-the-tests-which-nobody-else-uses-9f2"
PASSWORD = "correct horse battery"
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # a thousand times cheaper
_PASSWORD_HASH = HASHER.hash(PASSWORD)
OPERATOR = Actor(ActorKind.OPERATOR, "root", "root")
_ids = count(1)


class Clock:
    """A clock that a test can move."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **amount: float) -> None:
        self.now += timedelta(**amount)


def scope(org: Org, role: Role = Role.OWNER, dashboard: str | None = "operations") -> Scope:
    return Scope(org, role, dashboard=dashboard)


def event(event_type: str = "page.viewed", at: datetime | str = NOW, **fields) -> Event:
    occurred_at = at if isinstance(at, str) else to_text(at)
    received = {"id": f"e{next(_ids)}", "type": event_type, "occurred_at": occurred_at, **fields}
    return make_event(received, received_at=datetime(2100, 1, 1, tzinfo=UTC))


def send(store: Store, owner: Scope, events: Sequence[Event], **options) -> Receipt:
    with store.write(owner) as session:
        return ingest(session, owner, events, received_at=to_us(NOW), **options)


def time_range(preset: str = "7d", zone: str = "UTC", now: datetime = NOW, **custom) -> TimeRange:
    return resolve(Choice(preset, **custom), ZoneInfo(zone), now=now)


def place(store: Store, owner: Scope, widgets: Sequence[str], dashboard="operations") -> None:
    """Replace the panels of a dashboard with these widgets."""
    with store.write(owner) as session:
        panels = [SavedPanel(name, None, None, is_hidden=False, config={}) for name in widgets]
        dashboards.put_panels(session, owner, dashboard, panels, now=1)


def add_user(store: Store, email: str, *memberships: tuple[Scope, Role]) -> int:
    with store.write_shared() as session:
        user_id = users.insert_user(session, email, _PASSWORD_HASH, now=1)
        for owner, role in memberships:
            users.set_membership(session, owner, user_id, role, now=1)
    return user_id


def set_timezone(store: Store, owner: Scope, zone: str) -> None:
    """Change an org's time zone, as `dashapp org set` does."""
    with changing(store, owner, OPERATOR, now=1) as change:
        change_settings(change, timezone=zone)


def add_orgs(
    store: Store, user_id: int, names: Iterable[str], role: Role = Role.OWNER, prefix: str = "org"
) -> None:
    """Add orgs without dashboards, `org-0` and so on, and the user to each of them."""
    with store.write_shared() as session:
        new = [NewOrg(f"{prefix}-{number}", name) for number, name in enumerate(names)]
        for org in insert_orgs(session, scope, new, FirstRows([], [], "", 1)):
            users.set_membership(session, scope(org), user_id, role, now=1)


def add_key(store: Store, owner: Scope, kind: KeyKind = KeyKind.READ) -> tuple[str, str]:
    with store.write_shared() as session:
        return keys.insert_key(session, owner, kind, now=1, secrets=Secrets(SECRET))


def add_installation_key(store: Store, *scopes: KeyScope, kind: KeyKind = KeyKind.ADMIN) -> str:
    """Add a key of the vendor, with all scopes unless some are given; return its secret."""
    name = f"key-{next(_ids)}"
    with store.write_shared() as session:
        return insert_installation_key(session, kind, name, scopes or (KeyScope.ALL,), now=1)[1]


def app(store: Store, clock=None, *, catalog=None, **settings) -> Flask:
    url = store.url.render_as_string(hide_password=False)
    app_settings = Settings(secret_key=SECRET, database_url=url, **settings)
    return create_app(app_settings, store=store, catalog=catalog, clock=clock or Clock())


def login(client: FlaskClient, email: str, password: str = PASSWORD, **extra):
    """Send the login form as a browser does; return the response."""
    return client.post("/login", data=login_form(client, email, password, **extra))


def login_form(
    client: FlaskClient, email: str, password: str = PASSWORD, **extra
) -> dict[str, str]:
    """Return the fields of a new login form, filled in."""
    page = client.get("/login").text
    token = hidden_value(page, "csrf_token")
    return {"email": email, "password": password, "csrf_token": token, **extra}


def hidden_value(page: str, name: str) -> str:
    match = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert match, f"no {name} in the page"
    return match[1]


def logout(client: FlaskClient, page: str = "/app/acme/operations"):
    token = hidden_value(client.get(page).text, "csrf_token")
    return client.post("/logout", data={"csrf_token": token})


def refresh_body(
    panels: Sequence[str] = (
        "total-validations",
        "total-errors",
        "events-time-series",
        "users-time-series",
    ),
    figures: Sequence[str] = ("events-time-series", "users-time-series"),
    search: str = "?time_range=7d",
    view: str = "",
    states: Sequence[str] = (),
    revision: str = "",
    as_of: str = "",
    changed: str = "url.search",
) -> dict:
    """Return the body of a refresh callback as Dash's renderer sends it."""

    def props_of(kind: str, prop: str, slugs: Sequence[str]) -> list[dict]:
        return [{"id": {"type": kind, "slug": slug}, "property": prop} for slug in slugs]

    def prop_of(name: str, prop: str, **fields) -> dict:
        return {"id": name, "property": prop, **fields}

    panel_states = props_of("panel", "data-state", panels)
    for entry, state in zip(panel_states, [*states, *["loading"] * len(panels)], strict=False):
        entry["value"] = state
    return {
        "output": OUTPUT,
        "outputs": [
            props_of("figure", "figure", figures),
            props_of("body", "children", panels),
            props_of("panel", "data-state", panels),
            props_of("panel", "data-as-of", panels),
            *(prop_of(*output) for output in BOARD_OUTPUTS),
        ],
        "inputs": [
            prop_of("url", "search", value=search),
            prop_of("tick", "n_intervals", value=None),
        ],
        "state": [
            prop_of("shown", "children", value=shown_island(view, revision, as_of)),
            panel_states,
        ],
        "changedPropIds": [changed],
    }


def shown_island(view: str, revision: str, as_of: str) -> str:
    """Return what the browser sends back of the last refresh."""
    fields = {"layoutVersion": 1, "view": view, "revision": revision, "asOf": as_of}
    return json.dumps(fields)


def shown_by(response) -> dict:
    """Return what a refresh tells the board's scripts."""
    return json.loads(response.json["response"]["shown"]["children"])


BOARD_OUTPUTS = (
    ("board", "data-as-of"),
    ("board", "data-time-range"),
    ("shown", "children"),
    ("dates", "children"),
    ("dates", "data-print"),
    ("before", "children"),
    ("before", "data-print"),
    ("comparisons", "children"),
    ("range", "placeholder"),
    ("zone", "children"),
    ("as-of", "children"),
    ("as-of", "data-print"),
    ("chips", "children"),
    ("notice", "children"),
    ("insight", "children"),
    ("announcement", "children"),
)
OUTPUT = (
    '..{"slug":["ALL"],"type":"figure"}.figure...{"slug":["ALL"],"type":"body"}.children...'
    '{"slug":["ALL"],"type":"panel"}.data-state...{"slug":["ALL"],"type":"panel"}.data-as-of...'
    + "...".join(f"{name}.{prop}" for name, prop in BOARD_OUTPUTS)
    + ".."
)


def refresh(client: FlaskClient, org: str = "acme", dashboard: str = "operations", **body):
    return client.post(f"/app/{org}/{dashboard}/_dash-update-component", json=refresh_body(**body))


def stored_events(store: Store, owner: Scope) -> list[tuple]:
    """Return type, user, channel and properties of an org's events, by time."""
    with store.read(owner) as session:
        rows = session.execute(
            text("SELECT type, user_id, channel, properties FROM events ORDER BY occurred_at, type")
        )
        return [tuple(row) for row in rows]


def event_types(store: Store, owner: Scope) -> list[str]:
    return [row[0] for row in stored_events(store, owner)]
