"""Every widget against a naive count in Python: in zones where days are odd, for orgs whose own days
are odd too, from tallies and from events, on both databases."""

import shutil
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashapp.dashboards.provision import add_org
from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.tallies import PRODUCTS_ADDED, SEARCH_TERMS, WARNINGS_BY_CODE
from dashapp.domain.time.instant import from_us, to_us
from dashapp.domain.time.presets import PRESETS, Choice
from dashapp.domain.time.time_range import resolve
from dashapp.queries.conversations.search_terms import search_terms
from dashapp.queries.operations.error_count import error_count
from dashapp.queries.operations.event_volume import event_volume
from dashapp.queries.operations.run_count import run_count
from dashapp.queries.operations.run_outcomes import run_outcomes
from dashapp.queries.operations.success_rate import success_rate
from dashapp.queries.operations.user_volume import user_volume
from dashapp.queries.operations.warning_count import warning_count
from dashapp.queries.top import top
from dashapp.store.engine import Store
from dashapp.store.orgs import states
from dashapp.store.tallies import maintenance
from tests.conftest import _sql
from tests.domain.time.test_time_range import ZONES
from tests.factories import event, scope, send
from tests.model import Model

KINDS = ("validation_run.created", "finding.recorded", "page.viewed", "conversation.search_term",
         "conversation.product_added_to_cart", "validation_run.succeeded",
         "validation_run.failed", "finding.recorded", "validation_run.succeeded",
         "validation_run.timed_out", "validation_run.canceled")  # fmt: skip
TERMS = ("rice", ' "Rice" ', "RICE", 7.0, "STRASSE", "brown  rice", "", True, "e\u0301", 7)
# Around clock changes of the zones: 2026, and the day that Apia skipped.
ANCHORS = [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 4, 5, tzinfo=UTC),
           datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC),
           datetime(2011, 12, 30, tzinfo=UTC), datetime(2018, 11, 4, tzinfo=UTC)]  # fmt: skip
ORG_ZONES = ("UTC", "Australia/Lord_Howe", "America/New_York", "Pacific/Apia", "Africa/Cairo")
LATER = datetime(2030, 1, 1, tzinfo=UTC)


