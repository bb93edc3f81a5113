"""What upkeep has done, and what it has left: numbers that name no org."""

from dataclasses import dataclass
from typing import NamedTuple


@dataclass
class Progress:
    """One pass over the orgs that were due. `stale_since` is in microseconds."""

    orgs: int = 0
    failures: int = 0  # orgs among them
    sealed_events: int = 0
    stale_days: int = 0  # of these orgs, at the end: their tallies are not counted yet
    stale_since: int | None = None

    def leave_stale(self, days: int, since: int | None) -> None:
        """Add days of an org that have changed at this moment."""
        if days:
            self.stale_days += days
            moments = [at for at in (self.stale_since, since) if at is not None]
            self.stale_since = min(moments, default=None)


class SealedTotals(NamedTuple):
    """The sealed days of all orgs; `size` is in bytes."""

    days: int
    segments: int
    size: int
