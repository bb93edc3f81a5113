"""One statement for everything that is stored: each kind of row is a branch of a UNION ALL."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Integer,
    LargeBinary,
    String,
    Text,
    bindparam,
    cast,
    literal_column,
    null,
    select,
    true,
    union_all,
)

from dashapp.domain.metrics.tallies import DISTINCT, Counted
from dashapp.queries.reading.asks import Counts, Heads, Labels, Spellings
from dashapp.queries.reading.slots import Slot
from dashapp.store.sql.aggregates import pairs
from dashapp.store.sql.dialect import as_list
from dashapp.store.sql.ordered import ordered
from dashapp.store.sql.parameters import row_list
from dashapp.store.sql.scoped import measured_rows, seen_rows, spread_rows, tally_rows
from dashapp.store.tallies.row_tables import AMOUNTS, COUNTS

_span_list = row_list(
    "spans",
    {
        "slot": Integer,
        "number": Integer,
        "tally": Integer,
        "grain": Integer,
        "low": Integer,
        "high": Integer,
        "stride": Integer,
    },
)
_place_list = row_list(
    "places",
    {"slot": Integer, "tally": Integer, "grain": Integer, "step": Integer, "key": String},
)
_key_list = row_list("keys", {"slot": Integer, "key": String})
_NO_TEXT, _NO_BYTES = cast(null(), Text), cast(null(), LargeBinary)
_NO_PART = literal_column("''", Text)


class Stored:
    """What a batch of slots reads from stored rows, by branch."""

    def __init__(self) -> None:
        self.spans: dict[str, list[tuple[Any, ...]]] = {}
        self.keys: dict[str, list[tuple[int, str]]] = {}
        self.depth = 0  # of the heads: more than asked does no harm

    def add(self, index: int, slot: Slot, tally_number: int) -> None:
        """Add what a slot reads. `tally_number` is the tally's number in the database."""
        if isinstance(slot.ask, Counts):
            places = [(index, tally_number, *place) for place in slot.ask.places]
            self.spans.setdefault("counts", []).extend(places)
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
        return _statement(tuple(sorted(self.spans)))

    @property
    def params(self) -> dict[str, Any]:
        params: dict[str, Any] = {"depth": self.depth}
        params |= {f"spans_{branch}": as_list(spans) for branch, spans in self.spans.items()}
        params |= {f"keys_{branch}": as_list(self.keys.get(branch, [])) for branch in self.spans}
        return params


