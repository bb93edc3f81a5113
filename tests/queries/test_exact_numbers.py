"""Every query gives the same numbers as a naive count in Python.

In viewer zones and org zones with unusual days, from tallies and from events, on both databases.
"""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashapp.domain.access.scope import Scope
from dashapp.domain.time.instant import from_us, to_us
from dashapp.domain.time.presets import PRESETS, Choice
from dashapp.domain.time.time_range import resolve
from dashapp.queries.questions.top import top as ranked
from dashapp.store.orgs import states
from dashapp.store.tallies import maintenance
from tests import panels
from tests.domain.time.test_time_range import ZONES
from tests.effort import scaled
from tests.factories import event
from tests.model import Model
from tests.panels import PRODUCTS_ADDED, SEARCH_TERMS, WARNINGS_BY_CODE, panel

pytestmark = pytest.mark.xdist_group("filled")  # fill the databases only once
KINDS = ("validation_run.created", "finding.recorded", "page.viewed", "conversation.search_term",
         "conversation.product_added_to_cart", "validation_run.succeeded",
         "validation_run.failed", "finding.recorded", "validation_run.succeeded",
         "validation_run.timed_out", "validation_run.canceled")  # fmt: skip
TERMS = ("rice", ' "Rice" ', "RICE", 7.0, "STRASSE", "brown  rice", "", True, "e\u0301", 7)
# Around clock changes, and the day that Apia skipped.
ANCHORS = [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 4, 5, tzinfo=UTC),
           datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC),
           datetime(2011, 12, 30, tzinfo=UTC), datetime(2018, 11, 4, tzinfo=UTC)]  # fmt: skip
ORG_ZONES = ("UTC", "Australia/Lord_Howe", "America/New_York", "Pacific/Apia", "Africa/Cairo")
LATER = datetime(2030, 1, 1, tzinfo=UTC)


