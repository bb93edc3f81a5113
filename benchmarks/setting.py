"""What the benchmarks share: a store with sample events, a server and a CPU timer."""

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
from dashapp.web.access.policies import scope_of_org

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
DAYS = 90
_DAY_US = 86_400 * 1_000_000
_SECRET = "benchmarks-use-this-and-nobody-else-does-1a2b3c"
_BATCH = 5_000
_SEVERITIES = ("ERROR", "WARNING", "INFO")
_CODES = 200
FOUR_PANELS = ("total-validations", "total-errors", "events-time-series", "users-time-series")
SIX_PANELS = (
    *FOUR_PANELS,
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


def new_org(store: Store, slug: str) -> Scope:
    return scope_of_org(add_org(store, scope_of_org, slug, now=1))


def fill(store: Store, scope: Scope, count: int, now: datetime = NOW) -> float:
    """Store `count` events over the 90 days before `now`; return events per second."""
    events = sample_events(count, scope.org_id, now)
    started = time.perf_counter()
    while batch := list(islice(events, _BATCH)):
        with store.write(scope) as session:
            ingest(session, scope, batch, received_at=to_us(now))
    return count / (time.perf_counter() - started)


def sample_events(count: int, seed: int, now: datetime = NOW) -> Iterator[Event]:
    rng = random.Random(seed)
    end = to_us(now)
    for number in range(count):
        event_type = rng.choice(_TYPES)
        yield Event(
            id=f"{seed}-{number}",
            type=event_type,
            occurred_at=end - DAYS * _DAY_US + number * DAYS * _DAY_US // count,
            user=f"u-{rng.randrange(20_000)}",
            channel=rng.choice(("api", "web")),
            project="default",
            properties=_properties(event_type, rng),
        )


def _properties(event_type: str, rng: random.Random) -> str:
    if event_type == "finding.recorded":
        code = min(rng.randrange(_CODES), rng.randrange(_CODES))  # some codes are more frequent
        return f'{{"severity":"{rng.choice(_SEVERITIES)}","code":"c{code}"}}'
    if event_type.startswith("conversation."):
        (label,) = rng.choices(_LABELS, cum_weights=_WEIGHTS)
        name = "term" if event_type.endswith("term") else "product"
        return f'{{"{name}":"{label}"}}'
    return "{}"


def place(store: Store, scope: Scope, widgets: Sequence[str]) -> None:
    """Put these widgets on the org's “operations” dashboard."""
    with store.write(scope) as session:
        panels = [SavedPanel(name, None, None, is_hidden=False, config={}) for name in widgets]
        dashboards.put_panels(session, scope, "operations", panels, now=1)


def server(store: Store) -> Flask:
    settings = Settings(_SECRET, store.url.render_as_string(hide_password=False))
    return create_app(settings, store=store, clock=lambda: NOW)


def reader(store: Store, scope: Scope) -> tuple[FlaskClient, dict[str, str]]:
    with store.write_shared() as session:
        _, secret = keys.insert_key(session, scope, KeyKind.READ, now=1)
    return server(store).test_client(), {"Authorization": f"Bearer {secret}"}


def cpu_ms(work: Callable[[], object], runs: int = 9) -> tuple[float, float, float]:
    """Return the minimum, median and maximum CPU time of one run, in milliseconds."""
    work()
    times = []
    for _ in range(runs):
        started = time.process_time()
        work()
        times.append((time.process_time() - started) * 1000)
    return min(times), median(times), max(times)


def print_row(name: str, figures: tuple[float, float, float]) -> None:
    minimum, middle, maximum = figures
    print(f"{name:58} {middle:9.2f} ms CPU   ({minimum:.2f} to {maximum:.2f})", flush=True)
