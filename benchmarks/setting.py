"""A store with events, a server and a clock to measure with."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import accumulate, islice
from pathlib import Path
from statistics import median

from flask import Flask
from flask.testing import FlaskClient

from dashapp.app import create_app
from dashapp.dashboards.provision import add_org
from dashapp.domain.access.scope import Scope
from dashapp.domain.events.event import Event
from dashapp.domain.secrets.keys import KeyKind
from dashapp.domain.time.instant import to_us
from dashapp.settings import Settings
from dashapp.store import migrate
from dashapp.store.engine import Store
from dashapp.store.events.ingest import ingest
from dashapp.store.orgs import dashboards, keys
from dashapp.store.orgs.dashboards import SavedPanel
from dashapp.web.access.guard import scope_of_org

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
DAYS = 90
_DAY = 86_400 * 1_000_000
_SECRET = "benchmarks-use-this-and-nobody-else-does-1a2b3c"
_BATCH = 5_000
_SEVERITIES = ("ERROR", "WARNING", "INFO")
_CODES = 200
FOUR = ("total-validations", "total-errors", "events-time-series", "users-time-series")
SIX = (
    *FOUR,
    "conversations.search_term",
    "conversations.product_added_to_cart",
)
_TYPES = (
    ["finding.recorded"] * 60
    + ["validation_run.created"] * 10
    + ["validation_run.succeeded"] * 8
    + ["validation_run.failed"] * 2
    + ["conversation.search_term"] * 8
    + ["conversation.product_added_to_cart"] * 4
    + ["user.logged_in"] * 8
)
_LABELS = tuple(f"label {number}" for number in range(2_000))
_WEIGHTS = list(accumulate(1 / rank for rank in range(1, len(_LABELS) + 1)))


def open_store(folder: Path, name: str = "bench") -> Store:
    url = f"sqlite:///{folder / f'{name}.db'}"
    migrate.upgrade(url)
    return Store(url)


def org(store: Store, slug: str) -> Scope:
    return scope_of_org(add_org(store, scope_of_org, slug, now=1))


def fill(store: Store, owner: Scope, count: int, now: datetime = NOW) -> float:
    """That many events over the 90 days before now; events a second."""
    events = made_up(count, owner.org_id, now)
    started = time.perf_counter()
    while batch := list(islice(events, _BATCH)):
        with store.writing(owner) as session:
            ingest(session, owner, batch, received_at=to_us(now))
    return count / (time.perf_counter() - started)


def made_up(count: int, seed: int, now: datetime = NOW) -> Iterator[Event]:
    dice = random.Random(seed)
    end = to_us(now)
    for number in range(count):
        kind = dice.choice(_TYPES)
        yield Event(
            id=f"{seed}-{number}",
            type=kind,
            occurred_at=end - DAYS * _DAY + number * DAYS * _DAY // count,
            user=f"u-{dice.randrange(20_000)}",
            channel=dice.choice(("api", "web")),
            project="default",
            properties=_properties(kind, dice),
        )


def _properties(kind: str, dice: random.Random) -> str:
    if kind == "finding.recorded":
        code = min(dice.randrange(_CODES), dice.randrange(_CODES))  # some are noisier
        return f'{{"severity":"{dice.choice(_SEVERITIES)}","code":"c{code}"}}'
    if kind.startswith("conversation."):
        (label,) = dice.choices(_LABELS, cum_weights=_WEIGHTS)
        name = "term" if kind.endswith("term") else "product"
        return f'{{"{name}":"{label}"}}'
    return "{}"


def place(store: Store, owner: Scope, widgets: Sequence[str]) -> None:
    """Put these widgets on the org's board."""
    with store.writing(owner) as session:
        panels = [SavedPanel(name, None, None, is_hidden=False, config={}) for name in widgets]
        dashboards.put_panels(session, owner, "operations", panels, now=1)


def server(store: Store) -> Flask:
    settings = Settings(_SECRET, store.url.render_as_string(hide_password=False))
    return create_app(settings, store=store, clock=lambda: NOW)


def reader(store: Store, owner: Scope) -> tuple[FlaskClient, dict[str, str]]:
    with store.changing() as session:
        _, secret = keys.insert_key(session, owner.org_id, KeyKind.READ, now=1)
    return server(store).test_client(), {"Authorization": f"Bearer {secret}"}


def cpu_ms(work: Callable[[], object], runs: int = 9) -> tuple[float, float, float]:
    """Processor time of this process for one run: least, median, most, in milliseconds."""
    work()
    found = []
    for _ in range(runs):
        before = time.process_time()
        work()
        found.append((time.process_time() - before) * 1000)
    return min(found), median(found), max(found)


def row(name: str, figures: tuple[float, float, float]) -> None:
    low, middle, high = figures
    print(f"{name:58} {middle:9.2f} ms CPU   ({low:.2f} to {high:.2f})", flush=True)
