"""Numbers per bucket: one series, one per metric, or one per value of a field."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashapp.domain.series import Mark, Number, SeriesRow
from dashapp.queries.questions.marks import marks
from dashapp.queries.questions.quantities import (
    By,
    Parts,
    Quantity,
    add_up,
    by_value,
    tally_of,
    totals,
)
from dashapp.queries.questions.ranges import is_comparable, whole
from dashapp.queries.questions.top import rank
from dashapp.queries.reading.asks import Labels, Range
from dashapp.queries.reading.together import Asking, Question, Steps, answer_together

DEFAULT_SERIES = 5
OTHER = "other"
Values = Sequence[Number | None]  # one per range


def series(quantities: Mapping[str, Quantity], marked: Sequence[str] = ()) -> Question:
    """Return the question for one series per metric. `marked` are event types to mark."""

    def ask(asking: Asking) -> Steps:
        ranges = _ranges(asking)
        values: dict[str, Values] = {}
        for name, quantity in quantities.items():
            states = yield from totals(quantity, ranges)
            values[name] = [quantity.value(parts) for parts in states]
        bucket_marks = (yield from marks(asking, marked)) if marked else None
        return _rows(asking, values, bucket_marks)

    return ask


def series_by(
    quantity: Quantity, by: By, limit: int = DEFAULT_SERIES, marked: Sequence[str] = ()
) -> Question:
    """Return the question for one series per value of a field; the rest is one series.

    The values are chosen once, over the whole range.
    """

    def ask(asking: Asking) -> Steps:
        if by.values:
            values, rest = yield from _fixed(asking, quantity, by)
        elif by.field == "type" or by.always:
            values, rest = yield from _all(asking, quantity, by)
        else:
            values, rest = yield from _top(asking, quantity, by, limit)
        bucket_marks = (yield from marks(asking, marked)) if marked else None
        rows = _rows(asking, values, bucket_marks, rest)
        return [row._replace(peers=_peers(asking, quantity, by, limit)) for row in rows[:1]] + rows[
            1:
        ]

    return ask


def _peers(asking: Asking, quantity: Quantity, by: By, limit: int) -> tuple[str, ...]:
    """Return the series that there would be without the viewer's filters."""
    if by.values or by.always or by.field == "type" or asking.unfiltered is None:
        return by.values
    everything = Asking(asking.session, asking.unfiltered, asking.time_range)
    (names,) = answer_together(everything, [lambda a: _names(a, quantity, by, limit)])
    return tuple(names[0])


def _ranges(asking: Asking) -> list[Range]:
    """Return the buckets, followed by those that they are compared with."""
    session, scope, time_range = asking[:3]
    is_compared = time_range.is_compared and is_comparable(session, scope, time_range)
    return time_range.query_edges if is_compared else time_range.edges


def _fixed(asking: Asking, quantity: Quantity, by: By) -> Steps:
    """Return the series of a fixed list of values, and the name of the rest if there is any."""
    states: list[dict[str, Parts]] = yield from by_value(quantity, by, _ranges(asking))
    values = _values(quantity, states, by.values)
    if all(name in by.values for of_range in states for name in of_range):
        return values, None
    return {**values, OTHER: _rest(quantity, states, by.values)}, OTHER


def _all(asking: Asking, quantity: Quantity, by: By) -> Steps:
    """Return the series of all values, those in `always` first, the others sorted."""
    states: list[dict[str, Parts]] = yield from by_value(quantity, by, _ranges(asking))
    found = sorted({name for of_range in states for name in of_range})
    prefix = common_prefix(quantity.types or found) if by.field == "type" else ""
    always = [f"{prefix}{name}" for name in by.always]
    names = [*always, *(name for name in found if name not in always)]
    values = _values(quantity, states, names)
    return {name.removeprefix(prefix): numbers for name, numbers in values.items()}, None


def _top(asking: Asking, quantity: Quantity, by: By, limit: int) -> Steps:
    names, has_rest = yield from _names(asking, quantity, by, limit)
    ranges = _ranges(asking)
    if not has_rest:
        states = (yield from by_value(quantity, by, ranges, tuple(names))) if names else []
        return _values(quantity, states or [{} for _ in ranges], names), None
    if quantity.is_additive and by.is_property:
        states = yield from by_value(quantity, by, ranges, tuple(names))
        together = yield from by_value(quantity, by, ranges, Labels.TOGETHER)
        values = _values(quantity, states, names)
        totals_of = _values(quantity, together, [""])[""]
        rest = [
            _less(n, of_names) for n, *of_names in zip(totals_of, *values.values(), strict=True)
        ]
        return {**values, OTHER: rest}, OTHER
    states = yield from by_value(quantity, by, ranges)
    return {**_values(quantity, states, names), OTHER: _rest(quantity, states, names)}, OTHER


def _less(total: Any, parts: Sequence[Any]) -> Any:
    return (total or 0) - sum(part or 0 for part in parts)


def _names(asking: Asking, quantity: Quantity, by: By, limit: int) -> Steps:
    """Return the values with the highest numbers over the whole range, and if there are more."""
    bounds = whole(asking.time_range)
    if not quantity.is_ratio and quantity.parts[0].measure == "count" and by.is_property:
        ranking = yield from rank(tally_of(quantity.parts[0], by), bounds, limit + 1)
        names = [key for key, _n in ranking.best]
    else:
        (states,) = yield from by_value(quantity, by, [bounds])
        values = [(name, quantity.value(parts)) for name, parts in states.items()]
        listed = [(name, value) for name, value in values if value is not None]
        names = [name for name, _value in sorted(listed, key=lambda item: (-item[1], item[0]))]
    return names[:limit], len(names) > limit


def _values(
    quantity: Quantity, states: Sequence[Mapping[str, Parts]], names: Sequence[str]
) -> dict[str, Values]:
    nothing = (None,) * len(quantity.parts)
    return {
        name: [quantity.value(of_range.get(name, nothing)) for of_range in states] for name in names
    }


def _rest(
    quantity: Quantity, states: Sequence[Mapping[str, Parts]], names: Sequence[str]
) -> Values:
    """Return the numbers of all other values together."""
    rests = [
        [parts for name, parts in of_range.items() if name not in names] for of_range in states
    ]
    return [quantity.value(add_up(quantity, rest)) for rest in rests]


def common_prefix(types: Sequence[str]) -> str:
    """Return the part, up to a dot, that all event types begin with.

    >>> common_prefix(["order.paid", "order.sent"]), common_prefix(["order.paid", "page.viewed"])
    ('order.', '')
    """
    first = types[0].split(".")[:-1] if types else []
    while first and not all(name.startswith(".".join(first) + ".") for name in types):
        first.pop()
    return ".".join(first) + "." if first else ""


def _rows(
    asking: Asking,
    values: Mapping[str, Values],
    bucket_marks: Sequence[Sequence[Mark]] | None,
    rest: str | None = None,
) -> list[SeriesRow]:
    """Return every bucket of every series in ascending order."""
    buckets = asking.time_range.buckets
    rows = []
    for number, bucket in enumerate(buckets):
        counterpart = number + len(buckets)
        noted = tuple(bucket_marks[number]) if bucket_marks else ()
        for index, (name, numbers) in enumerate(values.items()):
            row = SeriesRow(
                bucket.start,
                name,
                numbers[number],
                bucket.complete,
                noted if index == 0 else (),
                numbers[counterpart] if counterpart < len(numbers) else None,
                name == rest,
            )
            rows.append(row)
    return rows
