"""The branches of the statement that reads stored rows: one for each kind of row and of key."""

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
    case,
    cast,
    literal_column,
    null,
    select,
    true,
    union_all,
)

from dashapp.domain.time.local_days import HOUR_SLOTS_PER_DAY
from dashapp.store.sql.aggregates import pairs
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
_BY_HOUR = 2  # as a stride
_EPOCH_WEEKDAY = 3  # 1 January 1970 was a Thursday
_NO_TEXT, _NO_BYTES = cast(null(), Text), cast(null(), LargeBinary)
_NO_PART = literal_column("''", Text)


@lru_cache(maxsize=256)
def statement_of(branches: Sequence[str]) -> Any:
    """Return the statement with these branches: slot, number, key, part, count, details, bytes."""
    return union_all(*(_select(branch) for branch in branches))


def _select(branch: str) -> Any:
    return _leading(branch) if branch.startswith("leading_") else _BRANCHES[branch](branch)


def _spans(branch: str) -> Any:
    return _span_list(bindparam(f"spans_{branch}", type_=String)).alias("spans")


def _keys(branch: str) -> Any:
    return _key_list(bindparam(f"keys_{branch}", type_=String)).alias("wanted")


def _number(spans: Any, step: Any) -> Any:
    """Return the number of the range that a step belongs to."""
    hour = (step // HOUR_SLOTS_PER_DAY + _EPOCH_WEEKDAY) % 7 * 24 + step % HOUR_SLOTS_PER_DAY
    number = spans.c.number + spans.c.stride * (step - spans.c.low)
    return case((spans.c.stride == _BY_HOUR, hour), else_=number).label("number")


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


def _leading(name: str) -> Any:
    """Add up all labels of the spans, and keep the first."""
    spans, rows = _spans(name), tally_rows
    (n,) = COUNTS.sums(rows)
    sums = (
        select(spans.c.slot, rows.c.key, n.label("n"))
        .select_from(ordered(spans, rows, _is_of_span(rows, spans) & _spelled(rows)))
        .group_by(spans.c.slot, rows.c.key)
        .order_by(n.desc(), rows.c.key)
        .limit(bindparam(f"most_{name}", type_=Integer))
        .subquery(f"first_{name}")
    )
    zero = literal_column("0", Integer)
    return select(sums.c.slot, zero, sums.c.key, _NO_PART, sums.c.n, _NO_TEXT, _NO_BYTES)


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
