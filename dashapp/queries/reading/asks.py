"""What a question asks of the database, and what it is given."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from pyroaring import BitMap

from dashapp.domain.metrics.amounts import Amount
from dashapp.domain.metrics.spreads import Spread
from dashapp.domain.metrics.tallies import Tally

Range = tuple[int, int]  # low <= t < high, in microseconds


class Labels(Enum):
    """Which values of a field are wanted: all in one number, or each."""

    TOGETHER = "together"
    EACH = "each"


class Distinct:
    """Distinct users or values: their number, and if they must be united, which they are.

    `numbers` are those of known members, `names` have no number yet. `count` are members that are
    in no other part.
    """

    __slots__ = ("count", "names", "numbers")

    def __init__(
        self, count: int = 0, numbers: BitMap | None = None, names: set[str] | None = None
    ) -> None:
        self.count = count
        self.numbers = numbers
        self.names = names

    def __len__(self) -> int:
        return self.count + len(self.numbers or ()) + len(self.names or ())

    def merge(self, other: "Distinct") -> None:
        """Add the members of another one."""
        self.count += other.count
        if other.numbers:
            self.numbers = other.numbers | self.numbers if self.numbers else other.numbers.copy()
        if other.names:
            self.names = {*other.names, *(self.names or ())}


State = int | Amount | Spread | Distinct  # what a tally knows about some events
States = Mapping[str, Any]  # by value of the tally's field; absent values have no events


class Ask(NamedTuple):
    """A tally in some ranges. The answer is one `States` per range.

    `labels` are the wanted values of the tally's field: each, some, or together under an empty
    key. `has_members` asks for users or values that can be united. `is_stored` leaves out the parts
    of the ranges that only events can answer.
    """

    tally: Tally
    ranges: tuple[Range, ...]
    labels: Labels | tuple[str, ...] = Labels.TOGETHER
    has_members: bool = False
    is_stored: bool = False


class Heads(NamedTuple):
    """The `depth` most frequent labels of each block of days. The answer is `BlockHeads`."""

    tally: Tally
    bounds: Range
    depth: int


@dataclass(frozen=True)
class Leading:
    """The `most` labels with the highest counts, by adding up all of them. The answer: a dict.

    Not a tuple: it would equal a `Heads` with the same numbers.
    """

    tally: Tally
    bounds: Range
    most: int


class Counts(NamedTuple):
    """The counts of labels in some blocks: grain, step and label. The answer adds up per label."""

    tally: Tally
    places: tuple[tuple[int, int, str], ...]


class Spellings(NamedTuple):
    """The spellings of labels, except those that equal the label, as counts by spelling."""

    tally: Tally
    bounds: Range
    keys: tuple[str, ...]


class Hours(NamedTuple):
    """A tally by weekday and hour in a zone. The answer is one `States` per hour of the week.

    The hour of the week is 24 times the weekday (Monday is 0), plus the hour. `labels` are as in
    `Ask`.
    """

    tally: Tally
    bounds: Range
    zone: ZoneInfo
    labels: Labels | tuple[str, ...] = Labels.TOGETHER


@dataclass
class BlockHeads:
    """The most frequent labels of each block, and the labels and spellings counted from events.

    A block is a grain and a step.
    """

    blocks: list[tuple[tuple[int, int], list[tuple[str, int]]]] = field(default_factory=list)
    events: dict[str, int] = field(default_factory=dict)
    spellings: dict[tuple[str, str], int] = field(default_factory=dict)


AnyAsk = Ask | Heads | Leading | Counts | Spellings | Hours


def together(states: Iterable[Any]) -> Any:
    """Return states of one tally as one; None if there are none."""
    total: Any = None
    for state in states:
        if total is None:
            total = deepcopy(state)
        elif isinstance(total, Spread | Distinct):
            total.merge(state)
        else:
            total = total + state
    return total
