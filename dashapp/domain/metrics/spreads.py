"""How numbers are spread: counts in buckets of about 2%, from which percentiles are read.

The bounds are whole millionths and the middle of a bucket is within 1% of all its numbers, so that
every database, and Python, find the same bucket. Logarithms would not: they round differently.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from itertools import chain

import orjson

from dashapp.domain.metrics.numbers import MAX_MILLIONTHS


@cache
def bucket_lows() -> tuple[int, ...]:
    """Return the lowest number of each bucket, in millionths: that of bucket 1 comes first."""
    lows, low = [], 1
    while low < MAX_MILLIONTHS:
        lows.append(low)
        low = _middle(low) * 100 // 99 + 1
    return tuple(lows)


def _middle(low: int) -> int:
    return low * 101 // 100


def bucket_of(number: int) -> int:
    """Return the bucket of a number in millionths: negative for negative numbers, 0 for 0."""
    bucket = bisect_right(bucket_lows(), abs(number))
    return bucket if number > 0 else -bucket


def middle_of(bucket: int) -> int:
    """Return the number, in millionths, that a bucket stands for."""
    if bucket == 0:
        return 0
    middle = _middle(bucket_lows()[abs(bucket) - 1])
    return middle if bucket > 0 else -middle


@dataclass
class Spread:
    """Counts by bucket, the lowest and highest number, and the events without a number."""

    counts: dict[int, int] = field(default_factory=dict)
    low: int | None = None
    high: int | None = None
    missing: int = 0

    @property
    def n(self) -> int:
        return sum(self.counts.values())

    def add(self, number: int | None) -> None:
        """Add one event with this number in millionths, or None for an event without one."""
        if number is None:
            self.missing += 1
            return
        self.add_bucket(bucket_of(number), 1, number, number)

    def add_bucket(self, bucket: int, n: int, low: int, high: int) -> None:
        """Add `n` numbers of one bucket, between `low` and `high`."""
        self.counts[bucket] = self.counts.get(bucket, 0) + n
        self.low = low if self.low is None else min(self.low, low)
        self.high = high if self.high is None else max(self.high, high)

    def merge(self, other: "Spread") -> None:
        self.missing += other.missing
        for bucket, n in other.counts.items():
            assert other.low is not None
            assert other.high is not None
            self.add_bucket(bucket, n, other.low, other.high)

    def percentile(self, percent: int) -> int | None:
        """Return the percentile (nearest rank), in millionths and within 1%; None without numbers.

        Never below the lowest or above the highest number.
        """
        if self.low is None or self.high is None:
            return None
        rank = max(1, -(-percent * self.n // 100))
        for bucket in sorted(self.counts):
            rank -= self.counts[bucket]
            if rank <= 0:
                return min(max(middle_of(bucket), self.low), self.high)
        raise AssertionError("the rank is at most the number of events")


def add_counted(spread: Spread, bucket: str, n: int, amounts: str) -> None:
    """Add `n` events of one bucket, as SQL counts them; an empty bucket has those without one."""
    if not bucket:
        spread.missing += n
        return
    _missing, _total, low, high = amounts.split(",")
    spread.add_bucket(int(bucket), n, int(low), int(high))


def merged(spreads: Iterable[Spread]) -> Spread:
    total = Spread()
    for spread in spreads:
        total.merge(spread)
    return total


def to_text(spread: Spread) -> str:
    """Return a spread as a JSON list: missing, low, high, and bucket and count of each bucket."""
    bounds = ["" if bound is None else str(bound) for bound in (spread.low, spread.high)]
    pairs = chain.from_iterable(sorted(spread.counts.items()))
    return orjson.dumps([spread.missing, *bounds, *pairs]).decode()


def from_text(text: str) -> Spread:
    missing, low, high, *pairs = orjson.loads(text)
    counts = dict(zip(pairs[::2], pairs[1::2], strict=True))
    return Spread(counts, int(low) if low else None, int(high) if high else None, missing)


Spreads = dict[tuple[int, str, int, str], Spread]  # tally, project, day, key
