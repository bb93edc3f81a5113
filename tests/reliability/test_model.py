"""Random histories of an org, compared with plain Python, for every widget and both databases.

Events arrive in order, late, twice or changed; they are erased, pruned, imported, replaced and undone.
The time zone changes, and tallies are complete, stale or not started. Days are sealed, also while
their events change.
"""

import shutil
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from dashapp.dashboards.provision import add_org
from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.tallies import STANDARD
from dashapp.domain.time.instant import from_us, to_us
from dashapp.domain.time.local_days import DAY
from dashapp.domain.time.presets import Choice
from dashapp.domain.time.time_range import resolve
from dashapp.domain.time.zones import day_start
from dashapp.store import short_steps
from dashapp.store.columns.days import publish
from dashapp.store.columns.sealing import NotCounted, make_next
from dashapp.store.columns.verify import sealed_differences
from dashapp.store.engine import Store
from dashapp.store.events import erasure
from dashapp.store.events.replacement import replace
from dashapp.store.imports import undo
from dashapp.store.imports.import_log import Counts, Facts, begin_import, count_batch
from dashapp.store.orgs.states import org_state
from dashapp.store.tallies import counting, maintenance
from tests.conftest import _sql
from tests.effort import scaled
from tests.factories import event, scope, send, set_timezone
from tests.panels import ALL_TALLIES, keep
from tests.queries.test_exact_numbers import actual_numbers, expected_numbers
from tests.reliability import measures
from tests.sealing import ALL, seal, small_segments

START = datetime(2026, 10, 20, 9, 30, tzinfo=UTC)  # clocks change within the history
KINDS = ("validation_run.created", "finding.recorded", "page.viewed", "conversation.search_term",
         "conversation.product_added_to_cart")  # fmt: skip
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")

TALLIES = [*ALL_TALLIES, *measures.TALLIES]
facts = st.tuples(
    st.sampled_from(KINDS),
    st.integers(0, 60 * 24 * 20),  # minutes ago
    st.sampled_from(["", "u1", "u2", "u3"]),
    st.sampled_from(["api", "web", "kiosk"]),
    st.sampled_from(["default", "shop"]),
    st.sampled_from(["ERROR", "INFO", "Rice", "rice", " ", '""']),
    st.sampled_from(measures.TOTALS),
)


