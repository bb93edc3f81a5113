"""Fold events into tally rows: by local day and hour, and labels by blocks of days."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from dashapp.domain.events.event import Event
from dashapp.domain.events.values import truncate_label, value_text
from dashapp.domain.metrics.amounts import Amount
from dashapp.domain.metrics.conditions import property_of
from dashapp.domain.metrics.numbers import millionths
from dashapp.domain.metrics.spreads import Spread, Spreads
from dashapp.domain.metrics.tallies import ALL_PROJECTS, Counted, Tally
from dashapp.domain.time.local_days import HOUR, HOUR_SLOTS_PER_DAY, day_and_hour_at, day_start_us

# The grains of tally rows. Unbounded labels are kept by blocks of days.
DAYS, HOURS = 0, 1
BLOCKS = {2: 1, 3: 8, 4: 64}  # grain -> days
LABELS = 2  # the grain of single days


class KeptTally(NamedTuple):
    """A tally that an org keeps: its number in tally rows, and the first day it is complete for."""

    number: int
    tally: Tally
    from_day: int


Place = tuple[int, str, int, str]  # tally, project, day, key
# tally, project, day, hour, key, spelling
FinestPlace = tuple[int, str, int, int, str, str]
# tally, project, grain, step, key, spelling
RowPlace = tuple[int, str, int, int, str, str]
CountT = TypeVar("CountT", int, Amount)
Rows = dict[RowPlace, int]
AmountRows = dict[RowPlace, Amount]
Members = dict[Place, set[str]]  # users, or values


class Folded(NamedTuple):
    """What a batch of events adds to the tallies: one field for each kind of tally."""

    rows: Rows
    amounts: AmountRows
    users: Members
    values: Members
    spreads: Spreads


class _Finest:
    """Counts by hour and project while a batch is folded."""

    def __init__(self) -> None:
        self.counts: Counter[FinestPlace] = Counter()
        self.amounts: dict[FinestPlace, Amount] = {}
        self.users: Members = defaultdict(set)
        self.values: Members = defaultdict(set)
        self.spreads: dict[Place, Spread] = defaultdict(Spread)

    def add(
        self,
        number: int,
        tally: Tally,
        event: Event,
        properties: Mapping[str, Any],
        at: tuple[int, int],
    ) -> None:
        """Count one event in one tally; `at` is its local day and hour."""
        label = tally.key_of(event, properties)
        if label is None:
            return
        if tally.counted is Counted.EVENTS:
            self.counts[number, event.project, *at, *label] += 1
            return
        place = (number, event.project, at[0], label[0])
        if tally.counted is Counted.USERS:
            if event.user is not None:
                self.users[place].add(event.user)
            return
        assert tally.of is not None
        self._measure(tally, event, at, place, property_of(properties, tally.of))

    def _measure(
        self, tally: Tally, event: Event, at: tuple[int, int], place: Place, value: Any
    ) -> None:
        if tally.counted is Counted.VALUES:
            text = value_text(value)
            if text:
                self.values[place].add(truncate_label(text))
            return
        number = millionths(value)
        if tally.counted is Counted.SPREAD:
            self.spreads[place].add(number)
            return
        finest = (place[0], event.project, *at, place[3], "")
        amount = Amount(0, 1) if number is None else Amount(1, 0, number, number, number)
        before = self.amounts.get(finest)
        self.amounts[finest] = before + amount if before else amount


def fold(
    events: Sequence[Event],
    properties: Sequence[Mapping[str, Any]],
    tallies: Sequence[KeptTally],
    zone: ZoneInfo,
    stale: Iterable[int] = (),
) -> Folded:
    """Count events in every tally that they match. Fastest if the events are sorted by time.

    `properties` are the decoded properties of the events, in the same order. Events on `stale`
    days are skipped.
    """
    finest = _Finest()
    stale_days = frozenset(stale)
    by_type: dict[str, list[KeptTally]] = {}
    low = high = day = hour = 0
    for event, event_properties in zip(events, properties, strict=True):
        if not low <= event.occurred_at < high:
            day, hour = day_and_hour_at(event.occurred_at, zone)
            low = day_start_us(day, zone) + hour * HOUR
            high = min(low + HOUR, day_start_us(day + 1, zone))
        if day in stale_days:
            continue
        if event.type not in by_type:
            by_type[event.type] = [kept for kept in tallies if kept.tally.counts_type(event.type)]
        for number, tally, from_day in by_type[event.type]:
            if day >= from_day:
                finest.add(number, tally, event, event_properties, (day, hour))
    return Folded(
        expand(finest.counts, tallies),
        expand(finest.amounts, tallies),
        add_all_projects(finest.users),
        add_all_projects(finest.values),
        add_all_projects_spreads(finest.spreads),
    )


def expand(
    finest: Mapping[FinestPlace, CountT], tallies: Iterable[KeptTally]
) -> dict[RowPlace, CountT]:
    """Return the rows to store: by day and hour, for each project and for all projects.

    For an unbounded tally, the day and hour rows count all labels together; its labels are in
    blocks. A spelling equal to its label has no row: its count is the label's count minus those of
    the other spellings.
    """
    is_unbounded = {kept.number: kept.tally.is_unbounded for kept in tallies}
    rows: dict[RowPlace, CountT] = {}

    def add(place: RowPlace, count: CountT) -> None:
        before = rows.get(place)
        rows[place] = count if before is None else before + count

    for (number, project, day, hour, key, spelling), count in finest.items():
        day_key = "" if is_unbounded[number] else key
        for row_project in (project, ALL_PROJECTS):
            add((number, row_project, DAYS, day, day_key, ""), count)
            add((number, row_project, HOURS, day * HOUR_SLOTS_PER_DAY + hour, day_key, ""), count)
            if not is_unbounded[number]:
                continue
            for grain, days in BLOCKS.items():
                add((number, row_project, grain, day // days, key, ""), count)
                if spelling not in {"", key}:
                    add((number, row_project, grain, day // days, key, spelling), count)
    return rows


def split_into_blocks(runs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Split runs of days into as few blocks as possible: (grain, step) of each.

    >>> split_into_blocks([(63, 137)])
    [(2, 63), (4, 1), (3, 16), (2, 136)]
    """
    blocks = []
    for first, end in runs:
        day = first
        while day < end:
            grain, days = max(
                (grain, days)
                for grain, days in BLOCKS.items()
                if day % days == 0 and day + days <= end
            )
            blocks.append((grain, day // days))
            day += days
    return blocks


def add_all_projects(members: Members) -> Members:
    """Add the users or values of all projects together to those of each project."""
    with_all: Members = defaultdict(set)
    for (number, project, day, key), names in members.items():
        with_all[number, project, day, key] |= names
        with_all[number, ALL_PROJECTS, day, key] |= names
    return with_all


def add_all_projects_spreads(spreads: Spreads) -> Spreads:
    """Add the spreads of all projects together to those of each project."""
    with_all: Spreads = defaultdict(Spread)
    for (number, project, day, key), spread in spreads.items():
        with_all[number, project, day, key].merge(spread)
        with_all[number, ALL_PROJECTS, day, key].merge(spread)
    return with_all
