"""Fold events into tally rows: by local day and hour, and labels by blocks of days."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from dashapp.domain.events.event import Event
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


# tally, project, day, hour, key, spelling -> events
Finest = Mapping[tuple[int, str, int, int, str, str], int]
# tally, project, grain, step, key, spelling -> events
Rows = dict[tuple[int, str, int, int, str, str], int]
# tally, project, day, key -> users
Users = dict[tuple[int, str, int, str], set[str]]


class Folded(NamedTuple):
    """What a batch of events adds to the tallies."""

    rows: Rows
    users: Users


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
    finest: Counter[tuple[int, str, int, int, str, str]] = Counter()
    users: Users = defaultdict(set)
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
            by_type[event.type] = [
                org_tally for org_tally in tallies if _counts(org_tally.tally, event.type)
            ]
        for number, tally, from_day in by_type[event.type]:
            if day < from_day:
                continue
            label = tally.key_of(event, event_properties)
            if label is None:
                continue
            if tally.counted is Counted.EVENTS:
                finest[number, event.project, day, hour, *label] += 1
            elif event.user is not None:
                users[number, event.project, day, label[0]].add(event.user)
    return Folded(expand(finest, tallies), add_all_projects(users))


def _counts(tally: Tally, event_type: str) -> bool:
    return not tally.types or event_type in tally.types


def expand(finest: Finest, tallies: Iterable[KeptTally]) -> Rows:
    """Return the rows to store: by day and hour, for each project and for all projects.

    For an unbounded tally, the day and hour rows count all labels together; its labels are in
    blocks. A spelling equal to its label has no row: its count is the label's count minus those of
    the other spellings.
    """
    is_unbounded = {org_tally.number: org_tally.tally.is_unbounded for org_tally in tallies}
    rows: Rows = defaultdict(int)
    for (number, project, day, hour, key, spelling), count in finest.items():
        day_key = "" if is_unbounded[number] else key
        for row_project in (project, ALL_PROJECTS):
            rows[number, row_project, DAYS, day, day_key, ""] += count
            rows[number, row_project, HOURS, day * HOUR_SLOTS_PER_DAY + hour, day_key, ""] += count
            if not is_unbounded[number]:
                continue
            for grain, days in BLOCKS.items():
                rows[number, row_project, grain, day // days, key, ""] += count
                if spelling not in {"", key}:
                    rows[number, row_project, grain, day // days, key, spelling] += count
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


def add_all_projects(users: Users) -> Users:
    """Add the users of all projects together to those of each project."""
    all_users: Users = defaultdict(set)
    for (number, project, day, key), names in users.items():
        all_users[number, project, day, key] |= names
        all_users[number, ALL_PROJECTS, day, key] |= names
    return all_users
