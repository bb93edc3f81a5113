"""Every widget against a naive count in Python, in zones where days are odd, on both databases."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.dashboards.provision import add_org
from dashapp.domain.time_range import PRESETS, Choice, resolve
from dashapp.queries.error_count import error_count
from dashapp.queries.event_volume import event_volume
from dashapp.queries.run_count import run_count
from dashapp.queries.user_volume import user_volume
from dashapp.store.engine import Store
from tests.domain.test_time_range import ZONES
from tests.factories import event, scope, send

KINDS = ("validation_run.created", "finding.recorded", "page.viewed")
# Around clock changes of the zones: 2026, and the day that Apia skipped.
ANCHORS = [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 4, 5, tzinfo=UTC),
           datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC),
           datetime(2011, 12, 30, tzinfo=UTC), datetime(2018, 11, 4, tzinfo=UTC)]  # fmt: skip


@pytest.fixture(scope="module")
def filled(tmp_path_factory, sqlite_template, postgresql_server):
    """The same events in both databases, and as a list."""
    import shutil

    from tests.conftest import _sql

    path = tmp_path_factory.mktemp("exact") / "x.db"
    shutil.copy(sqlite_template, path)
    _sql(postgresql_server, "DROP DATABASE IF EXISTS exact WITH (FORCE)")
    _sql(postgresql_server, "CREATE DATABASE exact TEMPLATE template_dashapp")
    stores = [Store(f"sqlite:///{path}"), Store(f"{postgresql_server}/exact")]
    events = [
        event(
            KINDS[n % 3],
            anchor + timedelta(minutes=37 * n - 37 * 150, microseconds=n % 7),
            user=f"u{n % 11}" if n % 13 else "",
            channel=("api", "web", "", "kiosk")[n % 4],
            properties={"severity": ("ERROR", "INFO")[n % 2]},
        )
        for anchor in ANCHORS
        for n in range(300)
    ]
    owners = []
    for store in stores:
        owners.append(scope(add_org(store, scope, "acme", now=1)))
        other = scope(add_org(store, scope, "rival", now=1))
        send(store, owners[-1], events)
        send(store, other, events[::3])
    yield list(zip(stores, owners, strict=True)), events
    for store in stores:
        store.close()


def model(events, found, micro):
    """Counts by plain comparison with the buckets' edges."""
    volume, people = defaultdict(int), defaultdict(set)
    runs = errors = 0
    for one in events:
        if not micro(found.start) <= one.occurred_at < micro(found.end):
            continue
        runs += one.type == "validation_run.created"
        errors += one.type == "finding.recorded" and '"ERROR"' in one.properties
        for bucket in found.buckets:
            if micro(bucket.start) <= one.occurred_at < micro(bucket.end):
                volume[bucket.start] += 1
                if one.user:
                    channel = one.channel if one.channel in {"api", "web"} else "other"
                    people[bucket.start, channel].add(one.user)
    return runs, errors, volume, people


@given(
    st.sampled_from(ZONES),
    st.sampled_from(ANCHORS),
    st.integers(-3 * 24 * 60, 4 * 24 * 60),
    st.sampled_from(sorted(PRESETS)),
)
def test_every_widget_equals_the_model_on_both_databases(filled, zone, anchor, minutes, word):
    from dashapp.domain.instant import to_us

    databases, events = filled
    as_of = anchor + timedelta(minutes=minutes, microseconds=3)
    found = resolve(
        Choice(word, as_of=as_of.isoformat()), ZoneInfo(zone), now=datetime(2030, 1, 1, tzinfo=UTC)
    )
    runs, errors, volume, people = model(events, found, to_us)
    for store, owner in databases:
        with store.reading(owner) as session:
            series = event_volume(session, owner, found)
            users = user_volume(session, owner, found)
            assert run_count(session, owner, found)[0].value == runs
            assert error_count(session, owner, found)[0].value == errors
        assert [row.value for row in series] == [volume[b.start] for b in found.buckets]
        assert sum(row.value for row in series) == sum(volume.values())
        assert {(r.start, r.series): r.value for r in users if r.value} == {
            key: len(names) for key, names in people.items()
        }


def test_local_days_hold_what_a_local_clock_dates_to_them(filled):
    """The same by another road: dates of a clock, not our edges."""
    from dashapp.domain.instant import from_us

    databases, events = filled
    for zone in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo"):
        info = ZoneInfo(zone)
        found = resolve(
            Choice("30d", as_of="2026-11-05T12:00:00Z"), info, now=datetime(2030, 1, 1, tzinfo=UTC)
        )
        days = defaultdict(int)
        for one in events:
            if from_us(one.occurred_at) < found.end:
                days[from_us(one.occurred_at).astimezone(info).date()] += 1
        for store, owner in databases:
            with store.reading(owner) as session:
                for row in event_volume(session, owner, found):
                    assert row.value == days[row.start.astimezone(info).date()]
