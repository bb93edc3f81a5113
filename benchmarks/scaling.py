"""What docs/scaling.md is made from: bytes and CPU per event, per refresh, and per org.

`python -m benchmarks scaling` prints the figures. With BENCH_WRITE=1, it also writes them to
scaling.json; then `python -m benchmarks.scaling_page` brings the page up to date.
"""

import json
import os
import platform
import random
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from time import process_time
from uuid import UUID

from sqlalchemy import text

from benchmarks import setting
from benchmarks.databases import Databases, databases
from benchmarks.scaling_page import FIGURES
from benchmarks.serving import serving
from benchmarks.throughput import cpu_seconds, request_boards, request_bodies, send
from dashapp.cli.context import operator_scope
from dashapp.cli.needs import needs_for_upkeep
from dashapp.dashboards.adding import add_orgs, first_rows
from dashapp.domain.access.scope import Scope
from dashapp.domain.events.event import Event
from dashapp.domain.secrets.keys import KeyKind
from dashapp.domain.time.instant import to_us, utc_now
from dashapp.store.boards.loading import definitions_of
from dashapp.store.columns.upkeep import seal_org
from dashapp.store.engine import Store
from dashapp.store.events.erasure import prune
from dashapp.store.events.ingest import ingest
from dashapp.store.orgs import keys
from dashapp.store.orgs.new_orgs import NewOrg
from dashapp.store.upkeep import run_upkeep

SMALL = {"orgs": 10, "events_a_day": 200, "users": 100}
LARGE = {
    "orgs": 1,
    "events_a_day": int(os.environ.get("BENCH_EVENTS", "400000")) // 100,
    "users": 20_000,
}
DAYS = 100
_PRUNED = 30  # days
_EMPTY_ORGS = 1_000
_BATCH = 1_000
_GROUPS = {
    "tally": "tallies", "measured": "tallies", "spreads": "tallies", "seen": "tallies",
    "event_users": "users", "event_values": "users",
    "segments": "columns", "sealed_days": "columns", "tombstones": "tombstones",
}  # fmt: skip
_SQLITE_SIZES = text(
    "SELECT s.name, m.tbl_name, sum(s.pgsize) FROM dbstat s JOIN sqlite_master m USING (name) "
    "GROUP BY s.name"
)
_POSTGRESQL_SIZES = text(
    "SELECT c.relname, c.relname, pg_table_size(c.oid) FROM pg_class c "
    "WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace UNION ALL "
    "SELECT i.relname, t.relname, pg_relation_size(i.oid) FROM pg_index x "
    "JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid "
    "WHERE t.relnamespace = 'public'::regnamespace"
)


def run(folder: Path) -> None:
    with databases(folder) as kinds:
        figures = {"setting": _setting(kinds), "days": DAYS, "small": SMALL, "large": LARGE}
        figures["databases"] = {kind.name: _measure(kind) for kind in kinds}
    print(json.dumps(figures, indent=2))
    if os.environ.get("BENCH_WRITE"):
        FIGURES.write_text(json.dumps(figures, indent=2) + "\n")


def _setting(kinds: list[Databases]) -> dict[str, object]:
    return {
        "date": f"{utc_now():%B %Y}",
        "cores": os.cpu_count(),
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "SQLite": sqlite3.sqlite_version,
        "PostgreSQL": kinds[-1].version,
    }


def _measure(kind: Databases) -> dict[str, object]:
    figures: dict[str, object] = {}
    with kind.store() as store:
        figures |= _empty_orgs(kind, store)
    for name, size in (("small", SMALL), ("large", LARGE)):
        with kind.store() as store:
            scopes = _fill(store, size)
            kind.vacuum(store)
            figures[f"{name}_bytes"] = _bytes_an_event(store, size)
            if name == "small":
                figures["refresh_us"] = _refresh(kind, store, scopes)
                figures["tombstone_bytes"] = _tombstones(kind, store, scopes)
        print(f"{kind.name}: {name} org measured", flush=True)
    with kind.store() as store:
        figures |= _ingestion(kind, store)
    return figures


def _empty_orgs(kind: Databases, store: Store) -> dict[str, object]:
    """Return the bytes of an org without events, and the CPU of adding it and of looking at it."""
    before, started, server = sum(_sizes(store).values()), process_time(), kind.cpu_seconds()
    first = first_rows(definitions_of(store), None, now=to_us(utc_now()))
    new_orgs = (NewOrg(f"org-{number}", "Org") for number in range(_EMPTY_ORGS))
    for _step in add_orgs(store, operator_scope, new_orgs, first):
        pass
    size = (sum(_sizes(store).values()) - before) / _EMPTY_ORGS
    add = (process_time() - started + kind.cpu_seconds() - server) / _EMPTY_ORGS
    started, server = process_time(), kind.cpu_seconds()
    run_upkeep(store, operator_scope, needs_for_upkeep(store), utc_now(), is_for_all=True)
    look = (process_time() - started + kind.cpu_seconds() - server) / _EMPTY_ORGS
    return {"org_bytes": round(size), "add_us": round(add * 1e6), "look_us": round(look * 1e6)}