class Filled(tuple):
    """Orgs and events, of which a failing test need not print all."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "the filled databases"


def made_up():
    return [
        event(
            KINDS[n % 11],
            anchor + timedelta(minutes=37 * n - 37 * 150, microseconds=n % 7),
            user=f"u{n % 11}" if n % 13 else "",
            channel=("api", "web", "", "kiosk", "phone")[n % 7 % 5],
            project=("default", "shop")[n % 3 % 2],
            properties={
                "severity": ("ERROR", "INFO", "WARNING", "odd", 3, "WARNING")[n % 6],
                "code": TERMS[n % 7],
                "term": TERMS[n % 9],
                "product": TERMS[n % 10],
            },
        )
        for anchor in ANCHORS
        for n in range(300)
    ]


@pytest.fixture(scope="module")
def filled(tmp_path_factory, sqlite_template, postgresql_server):
    """The same events in both databases, for orgs of several zones, and as a list."""
    path = tmp_path_factory.mktemp("exact") / "x.db"
    shutil.copy(sqlite_template, path)
    _sql(postgresql_server, "DROP DATABASE IF EXISTS exact WITH (FORCE)")
    _sql(postgresql_server, "CREATE DATABASE exact TEMPLATE template_dashapp")
    stores = [Store(f"sqlite:///{path}"), Store(f"{postgresql_server}/exact")]
    events = made_up()
    owners = []
    for store in stores:
        for number, zone in enumerate(ORG_ZONES):
            owner = scope(add_org(store, scope, f"acme-{number}", timezone=zone, now=1))
            for low in range(0, len(events), 400):  # days are touched by several batches
                send(store, owner, events[low::5][:400])
            send(store, owner, events)
            owners.append((store, owner))
        send(store, scope(add_org(store, scope, "rival", now=1)), events[::3])
    _sql(postgresql_server, "ANALYZE", "exact")  # as its own upkeep does within a minute
    yield Filled((owners, events))
    for store in stores:
        store.close()


def without_tallies(monkeypatch):
    monkeypatch.setattr(states.OrgState, "knows", lambda _state, _tally: None)


def listed(found):
    return [(one.label, one.n) for one in found.labels], found.total


def found_numbers(session, owner, found):
    """What the queries answer, in the shape of the model."""
    users = user_volume(session, owner, found)
    bounds = (found.params["start"], found.params["end"])
    return {
        "runs": run_count(session, owner, found)[0][:2],
        "errors": error_count(session, owner, found)[0][:2],
        "warnings": warning_count(session, owner, found)[0][:2],
        "rate": success_rate(session, owner, found)[0][:2],
        "outcomes": {
            (row.start, row.series): row.value
            for row in run_outcomes(session, owner, found)
            if row.value
        },
        "trend": run_count(session, owner, found)[0].trend,
        "volume": [row.value for row in event_volume(session, owner, found)],
        "users": {(row.start, row.series): row.value for row in users if row.value},
        "terms": listed(top(session, owner, SEARCH_TERMS, bounds, 3)),
        "products": listed(top(session, owner, PRODUCTS_ADDED, bounds, 3)),
        "codes": listed(top(session, owner, WARNINGS_BY_CODE, bounds, 3)),
        "ranks": [
            (row.label, row.rank_before) for row in search_terms(session, owner, found, limit=3)
        ],
    }


def right_numbers(events, project, found, filters=None, chosen=()):
    model = Model(events, project, filters or (), chosen)
    first = min(one.occurred_at for one in events)
    # Whoever sees a part of the events is not told when the others begin.
    is_comparable = filters is not None or to_us(found.previous_start) >= first

    rate, rate_before = model.success_rate(found)

    def scalar(*about):
        value, previous = model.scalar(*about)
        return value, previous if is_comparable else None

    return {
        "runs": scalar("validation_run.created", found),
        "errors": scalar("finding.recorded", found, "ERROR"),
        "warnings": scalar("finding.recorded", found, "WARNING"),
        "rate": (rate, rate_before if is_comparable else None),
        "outcomes": model.outcomes(found),
        "trend": tuple(model.trend("validation_run.created", found)),
        "volume": model.volume(found),
        "users": model.users(found),
        "terms": model.top("conversation.search_term", "term", found, 3, fold=True),
        "products": model.top(
            "conversation.product_added_to_cart", "product", found, 3, fold=False
        ),
        "codes": model.top(
            "finding.recorded", "code", found, 3, fold=False, where=("severity", "WARNING")
        ),
        "ranks": model.ranks(
            "conversation.search_term", "term", found, 3, fold=True, is_comparable=is_comparable
        ),
    }


moments = st.tuples(st.sampled_from(ANCHORS), st.integers(-3 * 24 * 60, 4 * 24 * 60))
projects = st.sampled_from([None, "default", "shop"])


org_zones = st.sampled_from(range(len(ORG_ZONES)))


@settings(max_examples=250)
@given(
    org_zones, st.sampled_from([None, *ZONES]), moments, st.sampled_from(sorted(PRESETS)), projects
)
def test_every_widget_equals_the_model(filled, place, zone, moment, word, project):
    owners, events = filled
    as_of = moment[0] + timedelta(minutes=moment[1], microseconds=3)
    info = ZoneInfo(zone or ORG_ZONES[place])
    found = resolve(Choice(word, as_of=as_of.isoformat()), info, now=LATER)
    right = right_numbers(events, project, found)
    for store, owner in owners[place :: len(ORG_ZONES)]:
        narrowed = Scope(owner.org, owner.role, project)
        with store.reading(narrowed) as session:
            assert found_numbers(session, narrowed, found) == right


@settings(max_examples=250)
@given(org_zones, moments, st.integers(1, 90 * 24 * 60), st.sampled_from(ZONES), projects)
def test_a_custom_range_equals_the_model(filled, place, moment, minutes, zone, project):
    owners, events = filled
    start = moment[0] + timedelta(minutes=moment[1], microseconds=5)
    end = start + timedelta(minutes=minutes)
    choice = Choice(from_=start.isoformat(), to=end.isoformat())
    found = resolve(choice, ZoneInfo(zone), now=LATER)
    right = right_numbers(events, project, found)
    for store, owner in owners[place :: len(ORG_ZONES)]:
        narrowed = Scope(owner.org, owner.role, project)
        with store.reading(narrowed) as session:
            assert found_numbers(session, narrowed, found) == right


FILTERS = [
    (("channel", ("web",)),),
    (("channel", ("web", "api")), ("properties.severity", ("WARNING", "ERROR"))),
    (("properties.term", ("rice", "Straße", "é")),),
    (("type", ("validation_run.succeeded", "finding.recorded")),),
    (("user", ("u1", "u2", "u10")),),
    (("channel", ()),),
    (("properties.absent", ("x",)),),
    (("properties.term", ("7",)),),
    (("properties.severity", ("3", "INFO")), ("properties.code", ("7", "true"))),
    (),
]


@settings(max_examples=120)
@given(
    org_zones,
    moments,
    st.sampled_from(["6h", "24h", "7d", "30d", "12mo"]),
    projects,
    st.sampled_from(FILTERS),
)
def test_locked_filters_reach_every_number(filled, place, moment, word, project, filters):
    owners, events = filled
    as_of = moment[0] + timedelta(minutes=moment[1], microseconds=3)
    info = ZoneInfo(ORG_ZONES[place])
    found = resolve(Choice(word, as_of=as_of.isoformat()), info, now=LATER)
    right = right_numbers(events, project, found, filters)
    for store, owner in owners[place :: len(ORG_ZONES)]:
        narrowed = Scope(owner.org, owner.role, project, filters=filters)
        with store.reading(narrowed) as session:
            assert found_numbers(session, narrowed, found) == right


@pytest.mark.parametrize("word", sorted(PRESETS))
def test_events_alone_give_the_same_answer(filled, word, monkeypatch):
    owners, _ = filled
    for store, owner in owners:
        found = resolve(
            Choice(word, as_of="2026-11-01T13:45:00Z"), ZoneInfo(owner.org.timezone), now=LATER
        )
        with store.reading(owner) as session:
            ahead = found_numbers(session, owner, found)
        with monkeypatch.context() as patch, store.reading(owner) as session:
            without_tallies(patch)
            assert found_numbers(session, owner, found) == ahead


def test_every_tally_equals_a_recount(filled):
    owners, _ = filled
    for store, owner in owners:
        assert list(maintenance.differences(store, owner)) == []


def test_local_days_hold_what_a_local_clock_dates_to_them(filled):
    """The same by another road: dates of a clock, not our edges."""
    owners, events = filled
    for zone in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo"):
        info = ZoneInfo(zone)
        found = resolve(Choice("30d", as_of="2026-11-05T12:00:00Z"), info, now=LATER)
        days = defaultdict(int)
        for one in events:
            if from_us(one.occurred_at) < found.end:
                days[from_us(one.occurred_at).astimezone(info).date()] += 1
        for store, owner in owners:
            with store.reading(owner) as session:
                for row in event_volume(session, owner, found):
                    assert row.value == days[row.start.astimezone(info).date()]
