"""What is compared bucket by bucket: each with the same part of the range before."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashapp.domain.access.scope import Scope
from dashapp.domain.time.instant import from_us, to_us
from dashapp.domain.time.presets import PRESETS, Choice, Preset
from dashapp.domain.time.time_range import resolve
from dashapp.queries.operations.error_count import error_count
from dashapp.queries.operations.event_volume import event_volume
from dashapp.queries.operations.run_count import run_count
from dashapp.queries.operations.run_outcomes import run_outcomes
from dashapp.queries.operations.user_volume import user_volume
from tests.factories import event, send, time_range
from tests.model import CHANNELS, OUTCOMES
from tests.queries.test_exact_numbers import ANCHORS, LATER, ORG_ZONES, without_tallies

ZONES = ("UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Africa/Casablanca",
         "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kathmandu")  # fmt: skip
zone_names = st.sampled_from(ZONES)
moments = st.tuples(st.sampled_from(ANCHORS), st.integers(-9 * 24 * 60, 9 * 24 * 60)).map(
    lambda pair: pair[0] + timedelta(minutes=pair[1], microseconds=3)
)
presets = st.builds(
    lambda word, moment: Choice(word, as_of=moment.isoformat()),
    st.sampled_from(sorted(PRESETS)),
    moments,
)
customs = st.builds(
    lambda moment, minutes: Choice(
        from_=moment.isoformat(), to=(moment + timedelta(minutes=minutes)).isoformat()
    ),
    moments,
    st.integers(1, 100 * 24 * 60),
)
choices = presets | customs
owned = st.sampled_from(range(len(ORG_ZONES)))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def compared(choice, zone, now=LATER):
    return replace(resolve(choice, ZoneInfo(zone), now=now), is_compared=True)


def shifted(moment, found):
    """One length earlier, by hand: elapsed hours, or what a calendar on the wall shows."""
    if found.preset is None:
        return moment - (found.end - found.start)
    if found.preset.hours:
        return moment - timedelta(seconds=3600 * found.preset.hours)
    local = moment.astimezone(found.zone)
    wall = local.replace(tzinfo=None, fold=0)
    if found.preset.months:
        is_leap_day = (wall.month, wall.day) == (2, 29)
        wall = wall.replace(year=wall.year - 1, day=28 if is_leap_day else wall.day)
        return wall.replace(tzinfo=found.zone).astimezone(UTC)
    earlier = wall - timedelta(days=found.preset.days)
    return earlier.replace(tzinfo=found.zone, fold=local.fold).astimezone(UTC)


def place_of(moment, starts):
    """The bucket that a moment of the range before belongs to: the last that has begun by then."""
    later = [number for number, start in enumerate(starts) if start > moment]
    return max(min(later, default=len(starts)) - 1, 0)


def events_before(events, found):
    """The events of the range before, each with the number of its bucket."""
    starts = [shifted(bucket.start, found) for bucket in found.buckets]
    low, high = to_us(shifted(found.start, found)), to_us(shifted(found.end, found))
    return [
        (place_of(from_us(one.occurred_at), starts), one)
        for one in events
        if low <= one.occurred_at < high
    ]


def befores(rows, found):
    starts = [bucket.start for bucket in found.buckets]
    return {(starts.index(row.start), row.series): row.before for row in rows if row.before}


def right_befores(events, found):
    """Of each question, by bucket and series."""
    volume, outcomes, users = Counter(), Counter(), {}
    for number, one in events_before(events, found):
        volume[number, "events"] += 1
        if one.type in OUTCOMES:
            outcomes[number, one.type.removeprefix("validation_run.")] += 1
        if one.user:
            channel = one.channel if one.channel in CHANNELS else "other"
            users.setdefault((number, channel), set()).add(one.user)
    return volume, outcomes, {place: len(names) for place, names in users.items()}


def found_befores(session, owner, found):
    asked = (event_volume, run_outcomes, user_volume)
    return tuple(befores(query(session, owner, found), found) for query in asked)


@settings(max_examples=200)
@given(owned, zone_names, choices)
def test_each_bucket_is_compared_with_the_same_part_of_the_range_before(
    filled, place, zone, choice
):
    owners, events = filled
    found = compared(choice, zone)
    is_known = to_us(found.previous_start) >= min(one.occurred_at for one in events)
    right = right_befores(events, found) if is_known else ({}, {}, {})
    for store, owner in owners[place :: len(ORG_ZONES)]:
        with store.reading(owner) as session:
            assert found_befores(session, owner, found) == right


@settings(max_examples=60)
@given(owned, zone_names, choices)
def test_what_is_compared_sums_up_to_the_range_before(filled, place, zone, choice):
    owners, _ = filled
    found = compared(choice, zone)
    for store, owner in owners[place :: len(ORG_ZONES)]:
        runs_only = Scope(owner.org, owner.role, chosen=(("type", ("validation_run.created",)),))
        with store.reading(owner) as session:
            previous = run_count(session, owner, found)[0].previous
            before = [row.before for row in event_volume(session, runs_only, found)]
        assert (None if None in before else sum(before)) == previous


@pytest.mark.parametrize("word", sorted(PRESETS))
@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe"])
def test_events_alone_give_the_same_comparison(filled, word, zone, monkeypatch):
    owners, _ = filled
    found = compared(Choice(word, as_of="2026-11-01T13:45:00Z"), zone)
    for store, owner in owners:
        with store.reading(owner) as session:
            ahead = found_befores(session, owner, found)
        with monkeypatch.context() as patch, store.reading(owner) as session:
            without_tallies(patch)
            assert found_befores(session, owner, found) == ahead


def test_comparing_changes_no_number_of_the_range(filled):
    owners, _ = filled
    found = compared(Choice("30d", as_of="2026-11-05T12:00:00Z"), "Europe/Berlin")
    plain = time_range("30d", "Europe/Berlin", now=found.as_of)
    store, owner = owners[0]
    with store.reading(owner) as session:
        for query in (run_outcomes, user_volume, event_volume):
            with_before, without = query(session, owner, found), query(session, owner, plain)
            values = {(row.start, row.series): row.value for row in with_before if row.value}
            assert values == {(row.start, row.series): row.value for row in without if row.value}
            assert {row.before for row in without} == {None}
        assert error_count(session, owner, found)[0] == error_count(session, owner, plain)[0]


def test_what_was_there_only_before_is_a_series_too(store, acme):
    send(store, acme, [event("page.viewed", "2026-11-20T09:00:00Z", user="u"),
                       event("page.viewed", "2026-11-10T09:00:00Z", user="u", channel="kiosk"),
                       event("page.viewed", "2026-01-01T00:00:00Z")])  # fmt: skip
    with store.reading(acme) as session:
        rows = user_volume(session, acme, compared(Choice("7d"), "UTC", utc(2026, 11, 20, 9, 30)))

    assert [row.series for row in rows[:3]] == ["api", "web", "other"]
    assert [(row.start, row.before) for row in rows if row.before] == [(utc(2026, 11, 17), 1)]
    assert {row.value for row in rows if row.series == "other"} == {0}


@pytest.mark.parametrize(("first", "before"), [("2026-11-07T00:00:00Z", 1),
                                               ("2026-11-07T00:00:00.000001Z", None)])  # fmt: skip
def test_nothing_is_compared_with_a_time_before_the_first_event(store, acme, first, before):
    send(store, acme, [event("validation_run.created", first)])
    found = compared(Choice("7d"), "UTC", utc(2026, 11, 20, 9, 30))

    with store.reading(acme) as session:
        rows = event_volume(session, acme, found)
        previous = run_count(session, acme, found)[0].previous

    assert (rows[0].before, previous) == (before, before)
    assert {row.before is None for row in rows} == {before is None}


def test_a_day_after_the_clocks_went_forward_is_compared_with_a_whole_day():
    found = time_range("7d", "Europe/Berlin", now=utc(2026, 4, 1, 10))

    hours = [(high - low).total_seconds() / 3600 for low, high in found.previous_buckets]
    assert found.previous_buckets[0] == (utc(2026, 3, 18, 23), utc(2026, 3, 19, 23))
    assert found.previous_buckets[-1] == (utc(2026, 3, 24, 23), utc(2026, 3, 25, 11))
    assert hours == [24.0] * 6 + [12.0]


def test_a_long_day_is_what_a_whole_day_a_week_later_is_compared_with():
    found = time_range("7d", "Europe/Berlin", now=utc(2026, 11, 2, 10))

    hours = [(high - low).total_seconds() / 3600 for low, high in found.previous_buckets]
    assert hours == [24.0] * 5 + [25.0, 11.0]


def test_a_day_that_was_skipped_is_compared_with_as_an_empty_time():
    found = time_range("7d", "Pacific/Apia", now=utc(2012, 1, 8, 0))

    zone = ZoneInfo("Pacific/Apia")
    days = [low.astimezone(zone).date().isoformat() for low, _ in found.previous_buckets]
    lengths = [(high - low).total_seconds() / 3600 for low, high in found.previous_buckets]
    assert days[:4] == ["2011-12-26", "2011-12-27", "2011-12-28", "2011-12-29"]
    assert lengths == [24.0, 24.0, 24.0, 24.0, 0.0, 24.0, 14.0]


def test_a_time_that_was_skipped_before_is_empty_and_nothing_is_counted_twice(monkeypatch):
    """Quarters of hours, were there such a preset: those that were skipped come out of order."""
    quarters = Preset("7d", "Last 7 days", "previous 7 days", "15m", days=7)
    monkeypatch.setitem(PRESETS, "7d", quarters)
    parts = time_range("7d", "Europe/Berlin", now=utc(2026, 4, 5, 12)).previous_buckets

    assert all(low <= high for low, high in parts)
    assert all(a[1] == b[0] for a, b in zip(parts, parts[1:], strict=False))
    assert [low for low, high in parts if low == high] == [utc(2026, 3, 29, 1, 45)] * 4


@settings(max_examples=400)
@given(st.sampled_from(sorted({*ZONES, "Asia/Beirut", "Africa/Cairo", "Etc/GMT+12"})), choices)
def test_the_parts_before_are_all_of_the_range_before(zone, choice):
    found = resolve(choice, ZoneInfo(zone), now=LATER)
    parts = found.previous_buckets

    assert len(parts) == len(found.buckets)
    assert (parts[0][0], parts[-1][1]) == (found.previous_start, found.previous_end)
    assert all(low <= high for low, high in parts)
    assert all(a[1] == b[0] for a, b in zip(parts, parts[1:], strict=False))


@settings(max_examples=300)
@given(zone_names, choices)
def test_a_step_back_ends_where_the_view_begins_and_a_step_on_undoes_it(zone, choice):
    info = ZoneInfo(zone)
    found = resolve(choice, info, now=LATER)
    earlier = resolve(found.earlier, info, now=LATER)
    again = resolve(earlier.later(LATER), info, now=LATER)

    assert earlier.end == found.start
    assert again.start == found.start
    assert again.preset == found.preset
    assert found.preset is not None or again == found


@settings(max_examples=100)
@given(zone_names, moments, st.sampled_from(sorted(PRESETS)))
def test_there_is_nothing_later_than_now(zone, moment, word):
    live = resolve(Choice(word), ZoneInfo(zone), now=moment)

    assert live.later(moment) is None
    assert live.later(moment + timedelta(microseconds=1)) == Choice(word)


def test_a_step_beyond_now_is_the_live_view():
    found = time_range("7d", as_of="2026-11-15T00:00:00Z")

    assert found.later(utc(2026, 11, 20)) == Choice("7d")
    assert found.later(utc(2026, 11, 23)) == Choice("7d", as_of="2026-11-22T00:00:00Z")
    assert found.earlier == Choice("7d", as_of="2026-11-08T00:00:00Z")


def test_a_custom_range_steps_by_its_own_length():
    found = time_range(from_="2026-10-24T22:00:00Z", to="2026-10-25T23:00:00Z")

    assert found.earlier == Choice(from_="2026-10-23T21:00:00Z", to="2026-10-24T22:00:00Z")
    assert found.later(utc(2026, 11, 20)) == Choice(
        from_="2026-10-25T23:00:00Z", to="2026-10-27T00:00:00Z"
    )
