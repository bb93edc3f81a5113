"""Random histories of an org against plain Python: in order, late, twice, changed, erased, pruned,
imported, replaced, undone, in one zone and then another, with tallies whole, stale or not begun. Every widget, both databases."""

import os
import shutil
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
from dashapp.store.engine import Store
from dashapp.store.events import erasure
from dashapp.store.events.replacement import replace
from dashapp.store.imports import undo
from dashapp.store.imports.import_log import Counts, Facts, begin_import, count_batch
from dashapp.store.orgs.states import org_state
from dashapp.store.tallies import maintenance, updates
from tests.conftest import _sql
from tests.factories import event, scope, send
from tests.queries.test_exact_numbers import found_numbers, right_numbers

SEEDS = int(os.environ.get("DASHAPP_MODEL_EXAMPLES", "15"))
BEGIN = datetime(2026, 10, 20, 9, 30, tzinfo=UTC)  # clocks change on the way
KINDS = ("validation_run.created", "finding.recorded", "page.viewed", "conversation.search_term",
         "conversation.product_added_to_cart")  # fmt: skip
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")

facts = st.tuples(
    st.sampled_from(KINDS),
    st.integers(0, 60 * 24 * 20),  # minutes ago
    st.sampled_from(["", "u1", "u2", "u3"]),
    st.sampled_from(["api", "web", "kiosk"]),
    st.sampled_from(["default", "shop"]),
    st.sampled_from(["ERROR", "INFO", "Rice", "rice", " ", '""']),
)


