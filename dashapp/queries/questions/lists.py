"""The values of a field with the highest numbers: with shares, previous ranks, and the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashapp.domain.series import RANKED_PER_LABEL, Number, TopRow
from dashapp.queries.questions.quantities import By, Parts, Quantity, add_up, by_value, tally_of
from dashapp.queries.questions.ranges import is_comparable, previous, whole
from dashapp.queries.questions.top import Ranked, Ranking, Top, rank_all, spelled
from dashapp.queries.reading.together import Asking, Question, Steps

DEFAULT_LIMIT = 10
OTHERS = "other"


@dataclass(frozen=True)
class Order:
    """How a list is ordered and cut. `at_least` leaves out values with fewer events."""

    limit: int = DEFAULT_LIMIT
    is_lowest_first: bool = False
    at_least: int = 0


def ranking(
    quantity: Quantity,
    by: By,
    order: Order,
    more: Mapping[str, Quantity] | None = None,
) -> Question:
    """Return the question for a list. `more` are other metrics of the same values."""
    is_frequency = _is_frequency(quantity, by, order) and not more

    def ask(asking: Asking) -> Steps:
        steps = _most_frequent if is_frequency else _ranked
        rows: Sequence[TopRow] = yield from steps(asking, quantity, by, order, more or {})
        return rows

    return ask


def _is_frequency(quantity: Quantity, by: By, order: Order) -> bool:
    """Whether the list has the most frequent labels, which are found without reading all."""
    is_count = not quantity.is_ratio and quantity.parts[0].measure == "count"
    return is_count and by.is_property and not by.values and not order.is_lowest_first


def _most_frequent(
    asking: Asking, quantity: Quantity, by: By, order: Order, _more: Mapping[str, Quantity]
) -> Steps:
    session, scope, time_range = asking[:3]
    tally = tally_of(quantity.parts[0], by)
    bounds = whole(time_range)
    ranges = [(bounds, order.limit + 1)]
    can_compare = is_comparable(session, scope, time_range)
    if can_compare:
        ranges.append((previous(time_range), RANKED_PER_LABEL * (order.limit + 1)))
    rankings = yield from rank_all(tally, ranges)
    ranked: Top = yield from spelled(tally, bounds, rankings[0])
    labels = _listed(ranked, order.limit)
    if not labels:
        return []
    ranks = _previous_ranks(rankings[1], labels) if can_compare else None
    rows = [
        TopRow(
            label.label,
            label.n,
            label.n / ranked.total,
            rank_before=(ranks or {}).get(label.key),
            is_compared=ranks is not None,
            before=rankings[1].known.get(label.key, 0) if can_compare else None,
        )
        for label in labels
    ]
    rest = ranked.total - sum(label.n for label in labels)
    if not rest:
        return rows
    others = None if rankings[0].labels is None else rankings[0].labels - len(labels)
    return [*rows, TopRow(OTHERS, rest, rest / ranked.total, is_other=True, others=others)]


def _listed(ranked: Top, limit: int) -> list[Ranked]:
    """Return the labels with their own row: `limit`, or all if only one would be left over."""
    is_all = sum(label.n for label in ranked.labels) == ranked.total
    return ranked.labels if is_all else ranked.labels[:limit]


def _previous_ranks(before: Ranking, labels: Sequence[Ranked]) -> dict[str, int]:
    """Return the ranks that these labels had, from 1.

    A label that ranked below the last place that is told apart gets the place after it.
    """
    last = RANKED_PER_LABEL * len(labels)
    ranks = {key: place for place, (key, _n) in enumerate(before.best[:last], 1)}
    for label in labels:
        if label.key not in ranks and before.known.get(label.key):
            ranks[label.key] = last + 1
    return ranks


def _ranked(
    asking: Asking, quantity: Quantity, by: By, order: Order, more: Mapping[str, Quantity]
) -> Steps:
    """Rank the values by reading all of them."""
    session, scope, time_range = asking[:3]
    ranges = [whole(time_range)]
    can_compare = is_comparable(session, scope, time_range)
    if can_compare:
        ranges.append(previous(time_range))
    states: list[dict[str, Parts]] = yield from by_value(quantity, by, ranges)
    more_states: dict[str, dict[str, Parts]] = {}
    for name, other in more.items():
        (more_states[name],) = yield from by_value(other, by, ranges[:1])
    values = _ordered(quantity, states[0], order)
    listed = values if len(values) <= order.limit + 1 else values[: order.limit]
    if not listed:
        return []
    total = _total(quantity, states[0])
    ranks = _ranks(_ordered(quantity, states[1], order)) if can_compare else None

    def row(label: str, value: Number | None, labels: Sequence[str], **flags: Any) -> TopRow:
        others = ((name, _value_of(more[name], more_states[name], labels)) for name in more)
        return TopRow(label, value, _share(value, total), more=tuple(others), **flags)

    rows = [
        row(
            label,
            value,
            [label],
            rank_before=(ranks or {}).get(label),
            is_compared=ranks is not None,
            before=_value_of(quantity, states[1], [label]) if can_compare else None,
        )
        for label, value in listed
    ]
    rest = [label for label, _value in values[len(listed) :]]
    if not rest or order.at_least:
        return rows
    value = _value_of(quantity, states[0], rest)
    return [*rows, row(OTHERS, value, rest, is_other=True, others=len(rest))]


def _value_of(
    quantity: Quantity, states: Mapping[str, Parts], labels: Sequence[str]
) -> Number | None:
    """Return the value of some labels together."""
    listed = [states[label] for label in labels if label in states]
    return quantity.value(add_up(quantity, listed))


def _ordered(
    quantity: Quantity, states: Mapping[str, Parts], order: Order
) -> list[tuple[str, Number]]:
    """Return the values with enough events in order, then by label."""
    values = [
        (label, value)
        for label, parts in states.items()
        if quantity.events(parts) >= order.at_least and (value := quantity.value(parts)) is not None
    ]
    sign = 1 if order.is_lowest_first else -1
    return sorted(values, key=lambda item: (sign * item[1], item[0]))


def _ranks(values: Sequence[tuple[str, Number]]) -> dict[str, int]:
    return {label: rank for rank, (label, _value) in enumerate(values, 1)}


def _total(quantity: Quantity, states: Mapping[str, Parts]) -> Number | None:
    """Return the total that shares are parts of; None if there are no shares."""
    if not quantity.is_additive or not states:
        return None
    if any((quantity.value(parts) or 0) < 0 for parts in states.values()):
        return None
    total = quantity.value(add_up(quantity, states.values()))
    return total if total is not None and total > 0 else None


def _share(value: Number | None, total: Number | None) -> float | None:
    return None if value is None or total is None else float(value / total)  # type: ignore[operator]
