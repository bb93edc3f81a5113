"""What a batch of slots reads from stored rows, in one statement."""

from typing import Any

from dashapp.domain.metrics.tallies import DISTINCT, Counted
from dashapp.queries.reading.asks import Counts, Heads, Labels, Leading, Spellings
from dashapp.queries.reading.branches import statement_of
from dashapp.queries.reading.slots import BY_HOUR_OF_WEEK, Slot
from dashapp.store.sql.dialect import as_list


class Stored:
    """What a batch of slots reads from stored rows, by branch."""

    def __init__(self) -> None:
        self.spans: dict[str, list[tuple[Any, ...]]] = {}
        self.keys: dict[str, list[tuple[int, str]]] = {}
        self.most: dict[str, int] = {}
        self.depth = 0  # of the heads: more than asked does no harm

    def add(self, index: int, slot: Slot, tally_number: int) -> None:
        """Add what a slot reads. `tally_number` is the tally's number in the database."""
        if isinstance(slot.ask, Counts):
            places = [(index, tally_number, *place) for place in slot.ask.places]
            self.spans.setdefault("counts", []).extend(places)
            return
        if isinstance(slot.ask, Leading):
            leading = [(index, n, tally_number, *span, 0) for n, *span in slot.spans()]
            self.spans[f"leading_{index}"] = leading
            self.most[f"most_leading_{index}"] = slot.ask.most
            return
        if isinstance(slot.ask, Heads):
            self.depth = max(self.depth, slot.ask.depth)
        for branch, spans in _spans_by_branch(slot).items():
            self.spans.setdefault(branch, []).extend(
                (index, number, tally_number, *span) for number, *span in spans
            )
        keys = slot.ask.keys if isinstance(slot.ask, Spellings) else slot.labels
        if not isinstance(keys, Labels):
            branches = {_branch_of(slot, number) for number in range(len(slot.covers))}
            for branch in branches:
                self.keys.setdefault(branch, []).extend((index, key) for key in keys)

    @property
    def statement(self) -> Any:
        return statement_of(tuple(sorted(self.spans)))

    @property
    def params(self) -> dict[str, Any]:
        params: dict[str, Any] = {"depth": self.depth, **self.most}
        params |= {f"spans_{branch}": as_list(spans) for branch, spans in self.spans.items()}
        params |= {f"keys_{branch}": as_list(self.keys.get(branch, [])) for branch in self.spans}
        return params


def _spans_by_branch(slot: Slot) -> dict[str, list[list[int]]]:
    """Return the spans of a slot as number, grain, low, high, and stride.

    Neighbors with consecutive numbers, such as the days of a month, become one span with a stride
    of 1: the number grows with each step. With a stride of 2, it is the step's hour of the week.
    """
    by_branch: dict[str, list[list[int]]] = {}
    is_alike = slot.tally.counted not in DISTINCT
    branch = _branch_of(slot, 0) if is_alike else ""
    for number, grain, low, high in slot.spans():
        if not is_alike:
            branch = _branch_of(slot, number)
        spans = by_branch.setdefault(branch, [])
        if high - low == 1 and spans and branch not in _WITHOUT_STRIDE:
            last = spans[-1]
            count = last[3] - last[2]
            is_next = last[1] == grain and last[3] == low and number == last[0] + count
            if is_next and last[4] < 2 and (last[4] or count == 1):  # noqa: PLR2004
                last[3:] = [high, 1]
                continue
        is_by_hour = number == BY_HOUR_OF_WEEK
        spans.append([0 if is_by_hour else number, grain, low, high, 2 if is_by_hour else 0])
    return by_branch


_WITHOUT_STRIDE = frozenset({"heads", "spellings", "tally_of_labels", "measured_of_labels"})


def _branch_of(slot: Slot, number: int) -> str:
    """Return the branch that reads a range of a slot."""
    counted = slot.tally.counted
    if isinstance(slot.ask, Heads | Spellings):
        return "heads" if isinstance(slot.ask, Heads) else "spellings"
    if counted is Counted.SPREAD:
        return "spreads"
    if counted in {Counted.USERS, Counted.VALUES}:
        return "seen" if slot.has_counts(number) else "bitmaps"
    table = "tally" if counted is Counted.EVENTS else "measured"
    if isinstance(slot.labels, Labels):
        return f"{table}_labels" if slot.are_blocks else table
    return f"{table}_of_labels" if slot.are_blocks else f"{table}_of_keys"