def _fill(store: Store, size: dict[str, int]) -> list[Scope]:
    """Store the events of 100 days in orgs, day after day, and seal them."""
    scopes = [setting.new_org(store, f"org-{number}") for number in range(size["orgs"])]
    now = utc_now()
    events = [_events(scope, size) for scope in scopes]
    for _day in range(DAYS):
        for scope, of_org in zip(scopes, events, strict=True):
            remaining = islice(of_org, size["events_a_day"])
            while batch := list(islice(remaining, _BATCH)):
                with store.write(scope) as session:
                    ingest(session, scope, batch, received_at=to_us(now))
    for scope in scopes:
        seal_org(store, scope, to_us(now), is_quiet=False)
    return scopes


def _events(scope: Scope, size: dict[str, int]) -> Iterator[Event]:
    count, now, rng = size["events_a_day"] * DAYS, utc_now(), random.Random(scope.org_id)
    start, step = to_us(now - timedelta(days=DAYS)), DAYS * 86_400 * 1_000_000 // count
    for number, event in enumerate(setting.sample_events(count, scope.org_id)):
        user = f"u-{hash((number // 3, scope.org_id)) % size['users']}"
        event_id = str(UUID(int=rng.getrandbits(128), version=4))
        yield event._replace(id=event_id, occurred_at=start + number * step, user=user)


def _bytes_an_event(store: Store, size: dict[str, int]) -> dict[str, float]:
    count = size["orgs"] * size["events_a_day"] * DAYS
    sizes = _sizes(store)
    sizes.pop("tombstones")
    return {group: round(total / count, 1) for group, total in sorted(sizes.items())}


def _sizes(store: Store) -> dict[str, int]:
    """Return the bytes of the tables in groups, with their indexes."""
    sizes = dict.fromkeys(("events", "ids", "other", *_GROUPS.values()), 0)
    with store.write_shared() as session:
        rows = session.execute(_SQLITE_SIZES if store.is_sqlite else _POSTGRESQL_SIZES).all()
    for name, table, size in rows:
        group = _GROUPS.get(table, "other")
        if table == "events":
            group = "events" if name in {"events", "pk_events"} else "ids"
        sizes[group] += size
    return sizes


def _tombstones(kind: Databases, store: Store, scopes: list[Scope]) -> float:
    """Return the bytes of the id of a pruned event."""
    before = to_us(utc_now() - timedelta(days=DAYS - _PRUNED))
    removed = sum(prune(store, scope, before) for scope in scopes)
    kind.vacuum(store)
    return round(_sizes(store)["tombstones"] / removed, 1)


def _refresh(kind: Databases, store: Store, scopes: list[Scope]) -> dict[str, int]:
    """Return the CPU of a refresh: eight panels, 7 days."""
    secrets = []
    for scope in scopes:
        with store.write_shared() as session:
            secrets.append(keys.insert_key(session, scope, KeyKind.READ, now=1)[1])
    with serving(store.url.render_as_string(hide_password=False)) as (port, workers):
        request_boards(port, secrets, 3)  # warm up
        before, server = cpu_seconds(workers), kind.cpu_seconds()
        count = request_boards(port, secrets, 10)
        return _microseconds(kind, cpu_seconds(workers) - before, server, count)


def _ingestion(kind: Databases, store: Store) -> dict[str, dict[str, int]]:
    """Return the CPU of an event that is sent in a batch of 1,000, and of one that is sent alone."""
    scope = setting.new_org(store, "acme")
    with store.write_shared() as session:
        secret = keys.insert_key(session, scope, KeyKind.INGEST, now=1)[1]
    batches = request_bodies(1, 40)
    alone = [json.dumps([event]).encode() for event in json.loads(request_bodies(2, 1)[0])]
    costs = {}
    with serving(store.url.render_as_string(hide_password=False)) as (port, workers):
        for name, bodies in (("ingest_us", batches), ("alone_us", alone)):
            kind.vacuum(store)
            before, server = cpu_seconds(workers), kind.cpu_seconds()
            count = send(port, secret, bodies)
            costs[name] = _microseconds(kind, cpu_seconds(workers) - before, server, count)
    return costs


def _microseconds(kind: Databases, workers: float, server: float, count: int) -> dict[str, int]:
    return {
        "dashapp": round(workers / count * 1e6),
        "database": round((kind.cpu_seconds() - server) / count * 1e6),
    }
