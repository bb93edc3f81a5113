"""Events folded into the rows of tallies: days and hours of the org, labels by blocks of days."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from dashapp.domain.events.event import Event
from dashapp.domain.metrics.tallies import ALL_PROJECTS, Counted, Tally
from dashapp.domain.time.local_days import HOUR, HOUR_SLOTS_PER_DAY, day_and_hour_at, day_start_us

# The grains of a tally's rows. Labels, which have no end, are kept by blocks of days.
DAYS, HOURS = 0, 1
BLOCKS = {2: 1, 3: 8, 4: 64}  # grain -> days
LABELS = 2  # the grain of single days


class KeptTally(NamedTuple):
    """A tally of one org: the number its rows carry, and the first day that it is whole from."""

    number: int
    tally: Tally
    from_day: int


# tally, project, day, hour, key, spelling -> events
Finest = Mapping[tuple[int, str, int, int, str, str], int]
# tally, project, grain, step, key, spelling -> events
Rows = dict[tuple[int, str, int, int, str, str], int]
# tally, project, day, key -> users
Users = dict[tuple[int, str, int, str], set[str]]


class Folded(NamedTuple):
    """What new events add to the tallies."""

    rows: Rows
    users: Users


def fold(
    events: Sequence[Event],
    properties: Sequence[Mapping[str, Any]],
    kept: Sequence[KeptTally],
    zone: ZoneInfo,
    stale: Iterable[int] = (),
) -> Folded:
    """Count events under every tally that they belong to. Quickest when they are in order.

    `properties` are those of the events, decoded.
    """
    finest: Counter[tuple[int, str, int, int, str, str]] = Counter()
    users: Users = defaultdict(set)
    left_out = frozenset(stale)
    by_type: dict[str, list[KeptTally]] = {}
    low = high = day = hour = 0
    for event, of_event in zip(events, properties, strict=True):
        if not low <= event.occurred_at < high:
            day, hour = day_and_hour_at(event.occurred_at, zone)
            low = day_start_us(day, zone) + hour * HOUR
            high = min(low + HOUR, day_start_us(day + 1, zone))
        if day in left_out:
            continue
        if event.type not in by_type:
            by_type[event.type] = [one for one in kept if _counts(one.tally, event.type)]
        for number, tally, from_day in by_type[event.type]:
            if day < from_day:
                continue
            found = tally.key_of(event, of_event)
            if found is None:
                continue
            if tally.counted is Counted.EVENTS:
                finest[number, event.project, day, hour, *found] += 1
            elif event.user is not None:
                users[number, event.project, day, found[0]].add(event.user)
    return Folded(expand(finest, kept), add_all_projects(users))


def _counts(tally: Tally, event_type: str) -> bool:
    return not tally.types or event_type in tally.types


def expand(finest: Finest, kept: Iterable[KeptTally]) -> Rows:
    """The rows that are stored: days and hours, each project and all of them together.

    Of an open tally the days and hours hold the count of all labels; the labels are in blocks. A
    spelling that is the label itself needs no row: it is what the others leave of the label's.
    """
    is_open = {one.number: one.tally.is_unbounded for one in kept}
    rows: Rows = defaultdict(int)
    for (number, project, day, hour, key, spelling), count in finest.items():
        total = "" if is_open[number] else key
        for whose in (project, ALL_PROJECTS):
            rows[number, whose, DAYS, day, total, ""] += count
            rows[number, whose, HOURS, day * HOUR_SLOTS_PER_DAY + hour, total, ""] += count
            if not is_open[number]:
                continue
            for grain, days in BLOCKS.items():
                rows[number, whose, grain, day // days, key, ""] += count
                if spelling not in {"", key}:
                    rows[number, whose, grain, day // days, key, spelling] += count
    return rows


def split_into_blocks(runs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Runs of days as few blocks: grain and step of each.

    >>> blocks_of([(63, 137)])
    [(2, 63), (4, 1), (3, 16), (2, 136)]
    """
    found = []
    for first, end in runs:
        day = first
        while day < end:
            grain, days = max(
                (grain, days)
                for grain, days in BLOCKS.items()
                if day % days == 0 and day + days <= end
            )
            found.append((grain, day // days))
            day += days
    return found


def add_all_projects(users: Users) -> Users:
    """The users of each project, and of all of them together."""
    found: Users = defaultdict(set)
    for (number, project, day, key), names in users.items():
        found[number, project, day, key] |= names
        found[number, ALL_PROJECTS, day, key] |= names
    return found