def _spans_by_branch(slot: Slot) -> dict[str, list[list[int]]]:
    """Return the spans of a slot as number, grain, low, high, and stride.

    Neighbors with consecutive numbers, such as the days of a month, become one span with a stride
    of 1: the number grows with each step.
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
            if is_next and (last[4] or count == 1):
                last[3:] = [high, 1]
                continue
        spans.append([number, grain, low, high, 0])
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


@lru_cache(maxsize=256)
def _statement(branches: Sequence[str]) -> Any:
    return union_all(*(_BRANCHES[branch](branch) for branch in branches))


def _spans(branch: str) -> Any:
    return _span_list(bindparam(f"spans_{branch}", type_=String)).alias("spans")


def _keys(branch: str) -> Any:
    return _key_list(bindparam(f"keys_{branch}", type_=String)).alias("wanted")


def _number(spans: Any, step: Any) -> Any:
    """Return the number of the range that a step belongs to."""
    return (spans.c.number + spans.c.stride * (step - spans.c.low)).label("number")


def _is_of_span(rows: Any, spans: Any) -> Any:
    return (
        (rows.c.tally == spans.c.tally)
        & (rows.c.grain == spans.c.grain)
        & (rows.c.step >= spans.c.low)
        & (rows.c.step < spans.c.high)
    )


def _summed(rows: Any, source: Any, spans: Any) -> Any:
    """Select the sums of a branch: by slot, range, and key."""
    if rows is tally_rows:
        numbers = [*COUNTS.sums(rows), _NO_TEXT]
    else:
        n, *rest = AMOUNTS.sums(rows)
        numbers = [n, _listed(rest)]
    groups = (spans.c.slot, _number(spans, rows.c.step), rows.c.key)
    return select(*groups, _NO_PART, *numbers, _NO_BYTES).select_from(source).group_by(*groups)


def _listed(values: Sequence[Any]) -> Any:
    """Return values as one text, separated by commas."""
    text: Any = cast(values[0], Text)
    for value in values[1:]:
        text = text.concat(",").concat(cast(value, Text))
    return text


def _spelled(rows: Any) -> Any:
    return rows.c.spelling == "" if rows is tally_rows else true()


def _all(rows: Any) -> Any:
    def branch(name: str) -> Any:
        spans = _spans(name)
        is_match = _is_of_span(rows, spans) & _spelled(rows)
        return _summed(rows, ordered(spans, rows, is_match), spans)

    return branch


def _of_keys(rows: Any) -> Any:
    """Read whole spans, but only some keys of them: there are few keys in each step."""

    def branch(name: str) -> Any:
        spans, wanted = _spans(name), _keys(name)
        is_wanted = rows.c.key.in_(select(wanted.c.key))
        is_match = _is_of_span(rows, spans) & _spelled(rows) & is_wanted
        return _summed(rows, ordered(spans, rows, is_match), spans)

    return branch


def _of_labels(rows: Any) -> Any:
    """Look up each label in each block."""

    def branch(name: str) -> Any:
        source, spans, _wanted = _labels_in_blocks(name, rows, _spelled(rows))
        return _summed(rows, source, spans)

    return branch


def _labels_in_blocks(name: str, rows: Any, condition: Any) -> tuple[Any, Any, Any]:
    spans, wanted = _spans(name), _keys(name)
    is_match = (
        (rows.c.tally == spans.c.tally)
        & (rows.c.grain == spans.c.grain)
        & (rows.c.step == spans.c.low)
        & (rows.c.key == wanted.c.key)
        & condition
    )
    places = spans.join(wanted, wanted.c.slot == spans.c.slot)
    return ordered(places, rows, is_match), spans, wanted


def _spellings(name: str) -> Any:
    rows = tally_rows
    source, spans, _wanted = _labels_in_blocks(name, rows, rows.c.spelling != "")
    groups = (spans.c.slot, spans.c.number, rows.c.key, rows.c.spelling)
    sums = [*COUNTS.sums(rows), _NO_TEXT, _NO_BYTES]
    return select(*groups, *sums).select_from(source).group_by(*groups)


def _heads(name: str) -> Any:
    spans, rows = _spans(name), tally_rows
    block = (
        select(rows.c.key, rows.c.n)
        .where(
            rows.c.tally == spans.c.tally,
            rows.c.grain == spans.c.grain,
            rows.c.step == spans.c.low,
            # Literals: parameters would not match the condition of the partial index.
            rows.c.spelling == literal_column("''"),
            rows.c.key != literal_column("''"),
        )
        .order_by(rows.c.n.desc())
        .limit(bindparam("depth", type_=Integer))
        .correlate(spans)
        .subquery("head")
    )
    head = select(pairs(block.c.key, block.c.n)).correlate(spans).scalar_subquery()
    zero = literal_column("0", BigInteger)
    columns = (spans.c.slot, spans.c.number, _NO_PART, _NO_PART, zero, cast(head, Text), _NO_BYTES)
    return select(*columns).select_from(spans)


def _counts(name: str) -> Any:
    """Look up labels in single blocks."""
    places, rows = _place_list(bindparam(f"spans_{name}", type_=String)).alias("places"), tally_rows
    is_match = (
        (rows.c.tally == places.c.tally)
        & (rows.c.grain == places.c.grain)
        & (rows.c.step == places.c.step)
        & (rows.c.key == places.c.key)
        & _spelled(rows)
    )
    groups = (places.c.slot, places.c.key)
    columns = (places.c.slot, literal_column("0"), places.c.key, _NO_PART, *COUNTS.sums(rows))
    source = ordered(places, rows, is_match)
    return select(*columns, _NO_TEXT, _NO_BYTES).select_from(source).group_by(*groups)


def _of_days(rows: Any, *columns: Any) -> Any:
    def branch(name: str) -> Any:
        spans = _spans(name)
        is_match = (
            (rows.c.tally == spans.c.tally)
            & (rows.c.day >= spans.c.low)
            & (rows.c.day < spans.c.high)
        )
        place = (spans.c.slot, _number(spans, rows.c.day), rows.c.key, _NO_PART)
        return select(*place, *columns).select_from(ordered(spans, rows, is_match))

    return branch


_ZERO = literal_column("0", BigInteger)
_BRANCHES: Mapping[str, Any] = {
    "tally": _all(tally_rows),
    "tally_of_keys": _of_keys(tally_rows),
    "tally_labels": _all(tally_rows),
    "tally_of_labels": _of_labels(tally_rows),
    "measured": _all(measured_rows),
    "measured_of_keys": _of_keys(measured_rows),
    "measured_labels": _all(measured_rows),
    "measured_of_labels": _of_labels(measured_rows),
    "heads": _heads,
    "counts": _counts,
    "spellings": _spellings,
    "seen": _of_days(seen_rows, seen_rows.c.n, _NO_TEXT, _NO_BYTES),
    "bitmaps": _of_days(seen_rows, seen_rows.c.n, _NO_TEXT, seen_rows.c.users),
    "spreads": _of_days(spread_rows, _ZERO, spread_rows.c.spread, _NO_BYTES),
}