class Filled(tuple):
    """Orgs and events, with a short repr for failing tests."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "the filled databases"


def sample_events():
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


def without_tallies(monkeypatch):
    monkeypatch.setattr(states.OrgState, "find_tally", lambda _state, _tally: None)


def labels_and_total(ranked):
    return [(label.label, label.n) for label in ranked.labels], ranked.total


def actual_numbers(session, owner, resolved):
    """The numbers of the queries, in the shape of the model."""
    users = panel("users-time-series")(session, owner, resolved)

    def top(_session, _owner, tally, bounds, limit):
        return panels.ask(session, owner, resolved, lambda _asking: ranked(tally, bounds, limit))

    bounds = (resolved.params["start"], resolved.params["end"])
    return {
        "runs": panel("total-validations")(session, owner, resolved)[0][:2],
        "errors": panel("total-errors")(session, owner, resolved)[0][:2],
        "warnings": panel("total-warnings")(session, owner, resolved)[0][:2],
        "rate": panel("success-rate")(session, owner, resolved)[0][:2],
        "outcomes": {
            (row.start, row.series): row.value
            for row in panel("runs-by-outcome")(session, owner, resolved)
            if row.value
        },
        "trend": panel("total-validations")(session, owner, resolved)[0].trend,
        "volume": [row.value for row in panel("events-time-series")(session, owner, resolved)],
        "users": {(row.start, row.series): row.value for row in users if row.value},
        "terms": labels_and_total(top(session, owner, SEARCH_TERMS, bounds, 3)),
        "products": labels_and_total(top(session, owner, PRODUCTS_ADDED, bounds, 3)),
        "codes": labels_and_total(top(session, owner, WARNINGS_BY_CODE, bounds, 3)),
        "ranks": [
            (row.label, row.rank_before)
            for row in panel("conversations.search_term", 3)(session, owner, resolved)
        ],
    }


def expected_numbers(events, project, resolved, filters=None, chosen=()):
    model = Model(events, project, filters or (), chosen)
    first_event_at = min(item.occurred_at for item in events)
    # A filtered viewer must not learn when the org's data starts.
    is_comparable = filters is not None or to_us(resolved.previous_start) >= first_event_at

    rate, rate_before = model.success_rate(resolved)

    def scalar(*arguments):
        value, previous = model.scalar(*arguments)
        return value, previous if is_comparable else None

    return {
        "runs": scalar("validation_run.created", resolved),
        "errors": scalar("finding.recorded", resolved, "ERROR"),
        "warnings": scalar("finding.recorded", resolved, "WARNING"),
        "rate": (rate, rate_before if is_comparable else None),
        "outcomes": model.outcomes(resolved),
        "trend": tuple(model.trend("validation_run.created", resolved)),
        "volume": model.volume(resolved),
        "users": model.users(resolved),
        "terms": model.top("conversation.search_term", "term", resolved, 3, fold=True),
        "products": model.top(
            "conversation.product_added_to_cart", "product", resolved, 3, fold=False
        ),
        "codes": model.top(
            "finding.recorded", "code", resolved, 3, fold=False, where=("severity", "WARNING")
        ),
        "ranks": model.ranks(
            "conversation.search_term", "term", resolved, 3, fold=True, is_comparable=is_comparable
        ),
    }


moments = st.tuples(st.sampled_from(ANCHORS), st.integers(-3 * 24 * 60, 4 * 24 * 60))
projects = st.sampled_from([None, "default", "shop"])
org_zones = st.sampled_from(range(len(ORG_ZONES)))


@settings(max_examples=scaled(60))
@given(
    org_zones, st.sampled_from([None, *ZONES]), moments, st.sampled_from(sorted(PRESETS)), projects
)
def test_every_query_equals_the_model(filled, org_number, zone, moment, word, project):
    owners, events = filled
    as_of = moment[0] + timedelta(minutes=moment[1], microseconds=3)
    info = ZoneInfo(zone or ORG_ZONES[org_number])
    resolved = resolve(Choice(word, as_of=as_of.isoformat()), info, now=LATER)
    expected = expected_numbers(events, project, resolved)
    for store, owner in owners[org_number :: len(ORG_ZONES)]:
        project_scope = Scope(owner.org, owner.role, project)
        with store.read(project_scope) as session:
            assert actual_numbers(session, project_scope, resolved) == expected


@settings(max_examples=scaled(60))
@given(org_zones, moments, st.integers(1, 90 * 24 * 60), st.sampled_from(ZONES), projects)
def test_custom_ranges_equal_the_model(filled, org_number, moment, minutes, zone, project):
    owners, events = filled
    start = moment[0] + timedelta(minutes=moment[1], microseconds=5)
    end = start + timedelta(minutes=minutes)
    choice = Choice(from_=start.isoformat(), to=end.isoformat())
    resolved = resolve(choice, ZoneInfo(zone), now=LATER)
    expected = expected_numbers(events, project, resolved)
    for store, owner in owners[org_number :: len(ORG_ZONES)]:
        project_scope = Scope(owner.org, owner.role, project)
        with store.read(project_scope) as session:
            assert actual_numbers(session, project_scope, resolved) == expected


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


@settings(max_examples=scaled(40))
@given(
    org_zones,
    moments,
    st.sampled_from(["6h", "24h", "7d", "30d", "12mo"]),
    projects,
    st.sampled_from(FILTERS),
)
def test_locked_filters_apply_to_every_number(filled, org_number, moment, word, project, filters):
    owners, events = filled
    as_of = moment[0] + timedelta(minutes=moment[1], microseconds=3)
    info = ZoneInfo(ORG_ZONES[org_number])
    resolved = resolve(Choice(word, as_of=as_of.isoformat()), info, now=LATER)
    expected = expected_numbers(events, project, resolved, filters)
    for store, owner in owners[org_number :: len(ORG_ZONES)]:
        filtered_scope = Scope(owner.org, owner.role, project, filters=filters)
        with store.read(filtered_scope) as session:
            assert actual_numbers(session, filtered_scope, resolved) == expected


@pytest.mark.parametrize("word", sorted(PRESETS))
def test_numbers_without_tallies_are_the_same(filled, word, monkeypatch):
    owners, _ = filled
    for store, owner in owners:
        resolved = resolve(
            Choice(word, as_of="2026-11-01T13:45:00Z"), ZoneInfo(owner.org.timezone), now=LATER
        )
        with store.read(owner) as session:
            from_tallies = actual_numbers(session, owner, resolved)
        with monkeypatch.context() as patch, store.read(owner) as session:
            without_tallies(patch)
            assert actual_numbers(session, owner, resolved) == from_tallies


def test_every_tally_is_kept_and_equals_a_recount(filled):
    owners, _ = filled
    for store, owner in owners:
        with store.read(owner) as session:
            kept = states.org_state(session, owner).tallies
        assert {org_tally.tally for org_tally in kept} == set(panels.ALL_TALLIES)
        assert list(maintenance.differences(store, owner)) == []


def test_each_event_is_in_the_bucket_of_its_local_date(filled):
    """Computed independently: from local dates instead of bucket edges."""
    owners, events = filled
    for zone in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo"):
        info = ZoneInfo(zone)
        resolved = resolve(Choice("30d", as_of="2026-11-05T12:00:00Z"), info, now=LATER)
        counts_by_date = defaultdict(int)
        for item in events:
            if from_us(item.occurred_at) < resolved.end:
                counts_by_date[from_us(item.occurred_at).astimezone(info).date()] += 1
        for store, owner in owners:
            with store.read(owner) as session:
                for row in panel("events-time-series")(session, owner, resolved):
                    assert row.value == counts_by_date[row.start.astimezone(info).date()]
