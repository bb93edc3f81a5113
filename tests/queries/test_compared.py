"""Each bucket is compared with its counterpart in the previous range."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashapp.domain.time.instant import from_us, to_us
from dashapp.domain.time.presets import PRESETS, Choice, Preset
from dashapp.domain.time.time_range import resolve
from tests.effort import scaled
from tests.factories import event, send, time_range
from tests.model import CHANNELS, OUTCOMES
from tests.panels import panel
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


def shifted(moment, resolved):
    """One length earlier, computed naively: elapsed hours, or the local date and time."""
    if resolved.preset is None:
        return moment - (resolved.end - resolved.start)
    if resolved.preset.hours:
        return moment - timedelta(seconds=3600 * resolved.preset.hours)
    local = moment.astimezone(resolved.zone)
    wall_time = local.replace(tzinfo=None, fold=0)
    if resolved.preset.months:
        is_leap_day = (wall_time.month, wall_time.day) == (2, 29)
        wall_time = wall_time.replace(
            year=wall_time.year - 1, day=28 if is_leap_day else wall_time.day
        )
        return wall_time.replace(tzinfo=resolved.zone).astimezone(UTC)
    earlier = wall_time - timedelta(days=resolved.preset.days)
    return earlier.replace(tzinfo=resolved.zone, fold=local.fold).astimezone(UTC)


def bucket_of(moment, starts):
    """The bucket that a moment of the previous range belongs to: the last that starts before it."""
    later = [number for number, start in enumerate(starts) if start > moment]
    return max(min(later, default=len(starts)) - 1, 0)


def previous_events(events, resolved):
    """The events of the previous range, each with the number of its bucket."""
    starts = [shifted(bucket.start, resolved) for bucket in resolved.buckets]
    low, high = to_us(shifted(resolved.start, resolved)), to_us(shifted(resolved.end, resolved))
    return [
        (bucket_of(from_us(item.occurred_at), starts), item)
        for item in events
        if low <= item.occurred_at < high
    ]


def previous_values(rows, resolved):
    starts = [bucket.start for bucket in resolved.buckets]
    return {(starts.index(row.start), row.series): row.before for row in rows if row.before}


def expected_previous(events, resolved):
    """The expected numbers of each query, by bucket and series."""
    volume, outcomes, users = Counter(), Counter(), {}
    for bucket, item in previous_events(events, resolved):
        volume[bucket, "events"] += 1
        if item.type in OUTCOMES:
            outcomes[bucket, item.type.removeprefix("validation_run.")] += 1
        if item.user:
            channel = item.channel if item.channel in CHANNELS else "other"
            users.setdefault((bucket, channel), set()).add(item.user)
    return volume, outcomes, {key: len(names) for key, names in users.items()}


def actual_previous(session, owner, resolved):
    queries = (panel("events-time-series"), panel("runs-by-outcome"), panel("users-time-series"))
    return tuple(previous_values(query(session, owner, resolved), resolved) for query in queries)


@pytest.mark.xdist_group("filled")
@settings(max_examples=scaled(60))
@given(owned, zone_names, choices)
def test_each_bucket_is_compared_with_its_counterpart_in_the_previous_range(
    filled, org_number, zone, choice
):
    owners, events = filled
    resolved = compared(choice, zone)
    can_compare = to_us(resolved.previous_start) >= min(item.occurred_at for item in events)
    expected = expected_previous(events, resolved) if can_compare else ({}, {}, {})
    for store, owner in owners[org_number :: len(ORG_ZONES)]:
        with store.read(owner) as session:
            assert actual_previous(session, owner, resolved) == expected


@pytest.mark.xdist_group("filled")
@settings(max_examples=scaled(20))
@given(owned, zone_names, choices)
def test_compared_buckets_sum_up_to_the_previous_range(filled, org_number, zone, choice):
    owners, _ = filled
    resolved = compared(choice, zone)
    for store, owner in owners[org_number :: len(ORG_ZONES)]:
        runs_only = owner.filtered_by((("type", ("validation_run.created",)),))
        with store.read(owner) as session:
            previous = panel("total-validations")(session, owner, resolved)[0].previous
            before = [
                row.before for row in panel("events-time-series")(session, runs_only, resolved)
            ]
        assert (None if None in before else sum(before)) == previous


@pytest.mark.xdist_group("filled")
@pytest.mark.parametrize("word", sorted(PRESETS))
@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe"])
def test_comparison_without_tallies_is_the_same(filled, word, zone, monkeypatch):
    owners, _ = filled
    resolved = compared(Choice(word, as_of="2026-11-01T13:45:00Z"), zone)
    for store, owner in owners:
        with store.read(owner) as session:
            from_tallies = actual_previous(session, owner, resolved)
        with monkeypatch.context() as patch, store.read(owner) as session:
            without_tallies(patch)
            assert actual_previous(session, owner, resolved) == from_tallies


@pytest.mark.xdist_group("filled")
def test_comparing_does_not_change_the_numbers_of_the_range(filled):
    owners, _ = filled
    resolved = compared(Choice("30d", as_of="2026-11-05T12:00:00Z"), "Europe/Berlin")
    uncompared = time_range("30d", "Europe/Berlin", now=resolved.as_of)
    store, owner = owners[0]
    with store.read(owner) as session:
        for query in (
            panel("runs-by-outcome"),
            panel("users-time-series"),
            panel("events-time-series"),
        ):
            with_before = query(session, owner, resolved)
            without = query(session, owner, uncompared)
            values = {(row.start, row.series): row.value for row in with_before if row.value}
            assert values == {(row.start, row.series): row.value for row in without if row.value}
            assert {row.before for row in without} == {None}
        errors = panel("total-errors")
        assert errors(session, owner, resolved)[0] == errors(session, owner, uncompared)[0]


def test_a_series_that_exists_only_in_the_previous_range_is_included(store, acme):
    send(store, acme, [event("page.viewed", "2026-11-20T09:00:00Z", user="u"),
                       event("page.viewed", "2026-11-10T09:00:00Z", user="u", channel="kiosk"),
                       event("page.viewed", "2026-01-01T00:00:00Z")])  # fmt: skip
    with store.read(acme) as session:
        rows = panel("users-time-series")(
            session, acme, compared(Choice("7d"), "UTC", utc(2026, 11, 20, 9, 30))
        )

    assert [row.series for row in rows[:3]] == ["api", "web", "other"]
    assert [(row.start, row.before) for row in rows if row.before] == [(utc(2026, 11, 17), 1)]
    assert {row.value for row in rows if row.series == "other"} == {0}


@pytest.mark.parametrize(("first", "before"), [("2026-11-07T00:00:00Z", 1),
                                               ("2026-11-07T00:00:00.000001Z", None)])  # fmt: skip
def test_ranges_before_the_first_event_are_not_compared(store, acme, first, before):
    send(store, acme, [event("validation_run.created", first)])
    resolved = compared(Choice("7d"), "UTC", utc(2026, 11, 20, 9, 30))

    with store.read(acme) as session:
        rows = panel("events-time-series")(session, acme, resolved)
        previous = panel("total-validations")(session, acme, resolved)[0].previous

    assert (rows[0].before, previous) == (before, before)
    assert {row.before is None for row in rows} == {before is None}


def test_a_day_after_the_clocks_went_forward_is_compared_with_a_whole_day():
    resolved = time_range("7d", "Europe/Berlin", now=utc(2026, 4, 1, 10))

    hours = [(high - low).total_seconds() / 3600 for low, high in resolved.previous_buckets]
    assert resolved.previous_buckets[0] == (utc(2026, 3, 18, 23), utc(2026, 3, 19, 23))
    assert resolved.previous_buckets[-1] == (utc(2026, 3, 24, 23), utc(2026, 3, 25, 11))
    assert hours == [24.0] * 6 + [12.0]


def test_a_day_is_compared_with_the_25_hour_day_of_the_previous_week():
    resolved = time_range("7d", "Europe/Berlin", now=utc(2026, 11, 2, 10))

    hours = [(high - low).total_seconds() / 3600 for low, high in resolved.previous_buckets]
    assert hours == [24.0] * 5 + [25.0, 11.0]


def test_the_counterpart_of_a_skipped_day_is_empty():
    resolved = time_range("7d", "Pacific/Apia", now=utc(2012, 1, 8, 0))

    zone = ZoneInfo("Pacific/Apia")
    days = [low.astimezone(zone).date().isoformat() for low, _ in resolved.previous_buckets]
    lengths = [(high - low).total_seconds() / 3600 for low, high in resolved.previous_buckets]
    assert days[:4] == ["2011-12-26", "2011-12-27", "2011-12-28", "2011-12-29"]
    assert lengths == [24.0, 24.0, 24.0, 24.0, 0.0, 24.0, 14.0]


def test_counterparts_of_skipped_times_are_empty_and_do_not_overlap(monkeypatch):
    """With a preset in steps of 15 minutes, skipped times would come out of order."""
    quarters = Preset("7d", "Last 7 days", "previous 7 days", "15m", days=7)
    monkeypatch.setitem(PRESETS, "7d", quarters)
    parts = time_range("7d", "Europe/Berlin", now=utc(2026, 4, 5, 12)).previous_buckets

    assert all(low <= high for low, high in parts)
    assert all(a[1] == b[0] for a, b in zip(parts, parts[1:], strict=False))
    assert [low for low, high in parts if low == high] == [utc(2026, 3, 29, 1, 45)] * 4


@settings(max_examples=scaled(100))
@given(st.sampled_from(sorted({*ZONES, "Asia/Beirut", "Africa/Cairo", "Etc/GMT+12"})), choices)
def test_counterparts_cover_the_whole_previous_range(zone, choice):
    resolved = resolve(choice, ZoneInfo(zone), now=LATER)
    parts = resolved.previous_buckets

    assert len(parts) == len(resolved.buckets)
    assert (parts[0][0], parts[-1][1]) == (resolved.previous_start, resolved.previous_end)
    assert all(low <= high for low, high in parts)
    assert all(a[1] == b[0] for a, b in zip(parts, parts[1:], strict=False))


@settings(max_examples=scaled(100))
@given(zone_names, choices)
def test_the_earlier_view_ends_where_the_view_starts_and_later_undoes_it(zone, choice):
    info = ZoneInfo(zone)
    resolved = resolve(choice, info, now=LATER)
    earlier = resolve(resolved.earlier, info, now=LATER)
    again = resolve(earlier.later(LATER), info, now=LATER)

    assert earlier.end == resolved.start
    assert again.start == resolved.start
    assert again.preset == resolved.preset
    assert resolved.preset is not None or again == resolved


@settings(max_examples=scaled(50))
@given(zone_names, moments, st.sampled_from(sorted(PRESETS)))
def test_a_live_view_has_no_later_view(zone, moment, word):
    live = resolve(Choice(word), ZoneInfo(zone), now=moment)

    assert live.later(moment) is None
    assert live.later(moment + timedelta(microseconds=1)) == Choice(word)


def test_a_later_view_that_passes_now_is_the_live_view():
    resolved = time_range("7d", as_of="2026-11-15T00:00:00Z")

    assert resolved.later(utc(2026, 11, 20)) == Choice("7d")
    assert resolved.later(utc(2026, 11, 23)) == Choice("7d", as_of="2026-11-22T00:00:00Z")
    assert resolved.earlier == Choice("7d", as_of="2026-11-08T00:00:00Z")


def test_a_custom_range_moves_by_its_own_length():
    resolved = time_range(from_="2026-10-24T22:00:00Z", to="2026-10-25T23:00:00Z")

    assert resolved.earlier == Choice(from_="2026-10-23T21:00:00Z", to="2026-10-24T22:00:00Z")
    assert resolved.later(utc(2026, 11, 20)) == Choice(
        from_="2026-10-25T23:00:00Z", to="2026-10-27T00:00:00Z"
    )
