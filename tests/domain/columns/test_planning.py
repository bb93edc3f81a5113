"""Which days are sealed next: bounded segments, few of them, and each event is sealed a few times."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.domain.columns import planning
from dashapp.domain.columns.planning import KnownDays, next_days
from dashapp.domain.time.local_days import DAY

NOW = 100 * DAY + DAY // 2


@pytest.fixture(autouse=True)
def _small_numbers(monkeypatch):
    monkeypatch.setattr(planning, "MIN_EVENTS", 20)
    monkeypatch.setattr(planning, "MAX_EVENTS", 2000)


class Org:
    """What is sealed of an org, if every plan is carried out."""

    def __init__(self, counts):
        self.counts = dict(counts)
        self.segment_of, self.sizes, self.times = {}, {}, Counter()

    def seal(self, now=NOW):
        """Seal until there is nothing to do; return the days of each plan."""
        plans = []
        while days := self.plan(now):
            number = len(self.times) + len(plans) + max(self.sizes, default=0) + 1
            self.segment_of |= dict.fromkeys(days, number)
            self.sizes[number] = sum(self.counts[day] for day in days)
            self.sizes = {s: n for s, n in self.sizes.items() if s in self.segment_of.values()}
            self.times.update(days)
            plans.append(days)
            assert len(plans) < 1000
        return plans

    def plan(self, now=NOW):
        rows = {day: self.counts[day] for day in self.segment_of}
        return next_days(KnownDays(self.counts, self.segment_of, rows, {}, self.sizes), now)


def test_all_days_that_are_over_are_sealed_together():
    assert next_days(KnownDays({98: 10, 99: 10, 100: 500}), NOW) == [98, 99]


def test_a_day_is_over_a_quarter_of_an_hour_after_midnight():
    sealed = KnownDays({99: 500, 100: 500})

    assert next_days(sealed, 101 * DAY + planning.QUIET - 1) == [99]
    assert next_days(sealed, 101 * DAY + planning.QUIET) == [99, 100]
    assert next_days(sealed, 101 * DAY, is_quiet=False) == [99, 100]


def test_few_events_are_not_sealed():
    assert next_days(KnownDays({98: 10, 99: 9}), NOW) == []
    assert next_days(KnownDays({}), NOW) == []


def test_a_day_that_changed_just_now_waits():
    changed = {98: NOW - planning.QUIET, 99: NOW - planning.QUIET - 1}

    assert next_days(KnownDays({98: 50, 99: 50}, changed_at=changed), NOW) == [99]
    assert next_days(KnownDays({98: 50, 99: 50}, changed_at=changed), NOW, is_quiet=False) == [
        98,
        99,
    ]


def test_a_day_without_events_is_not_sealed():
    assert next_days(KnownDays({97: 0, 98: 30, 99: 0}), NOW) == [98]


def test_a_segment_that_lost_a_quarter_of_its_events_is_made_again():
    for rows, days in ((80, []), (70, [98])):
        sealed = KnownDays({98: rows}, {98: 1}, {98: rows}, sizes={1: 100})
        assert next_days(sealed, NOW) == days


counts = st.dictionaries(st.integers(0, 99), st.integers(0, 900), max_size=60)


@given(counts=counts)
def test_a_segment_is_bounded_and_everything_that_can_be_sealed_is(counts):
    org = Org(counts)

    for days in org.seal():
        assert sum(counts[day] for day in days) <= 2000
    unsealed = [n for day, n in counts.items() if day not in org.segment_of]
    assert sum(unsealed) < 20


@given(counts=counts)
def test_a_day_with_more_events_than_a_segment_is_alone(counts):
    counts[50] = 5000
    org = Org(counts)

    plans = org.seal()

    assert all(len(days) == 1 for days in plans if 50 in days)
    assert 50 in org.segment_of


@given(n=st.integers(20, 900), days=st.integers(1, 100))
def test_an_org_that_grows_day_by_day_has_few_segments_and_seals_each_event_a_few_times(n, days):
    org = Org({})
    for day in range(days):
        org.counts[day] = n
        org.seal((day + 2) * DAY)

    assert len(org.sizes) <= 24 + 2 * n * days // 2000
    assert sum(org.times.values()) <= 4 * days