class History(RuleBasedStateMachine):
    """An org in a real database, and the events that it should contain."""

    make_store = None  # set by the test

    def __init__(self) -> None:
        super().__init__()
        self.store: Store = type(self).make_store()
        self.owner = scope(add_org(self.store, scope, f"org-{uuid4().hex}", now=1))
        keep(self.store, self.owner, TALLIES)
        self.now = START
        self.stored: dict = {}  # event id -> event
        self.removed: set = set()  # ids of erased and pruned events
        self.import_ids: dict = {}  # event id -> import id, of stored events
        self.count = 0
        self.unpublished = None  # a segment that is being made

    def _event(self, fact, minutes_ago):
        kind, _, user, channel, project, text, total = fact
        self.count += 1
        return event(
            kind, self.now - timedelta(minutes=minutes_ago, microseconds=self.count), user=user,
            id=f"e{self.count}", channel=channel, project=project,
            properties={"severity": text, "term": text, "product": text, "total": total},
        )  # fmt: skip

    def _send(self, batch) -> None:
        existing = {sent.id for sent in batch} & (self.stored.keys() | self.removed)
        receipt = send(self.store, self.owner, batch)
        assert receipt.accepted == len({sent.id for sent in batch} - existing)
        assert receipt.accepted + receipt.duplicates + len(receipt.rejected) == len(batch)
        for sent in batch:
            if sent.id not in self.removed:
                self.stored.setdefault(sent.id, sent)

    @rule(batch=st.lists(facts, min_size=1, max_size=12))
    def send_now(self, batch) -> None:
        self._send([self._event(fact, n) for n, fact in enumerate(batch)])

    @rule(batch=st.lists(facts, min_size=1, max_size=12))
    def send_late(self, batch) -> None:
        self._send([self._event(fact, fact[1]) for fact in batch])

    @rule(fact=facts, minutes=st.integers(1, 59))
    def send_ahead(self, fact, minutes) -> None:
        self._send([self._event(fact, -minutes)])

    @rule(data=st.data())
    def send_again(self, data) -> None:
        ids = sorted(self.stored)
        if ids:
            repeated = data.draw(st.lists(st.sampled_from(ids), min_size=1, max_size=8))
            now = to_us(self.now)
            self._send([self.stored[event_id]._replace(occurred_at=now) for event_id in repeated])

    @rule(data=st.data())
    def send_changed(self, data) -> None:
        if self.stored:
            event_id = data.draw(st.sampled_from(sorted(self.stored)))
            changed = self.stored[event_id]._replace(user="changed")
            receipt = send(self.store, self.owner, [changed])
            assert [rejection.code for rejection in receipt.rejected] == ["conflict"]

    def _import(self, batch) -> None:
        """Import a batch as `store/imports/importing.py` does with --replace."""
        import_id = f"i{uuid4().hex[:10]}"
        with self.store.write(self.owner, has_time_limit=False) as session:
            number = begin_import(session, self.owner, Facts(import_id, "x", "", {}, "", 1))
            at = to_us(self.now)
            receipt, _ = replace(session, self.owner, batch, received_at=at, import_number=number)
            count_batch(session, self.owner, number, Counts(receipt.accepted), batch)
        for imported in batch:
            event_id = imported.id
            can_replace = event_id not in self.stored or event_id in self.import_ids
            is_changed = self.stored.get(event_id) != imported
            if event_id not in self.removed and can_replace and is_changed:
                self.stored[event_id], self.import_ids[event_id] = imported, import_id

    @rule(batch=st.lists(facts, min_size=1, max_size=12))
    def import_events(self, batch) -> None:
        self._import([self._event(fact, fact[1]) for fact in batch])

    @rule(data=st.data(), fact=facts)
    def import_changed(self, data, fact) -> None:
        ids = sorted(self.stored.keys() | self.removed)
        if ids:
            chosen_ids = data.draw(st.sets(st.sampled_from(ids), min_size=1, max_size=6))
            changed = self._event(fact, fact[1])
            self._import([changed._replace(id=event_id) for event_id in sorted(chosen_ids)])

    @rule(data=st.data())
    def undo(self, data) -> None:
        if self.import_ids:
            undone_id = data.draw(st.sampled_from(sorted(set(self.import_ids.values()))))
            event_ids = {key for key, value in self.import_ids.items() if value == undone_id}
            undone_import = undo.undo_import(self.store, self.owner, undone_id, now=1, by="")
            assert undone_import.undone == len(event_ids)
            for event_id in event_ids:
                del self.stored[event_id], self.import_ids[event_id]

    @rule(user=st.sampled_from(["u1", "u2", "u3"]))
    def erase(self, user) -> None:
        erased = {key for key, stored in self.stored.items() if stored.user == user}
        assert erasure.erase_user(self.store, self.owner, user) == len(erased)
        self._remove(erased)

    @rule(days=st.integers(8, 19), is_midnight=st.booleans())
    def prune(self, days, is_midnight) -> None:
        edge = self.now - timedelta(days=days)
        if is_midnight:
            edge = day_start(edge.date(), ZoneInfo(self.owner.org.timezone))
        old = {key for key, stored in self.stored.items() if stored.occurred_at < to_us(edge)}
        assert erasure.prune(self.store, self.owner, to_us(edge)) == len(old)
        self._remove(old)

    def _remove(self, event_ids) -> None:
        self.removed |= event_ids
        for event_id in event_ids:
            del self.stored[event_id]
            self.import_ids.pop(event_id, None)

    @rule(hours=st.integers(1, 40))
    def wait(self, hours) -> None:
        self.now += timedelta(hours=hours)

    @rule(zone=st.sampled_from(ZONES), is_finished=st.booleans())
    def change_timezone(self, zone, is_finished) -> None:
        if zone != self.owner.org.timezone:
            set_timezone(self.store, self.owner, zone)
            self.owner = Scope(self.owner.org._replace(timezone=zone), self.owner.role)
        if is_finished:
            maintenance.finish_counting(self.store, self.owner)

    @rule(tallies=st.sampled_from([STANDARD, TALLIES]))
    def rebuild_tallies(self, tallies) -> None:
        maintenance.rebuild_all(self.store, self.owner, tallies)

    @rule(most=st.sampled_from([5, 40, ALL]), fields=st.sampled_from([1, 50]))
    def seal_days(self, most, fields) -> None:
        with suppress(NotCounted):
            seal(self.store, self.owner, now=self.now, times=3, most=most, fields=fields)

    @rule()
    def begin_sealing(self) -> None:
        with small_segments(), suppress(NotCounted):
            self.unpublished = make_next(self.store, self.owner, to_us(self.now), is_quiet=False)

    @rule()
    def finish_sealing(self) -> None:
        if self.unpublished is not None:
            with self.store.write(self.owner) as session:
                publish(session, self.owner, self.unpublished, to_us(self.now))
            self.unpublished = None

    @rule()
    def declare_tallies(self) -> None:
        keep(self.store, self.owner, TALLIES)

    @rule()
    def count_some_days(self) -> None:
        with self.store.write(self.owner, has_time_limit=False) as session:
            counting.count_next_days(session, self.owner)

    @rule(
        preset=st.sampled_from(["1h", "6h", "24h", "7d", "30d", "180d"]),
        zone=st.sampled_from([None, *ZONES]),
        project=st.sampled_from([None, None, "shop"]),
        channel=st.sampled_from([None, "web"]),
    )
    def view_range(self, preset, zone, project, channel) -> None:
        self._compare(preset, zone or self.owner.org.timezone, project)
        if channel is not None:
            self._compare_filtered(preset, zone or self.owner.org.timezone, project, channel)

    @invariant()
    def the_last_week_is_right(self) -> None:
        self._compare("7d", self.owner.org.timezone, None)

    def _compare(self, preset, zone, project) -> None:
        time_range = resolve(Choice(preset), ZoneInfo(zone), now=self.now)
        narrowed = Scope(self.owner.org, self.owner.role, project)
        with self.store.read(narrowed) as session:
            numbers = actual_numbers(session, narrowed, time_range)
            actual = measures.actual_measures(session, narrowed, time_range)
        own = [sent for sent in self.stored.values() if project in {None, sent.project}]
        expected = measures.expected_measures(own, time_range)
        assert measures.is_right(actual, expected), (actual, expected)
        if self.stored:
            assert numbers == expected_numbers(list(self.stored.values()), project, time_range)
        else:
            assert sum(numbers["volume"]) == 0

    def _compare_filtered(self, preset, zone, project, channel) -> None:
        time_range = resolve(Choice(preset), ZoneInfo(zone), now=self.now)
        viewer = self.owner.of_project(project).filtered_by((("channel", (channel,)),))
        with self.store.read(viewer) as session:
            actual = measures.actual_measures(session, viewer, time_range)
        own = [
            sent
            for sent in self.stored.values()
            if project in {None, sent.project} and sent.channel == channel
        ]
        expected = measures.expected_measures(own, time_range)
        assert measures.is_right(actual, expected), (actual, expected)

    def teardown(self) -> None:
        assert list(sealed_differences(self.store, self.owner)) == []
        assert list(maintenance.differences(self.store, self.owner)) == []
        with self.store.read(self.owner) as session:
            state = org_state(session, self.owner)
        times = [stored.occurred_at for stored in self.stored.values()]
        assert state.first_event_at == (min(times) if times else None)
        assert not times or state.last_event_at >= max(times) > state.last_event_at - 400 * DAY
        assert not times or from_us(max(times)) < self.now + timedelta(hours=1)


@pytest.fixture
def make_store(request, tmp_path, sqlite_template, postgresql_server):
    stores = []

    def on_sqlite():
        path = tmp_path / f"{uuid4().hex}.db"
        shutil.copy(sqlite_template, path)
        stores.append(Store(f"sqlite:///{path}"))
        return stores[-1]

    def on_postgresql():
        if not stores:
            name = f"m{uuid4().hex}"
            _sql(postgresql_server, f"CREATE DATABASE {name} TEMPLATE template_dashapp")
            stores.append(Store(f"{postgresql_server}/{name}"))
        return stores[-1]

    yield {"sqlite": on_sqlite, "postgresql": on_postgresql}[request.param]
    for store in stores:
        store.close()


@pytest.mark.parametrize("make_store", ["sqlite", "postgresql"], indirect=True)
def test_every_widget_is_right_after_any_history(make_store, monkeypatch):
    # One day per step, so that states with partly counted tallies occur.
    monkeypatch.setattr(counting, "_SECONDS_PER_STEP", -1)
    monkeypatch.setattr(short_steps, "sleep", lambda _seconds: None)
    machine = type("Machine", (History,), {"make_store": staticmethod(make_store)})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=scaled(6),
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
