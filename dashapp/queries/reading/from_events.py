"""One statement for everything that must be counted from events: each slot is a branch."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Text, bindparam, case, cast, func, literal, literal_column, select, union_all

from dashapp.domain.metrics.tallies import DISTINCT, Counted, Label, Tally
from dashapp.queries.columns.cuts import Edge
from dashapp.queries.columns.divided import Divided
from dashapp.queries.reading.asks import Labels
from dashapp.store.sql.counted import (
    amounts_of,
    bucket_of,
    count_of,
    has_value,
    is_counted,
    key_of,
    member_of,
)
from dashapp.store.sql.dialect import as_list, as_texts
from dashapp.store.sql.ordered import ordered
from dashapp.store.sql.parameters import edge_list, text_values
from dashapp.store.sql.scoped import event_types, event_users, event_values, events

_NO_PART = literal_column("''", Text)


class _Branch(NamedTuple):
    """What a branch selects. `is_whole` counts distinct members, otherwise it lists them.

    `by_name` lists values by their names, not by their numbers.
    """

    tally: Tally
    is_together: bool
    has_labels: bool
    is_whole: bool
    by_name: bool


class FromEvents:
    """What a batch of slots counts from events."""

    def __init__(self) -> None:
        self._branches: list[_Branch] = []
        self._slots: list[int] = []
        self.params: dict[str, str] = {}

    @property
    def is_empty(self) -> bool:
        return not self._branches

    def add(self, index: int, part: Divided) -> None:
        """Add the parts of a slot's ranges that events must answer."""
        is_distinct = part.slot.tally.counted in DISTINCT
        whole: list[Edge] = []
        listed: list[Edge] = []
        for edge in part.events:
            (whole if not is_distinct or edge[0] in part.whole else listed).append(edge)
        for edges, is_whole in ((whole, True), (listed, False)):
            if edges:
                self._add(index, part, edges, is_whole=is_whole)

    def _add(self, index: int, part: Divided, edges: Sequence[Edge], *, is_whole: bool) -> None:
        slot = part.slot
        tally, labels = slot.tally, slot.labels
        has_labels = not isinstance(labels, Labels) and tally.label is Label.EXACT
        branch = _Branch(
            tally,
            labels is Labels.TOGETHER and tally.is_unbounded and tally.label is Label.EXACT,
            has_labels,
            is_whole,
            part.by_name,
        )
        place = len(self._branches)
        self._branches.append(branch)
        self._slots.append(index)
        self.params[f"edges_{place}"] = as_list(edges)
        if has_labels and not isinstance(labels, Labels):
            self.params[f"labels_{place}"] = as_texts(labels)

    def slot_of(self, place: int) -> int:
        """Return the slot of a branch."""
        return self._slots[place]

    @property
    def statement(self) -> Any:
        return _statement(tuple(self._branches))


@lru_cache(maxsize=512)
def _statement(branches: Sequence[_Branch]) -> Any:
    return union_all(*(_select(place, branch) for place, branch in enumerate(branches)))


def _select(place: int, branch: _Branch) -> Any:
    tally = branch.tally
    edges = edge_list(bindparam(f"edges_{place}")).alias("buckets")
    key = literal("") if branch.is_together else key_of(tally, events)
    source, part = _joined(edges, branch)
    statement = (
        select(
            literal_column(str(place)),
            edges.c.number,
            cast(key, Text).label("key"),
            part.label("part"),
            count_of(tally, events) if branch.is_whole else func.count(),
            amounts_of(tally, events),
        )
        .select_from(source)
        .where(*is_counted(tally, events, event_types.c.type), *has_value(tally, events))
        .group_by(edges.c.number, "key", "part")
    )
    if not branch.has_labels:
        return statement
    column = event_types.c.type if tally.by == "type" else key
    return statement.where(column.in_(text_values(f"labels_{place}")))


def _joined(edges: Any, branch: _Branch) -> tuple[Any, Any]:
    """Return the events of the edges, and the part by which they are grouped besides the key."""
    tally = branch.tally
    is_in_edge = (events.c.occurred_at >= edges.c.low) & (events.c.occurred_at < edges.c.high)
    of_type = (events.c.type == event_types.c.type) & is_in_edge
    source = ordered(event_types.join(edges, literal(1) == 1), events, of_type)
    if tally.counted is Counted.SPREAD:
        return source, bucket_of(tally, events)
    if branch.is_whole:
        return source, _NO_PART
    member = member_of(tally, events)
    if branch.by_name and tally.counted is Counted.VALUES:
        return source, literal(":", Text).concat(member)
    names, name = (
        (event_users, event_users.c.user_id)
        if tally.counted is Counted.USERS
        else (event_values, event_values.c.value)
    )
    # A member by number, or by name if it has no number yet.
    part = case(
        (names.c.number.is_(None), literal(":", Text).concat(member)),
        else_=cast(names.c.number, Text),
    )
    return source.outerjoin(names, name == member), part
