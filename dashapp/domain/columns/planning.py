"""Which days are sealed next, and which segments are made one.

Days are sealed once they are over and no event has been added for a while. Small orgs are never
sealed: their events are read quickly as they are. Segments grow in steps, so that each event is
sealed about three times: with its day, with a few weeks, and in a segment of full size.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dashapp.domain.time.instant import SECOND
from dashapp.domain.time.local_days import DAY

MIN_EVENTS = 20_000  # in a segment: fewer events are read as rows
MAX_EVENTS = 2_000_000  # in a segment: bounds the memory of sealing it
QUIET = 15 * 60 * SECOND  # without a change to a day, before it is sealed
_MIN_LEFT = 0.75  # of a segment: with less it is made again, without the days it has lost
_STEP = 8  # segments of about the same size that become one


@dataclass(frozen=True)
class KnownDays:
    """What is known about an org's days.

    `counts` are the events of each UTC day, about: a local day counts as the UTC day of the same
    date. `segment_of` has the segment of each sealed day, `rows_of` its events, and `changed_at`
    when a day lost its segment. `sizes` are the events of each segment, with those of lost days.
    Days that another process seals are left out; from `busy_until`, one of them may be abandoned.
    """

    counts: Mapping[int, int]
    segment_of: Mapping[int, int] = field(default_factory=dict)
    rows_of: Mapping[int, int] = field(default_factory=dict)
    changed_at: Mapping[int, int] = field(default_factory=dict)
    sizes: Mapping[int, int] = field(default_factory=dict)
    busy_until: int | None = None


def next_days(sealed: KnownDays, now: int, *, is_quiet: bool = True) -> list[int]:
    """Return the days to seal together next, in order; an empty list if there is nothing to do.

    Without `is_quiet`, a day may have changed just now.
    """
    last = (now - (QUIET if is_quiet else 0)) // DAY  # days before it are over
    quiet_since = now - QUIET if is_quiet else now + 1
    unsealed = [
        day
        for day in sorted(sealed.counts)
        if day < last
        and sealed.counts[day]
        and day not in sealed.segment_of
        and sealed.changed_at.get(day, 0) < quiet_since
    ]
    days = _that_fit(unsealed, sealed.counts, MAX_EVENTS) or unsealed[:1]
    if sum(sealed.counts[day] for day in days) >= MIN_EVENTS:
        return days
    return _to_merge(sealed, unsealed)


def next_look(sealed: KnownDays, now: int) -> int | None:
    """Return when days may have to be sealed next; None if the org is too small to tell."""
    if next_days(sealed, now):
        return now
    moments = [at + QUIET + 1 for at in sealed.changed_at.values() if at >= now - QUIET]
    if sealed.busy_until is not None:
        moments.append(sealed.busy_until)
    if sealed.segment_of or sum(sealed.counts.values()) >= MIN_EVENTS:
        moments.append(((now - QUIET) // DAY + 1) * DAY + QUIET)
    return min(moments, default=None)


def _that_fit(names: Iterable[int], counts: Mapping[int, int], most: int) -> list[int]:
    """Return the first days, or segments, that have at most this many events together."""
    fitting: list[int] = []
    for name in names:
        most -= counts[name]
        if most < 0:
            break
        fitting.append(name)
    return fitting


def _to_merge(sealed: KnownDays, unsealed: Sequence[int]) -> list[int]:
    """Return the days of a segment that has lost many, or of several of about the same size.

    Unsealed days go along if they fit.
    """
    days_of: dict[int, list[int]] = {}
    for day, segment in sealed.segment_of.items():
        days_of.setdefault(segment, []).append(day)
    rows = {s: sum(sealed.rows_of.get(day, 0) for day in days) for s, days in days_of.items()}
    lost = [s for s in days_of if rows[s] < _MIN_LEFT * sealed.sizes.get(s, 0)]
    for segments in (lost[:1], _alike(days_of, rows)):
        if segments:
            total = sum(rows[segment] for segment in segments)
            with_them = _that_fit(unsealed, sealed.counts, MAX_EVENTS - total)
            return sorted([*with_them, *(day for s in segments for day in days_of[s])])
    return []


def _alike(days_of: Mapping[int, Sequence[int]], rows: Mapping[int, int]) -> list[int]:
    """Return enough segments of about the same size to be made one; none if there are too few."""
    levels: dict[int, list[int]] = {}
    for segment in sorted(days_of, key=lambda segment: min(days_of[segment])):
        levels.setdefault(_level(rows[segment]), []).append(segment)
    for _number, segments in sorted(levels.items()):
        fitting = _that_fit(segments, rows, MAX_EVENTS)
        total = sum(rows[segment] for segment in fitting)
        if len(fitting) >= _STEP or (len(fitting) > 1 and total > MAX_EVENTS // 2):
            return fitting
    return []


def _level(rows: int) -> int:
    level, size = 0, MIN_EVENTS * _STEP
    while rows >= size:
        level, size = level + 1, size * _STEP
    return level