class History(RuleBasedStateMachine):
    """An org in a real database, and the list of events that it ought to hold."""

    make_store = None  # set by the test

    def __init__(self) -> None:
        super().__init__()
        self.store: Store = type(self).make_store()
        self.owner = scope(add_org(self.store, scope, f"org-{uuid4().hex}", now=1))
        self.now = BEGIN
        self.held: dict = {}
        self.gone: set = set()
        self.brought: dict = {}  # by which import, of those that are there
        self.count = 0

    def _event(self, fact, minutes_ago):
        kind, _, user, channel, project, word = fact
        self.count += 1
        return event(
            kind, self.now - timedelta(minutes=minutes_ago, microseconds=self.count), user=user,
            id=f"e{self.count}", channel=channel, project=project,
            properties={"severity": word, "term": word, "product": word},
        )  # fmt: skip

    def _send(self, batch) -> None:
        before = {one.id for one in batch} & (self.held.keys() | self.gone)
        receipt = send(self.store, self.owner, batch)
        assert receipt.accepted == len({one.id for one in batch} - before)
        assert receipt.accepted + receipt.duplicates + len(receipt.rejected) == len(batch)
        for one in batch:
            if one.id not in self.gone:
                self.held.setdefault(one.id, one)

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
        known = sorted(self.held)
        if known:
            again = data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=8))
            moved = [self.held[name]._replace(occurred_at=to_us(self.now)) for name in again]
            self._send(moved)

    @rule(data=st.data())
    def send_changed(self, data) -> None:
        if self.held:
            name = data.draw(st.sampled_from(sorted(self.held)))
            receipt = send(self.store, self.owner, [self.held[name]._replace(user="changed")])
            assert [one.code for one in receipt.rejected] == ["conflict"]

    def _import(self, batch) -> None:
        """As `store/imports/importing.py` does, in the mode that replaces."""
        name = f"i{uuid4().hex[:10]}"
        with self.store.maintaining(self.owner) as session:
            number = begin_import(session, self.owner, Facts(name, "x", "", {}, "", 1))
            at = to_us(self.now)
            receipt, _ = replace(session, self.owner, batch, received_at=at, number=number)
            count_batch(session, self.owner, number, Counts(receipt.accepted), batch)
        for one in batch:
            is_ours = one.id not in self.held or one.id in self.brought
            if one.id not in self.gone and is_ours and self.held.get(one.id) != one:
                self.held[one.id], self.brought[one.id] = one, name

    @rule(batch=st.lists(facts, min_size=1, max_size=12))
    def bring(self, batch) -> None:
        self._import([self._event(fact, fact[1]) for fact in batch])

    @rule(data=st.data(), fact=facts)
    def bring_changed(self, data, fact) -> None:
        known = sorted(self.held.keys() | self.gone)
        if known:
            names = data.draw(st.sets(st.sampled_from(known), min_size=1, max_size=6))
            changed = self._event(fact, fact[1])
            self._import([changed._replace(id=name) for name in sorted(names)])

    @rule(data=st.data())
    def undo(self, data) -> None:
        if self.brought:
            name = data.draw(st.sampled_from(sorted(set(self.brought.values()))))
            theirs = {one for one, by in self.brought.items() if by == name}
            done = undo.undo_import(self.store, self.owner, name, now=1, by="")
            assert done.undone == len(theirs)
            for one in theirs:
                del self.held[one], self.brought[one]

    @rule(user=st.sampled_from(["u1", "u2", "u3"]))
    def erase(self, user) -> None:
        theirs = {name for name, one in self.held.items() if one.user == user}
        assert erasure.erase_user(self.store, self.owner, user) == len(theirs)
        self._forget(theirs)

    @rule(days=st.integers(8, 19), is_midnight=st.booleans())
    def prune(self, days, is_midnight) -> None:
        edge = self.now - timedelta(days=days)
        if is_midnight:
            edge = day_start(edge.date(), ZoneInfo(self.owner.org.timezone))
        old = {name for name, one in self.held.items() if one.occurred_at < to_us(edge)}
        assert erasure.prune(self.store, self.owner, to_us(edge)) == len(old)
        self._forget(old)

    def _forget(self, names) -> None:
        self.gone |= names
        for name in names:
            del self.held[name]
            self.brought.pop(name, None)

    @rule(hours=st.integers(1, 40))
    def wait(self, hours) -> None:
        self.now += timedelta(hours=hours)

    @rule(zone=st.sampled_from(ZONES), is_finished=st.booleans())
    def move(self, zone, is_finished) -> None:
        if zone != self.owner.org.timezone:
            maintenance.set_timezone(self.store, self.owner, zone)
            self.owner = Scope(self.owner.org._replace(timezone=zone), self.owner.role)
        if is_finished:
            maintenance.finish_counting(self.store, self.owner)

    @rule()
    def begin_anew(self) -> None:
        maintenance.rebuild_all(self.store, self.owner, STANDARD)

    @rule()
    def count_a_little(self) -> None:
        with self.store.maintaining(self.owner) as session:
            updates.count_next_days(session, self.owner)

    @rule(
        word=st.sampled_from(["1h", "6h", "24h", "7d", "30d", "180d"]),
        zone=st.sampled_from([None, *ZONES]),
        project=st.sampled_from([None, None, "shop"]),
    )
    def look(self, word, zone, project) -> None:
        self._compare(word, zone or self.owner.org.timezone, project)

    @invariant()
    def a_week_is_right(self) -> None:
        self._compare("7d", self.owner.org.timezone, None)

    def _compare(self, word, zone, project) -> None:
        found = resolve(Choice(word), ZoneInfo(zone), now=self.now)
        narrowed = Scope(self.owner.org, self.owner.role, project)
        with self.store.reading(narrowed) as session:
            numbers = found_numbers(session, narrowed, found)
        if self.held:
            assert numbers == right_numbers(list(self.held.values()), project, found)
        else:
            assert sum(numbers["volume"]) == 0

    def teardown(self) -> None:
        assert list(maintenance.differences(self.store, self.owner)) == []
        with self.store.reading(self.owner) as session:
            state = org_state(session, self.owner)
        times = [one.occurred_at for one in self.held.values()]
        assert state.first_event_at == (min(times) if times else None)
        assert not times or state.last_event_at >= max(times) > state.last_event_at - 400 * DAY
        assert not times or from_us(max(times)) < self.now + timedelta(hours=1)


@pytest.fixture
def make_store(request, tmp_path, sqlite_template, postgresql_server):
    made = []

    def on_sqlite():
        path = tmp_path / f"{uuid4().hex}.db"
        shutil.copy(sqlite_template, path)
        made.append(Store(f"sqlite:///{path}"))
        return made[-1]

    def on_postgresql():
        if not made:
            name = f"m{uuid4().hex}"
            _sql(postgresql_server, f"CREATE DATABASE {name} TEMPLATE template_dashapp")
            made.append(Store(f"{postgresql_server}/{name}"))
        return made[-1]

    yield {"sqlite": on_sqlite, "postgresql": on_postgresql}[request.param]
    for store in made:
        store.close()


@pytest.mark.parametrize("make_store", ["sqlite", "postgresql"], indirect=True)
def test_every_widget_is_right_whatever_happens(make_store, monkeypatch):
    monkeypatch.setattr(updates, "_SECONDS_PER_STEP", -1)  # a day a step: half-counted states
    for module in (maintenance, undo):
        monkeypatch.setattr(module, "sleep", lambda _seconds: None)
    machine = type("Machine", (History,), {"make_store": staticmethod(make_store)})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=SEEDS,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
