"""Things that a test needs, with only what matters to it said."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from dashapp.app import create_app
from dashapp.domain.access.roles import Role
from dashapp.domain.access.scope import Org, Scope
from dashapp.domain.events.event import Event, make_event
from dashapp.domain.secrets.keys import KeyKind
from dashapp.domain.secrets.passwords import hash_password
from dashapp.domain.time.instant import to_text, to_us
from dashapp.domain.time.presets import Choice
from dashapp.domain.time.time_range import TimeRange, resolve
from dashapp.settings import Settings
from dashapp.store.engine import Store
from dashapp.store.events.ingest import Receipt, ingest
from dashapp.store.orgs import dashboards, keys
from dashapp.store.orgs.dashboards import SavedPanel
from dashapp.store.people import users

SECRET = "k3J-a-secret-of-the-tests-which-nobody-else-uses-9f2"
PASSWORD = "correct horse battery"
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
_HASH = hash_password(PASSWORD)
_ids = count(1)


class Clock:
    """The time, which a test can move."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **amount: float) -> None:
        self.now += timedelta(**amount)


def scope(org: Org, role: Role = Role.OWNER, dashboard: str | None = "operations") -> Scope:
    return Scope(org, role, dashboard=dashboard)


def event(kind: str = "page.viewed", at: datetime | str = NOW, **more) -> Event:
    occurred_at = at if isinstance(at, str) else to_text(at)
    raw = {"id": f"e{next(_ids)}", "type": kind, "occurred_at": occurred_at, **more}
    return make_event(raw, received_at=datetime(2100, 1, 1, tzinfo=UTC))


def send(store: Store, owner: Scope, events: Sequence[Event], **more) -> Receipt:
    with store.writing(owner) as session:
        return ingest(session, owner, events, received_at=to_us(NOW), **more)


def time_range(preset: str = "7d", zone: str = "UTC", now: datetime = NOW, **custom) -> TimeRange:
    return resolve(Choice(preset, **custom), ZoneInfo(zone), now=now)


def place(store: Store, owner: Scope, widgets: Sequence[str], dashboard="operations") -> None:
    """Put these widgets on a dashboard, in the place of what stands there."""
    with store.writing(owner) as session:
        panels = [SavedPanel(name, None, None, is_hidden=False, config={}) for name in widgets]
        dashboards.put_panels(session, owner, dashboard, panels, now=1)


def add_user(store: Store, email: str, *places: tuple[Scope, Role]) -> int:
    with store.changing() as session:
        user_id = users.insert_user(session, email, _HASH, now=1)
        for owner, role in places:
            users.set_membership(session, user_id, owner.org_id, role, now=1)
    return user_id


def add_key(store: Store, owner: Scope, kind: KeyKind = KeyKind.READ) -> tuple[str, str]:
    with store.changing() as session:
        return keys.insert_key(session, owner.org_id, kind, now=1, secret_key=SECRET)


def app(store: Store, clock=None, *, catalog=None, **settings) -> Flask:
    url = store.url.render_as_string(hide_password=False)
    made = Settings(secret_key=SECRET, database_url=url, **settings)
    return create_app(made, store=store, catalog=catalog, clock=clock or Clock())


def login(client: FlaskClient, email: str, password: str = PASSWORD, **more):
    """Send the login form as a browser does; the answer to the post."""
    return client.post("/login", data=form(client, email, password, **more))


def form(client: FlaskClient, email: str, password: str = PASSWORD, **more) -> dict[str, str]:
    """A fresh login form, filled in."""
    page = client.get("/login").text
    token = hidden_value(page, "csrf_token")
    return {"email": email, "password": password, "csrf_token": token, **more}


def hidden_value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found, f"no {name} in the page"
    return found[1]


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
    """A callback's body as Dash's renderer sends it."""

    def group(kind: str, prop: str, slugs: Sequence[str]) -> list[dict]:
        return [{"id": {"type": kind, "slug": slug}, "property": prop} for slug in slugs]

    def one(name: str, prop: str, **value) -> dict:
        return {"id": name, "property": prop, **value}

    shown = group("panel", "data-state", panels)
    for entry, state in zip(shown, [*states, *["loading"] * len(panels)], strict=False):
        entry["value"] = state
    return {
        "output": OUTPUT,
        "outputs": [
            group("figure", "figure", figures),
            group("body", "children", panels),
            group("panel", "data-state", panels),
            group("panel", "data-as-of", panels),
            *(one(*place) for place in HEAD),
        ],
        "inputs": [one("url", "search", value=search), one("tick", "n_intervals", value=None)],
        "state": [
            one("board", "data-view", value=view),
            shown,
            one("board", "data-revision", value=revision),
            one("board", "data-as-of", value=as_of),
        ],
        "changedPropIds": [changed],
    }


HEAD = (
    ("board", "data-as-of"),
    ("board", "data-time-range"),
    ("board", "data-view"),
    ("board", "data-revision"),
    ("board", "data-start"),
    ("board", "data-end"),
    ("board", "data-zone"),
    ("board", "data-earlier"),
    ("board", "data-later"),
    ("dates", "children"),
    ("before", "children"),
    ("board", "data-compared"),
    ("range", "placeholder"),
    ("zone", "children"),
    ("as-of", "children"),
    ("chips", "children"),
    ("notice", "children"),
    ("said", "children"),
)
OUTPUT = (
    '..{"slug":["ALL"],"type":"figure"}.figure...{"slug":["ALL"],"type":"body"}.children...'
    '{"slug":["ALL"],"type":"panel"}.data-state...{"slug":["ALL"],"type":"panel"}.data-as-of...'
    + "...".join(f"{name}.{prop}" for name, prop in HEAD)
    + ".."
)


def refresh(client: FlaskClient, org: str = "acme", dashboard: str = "operations", **body):
    return client.post(f"/app/{org}/{dashboard}/_dash-update-component", json=refresh_body(**body))


def tracked(store: Store, owner: Scope) -> list[tuple]:
    """Type, user, channel and properties of an org's events, by time."""
    with store.reading(owner) as session:
        rows = session.execute(
            text("SELECT type, user_id, channel, properties FROM events ORDER BY occurred_at, type")
        )
        return [tuple(row) for row in rows]


def kinds(store: Store, owner: Scope) -> list[str]:
    return [row[0] for row in tracked(store, owner)]
