"""Counts what slots ask of sealed days: a scan of the files, then a small statement per question.

The answers have the form of those from events (`queries/reading/from_events.py`).
"""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.columns.layout import BEYOND, column_name
from dashapp.domain.events.values import MAX_LABEL
from dashapp.domain.metrics.conditions import PROPERTY_PREFIX
from dashapp.domain.metrics.tallies import DISTINCT, OTHER, Counted, Label, Tally
from dashapp.queries.columns.cuts import Cut, cuts
from dashapp.queries.columns.divided import Divided
from dashapp.queries.columns.source import (
    Needs,
    Params,
    Source,
    is_of_types,
    text_column,
    users_named,
)
from dashapp.queries.reading.asks import Labels
from dashapp.queries.reading.slots import Slot
from dashapp.store.columns.duck import Question
from dashapp.store.columns.sealed import Sealed, Segment
from dashapp.store.sql.dialect import as_texts
from dashapp.store.sql.parameters import text_values
from dashapp.store.sql.scoped import event_users

_MAX_KEPT = 1_500_000  # filtered events that are kept in memory; more are read again each time
_NUMBERS = select(event_users.c.user_id, event_users.c.number).where(
    event_users.c.user_id.in_(text_values("names"))
)


class _Part(NamedTuple):
    """What one statement counts for a slot. `is_whole` counts distinct members, not lists them."""

    slot: Slot
    cut: Cut
    is_whole: bool


class FromColumns:
    """What a batch of slots counts from sealed days."""

    def __init__(self, sealed: Sealed) -> None:
        self._sealed = sealed
        self._parts: list[_Part] = []

    def add(self, divided: Divided) -> None:
        """Add the sealed parts of a slot's ranges."""
        slot, edges = divided.slot, divided.sealed
        if slot.tally.counted not in DISTINCT:
            if edges:
                self._parts += [_Part(slot, cut, True) for cut in cuts(edges, adds_up=True)]
            return
        for is_whole in (True, False):
            group = [edge for edge in edges if (edge[0] in divided.whole) == is_whole]
            if group:
                self._parts += [_Part(slot, cut, is_whole) for cut in cuts(group, adds_up=False)]

    def read(self, session: Session, scope: Scope) -> None:
        """Count everything, and add it to the slots. Raises TooSlow."""
        if not self._parts:
            return
        conditions = [c for part in self._parts for c in part.slot.tally.where]
        users = user_numbers(session, scope, users_named(scope, conditions))

        def ask(question: Question, segments: Sequence[Segment]) -> list[list[tuple[Any, ...]]]:
            rows = _Rows(question, Source(segments, scope, users), self._parts)
            return [rows.of(part) for part in self._parts]

        for part, rows in zip(self._parts, self._sealed.ask(session, scope, ask), strict=True):
            for number, key, share, n, details in rows:
                for of_range in part.cut.numbers_of(number):
                    part.slot.add_events(of_range, key, share, n, details)


def user_numbers(session: Session, scope: Scope, names: Collection[str]) -> dict[str, int]:
    """Return the numbers of users; those without events have none."""
    if not names:
        return {}
    params = {**scope.params, "names": as_texts(sorted(names))}
    return {user: number for user, number in session.execute(_NUMBERS, params)}  # noqa: C416


class _Rows:
    """Runs the statements of parts. Filtered events are scanned once, and kept in memory."""

    def __init__(self, question: Question, source: Source, parts: Sequence[_Part]) -> None:
        self._question = question
        self._source = source
        self._kept: str | None = None
        is_narrow = source.scope.is_filtered or source.scope.project is not None
        if is_narrow and len(parts) > 1:
            self._keep(parts)

    def _keep(self, parts: Sequence[_Part]) -> None:
        params, needs = Params(), Needs()
        for part in parts:
            _add_needs(needs, part.slot.tally)
        low = min(part.cut.low for part in parts)
        high = max(part.cut.high for part in parts)
        selected = self._source.select(params, needs, low, high)
        types = {name for part in parts for name in part.slot.tally.types}
        if all(part.slot.tally.types for part in parts):
            selected += f" AND {is_of_types(params, types)}"
        limited = f"CREATE TEMP TABLE kept AS {selected} LIMIT {_MAX_KEPT + 1}"
        ((count,),) = self._question.run(limited, params.values)
        if count <= _MAX_KEPT:
            self._kept = "SELECT * FROM kept"
        else:  # the memory is needed
            self._question.run("DROP TABLE kept", {})

    def of(self, part: _Part) -> list[tuple[Any, ...]]:
        """Return number, key, part, count and details of each group of events."""
        params, tally, cut = Params(), part.slot.tally, part.cut
        rows = self._kept
        if rows is None:
            needs = Needs()
            _add_needs(needs, tally)
            rows = self._source.select(params, needs, cut.low, cut.high)
        number, joined = _numbered(params, cut)
        conditions = [
            f"s.t >= {params.add(cut.low)}",
            f"s.t < {params.add(cut.high)}",
            *_conditions(self._source, params, part.slot),
        ]
        columns = ", ".join((number, *_columns(self._source, params, part)))
        statement = (
            f"SELECT {columns} FROM ({rows}) AS s {joined} "  # noqa: S608 - our own names
            f"WHERE {' AND '.join(conditions)} GROUP BY ALL"
        )
        return self._question.run(statement, params.values)


def _add_needs(needs: Needs, tally: Tally) -> None:
    needs.add_field(tally.by)
    for condition in tally.where:
        needs.add_condition(condition)
    if tally.of is not None:
        (needs.add_field if tally.counted is Counted.VALUES else needs.add_number)(tally.of)


def _numbered(params: Params, cut: Cut) -> tuple[str, str]:
    """Return the number of an event's range, and the join that finds it."""
    if cut.is_one:
        return f"{int(cut.edges[0][0])} AS number", ""
    unit = cut.unit or 1
    numbers, lows, highs = zip(*cut.edges, strict=True)
    listed = (
        f"SELECT unnest({params.add([*numbers])}::INTEGER[]) AS number, "
        f"unnest({params.add([low // unit for low in lows])}::BIGINT[]) AS low, "
        f"unnest({params.add([-(-high // unit) for high in highs])}::BIGINT[]) AS high"
    )
    if cut.unit is None:
        return "e.number", f"JOIN ({listed}) AS e ON s.t >= e.low AND s.t < e.high"
    steps = f"SELECT number, unnest(range(low, high)) AS step FROM ({listed})"  # noqa: S608 - our own names
    return "e.number", f"JOIN ({steps}) AS e ON e.step = s.t // {unit}"


def _conditions(source: Source, params: Params, slot: Slot) -> list[str]:
    """Return the conditions that an event must meet to count in a slot."""
    tally = slot.tally
    conditions = [is_of_types(params, tally.types)] if tally.types else []
    conditions += [source.meets(params, condition) for condition in tally.where]
    if tally.by not in {"", "type"}:
        conditions.append(f"{text_column(tally.by)} != ''")
    if tally.counted is Counted.USERS:
        conditions.append("u IS NOT NULL")
    if tally.counted is Counted.VALUES:
        conditions.append(f"{text_column(str(tally.of))} != ''")
    labels = slot.labels
    if not isinstance(labels, Labels) and tally.label is Label.EXACT:
        key = "type" if tally.by == "type" else _key(source, params, tally)
        conditions.append(f"list_contains({params.add([*labels])}::VARCHAR[], {key})")
    return conditions


def _columns(source: Source, params: Params, part: _Part) -> tuple[str, ...]:
    """Return key, part, count and details."""
    slot, tally = part.slot, part.slot.tally
    is_together = (
        slot.labels is Labels.TOGETHER and tally.is_unbounded and tally.label is Label.EXACT
    )
    key = "'' AS key" if is_together else f"{_key(source, params, tally)} AS key"
    if tally.counted in DISTINCT:
        of = str(tally.of)
        member = "u" if tally.counted is Counted.USERS else _truncated(text_column(of))
        if part.is_whole:
            return key, "'' AS part", f"count(DISTINCT {member}) AS n", "NULL AS details"
        return key, "'' AS part", "0 AS n", f"list(DISTINCT {member}) AS details"
    if tally.counted is Counted.EVENTS:
        return key, "'' AS part", "count(*) AS n", "NULL AS details"
    path = str(tally.of).removeprefix(PROPERTY_PREFIX)
    number, bucket = column_name("n", path), column_name("b", path)
    counted = f"CASE WHEN abs({number}) < {BEYOND} THEN {number} END" if source.is_wide else number
    details = (
        f"concat_ws(',', count(*) - count({counted}), coalesce(sum({counted}), 0)::VARCHAR, "
        f"coalesce(min({counted})::VARCHAR, '-'), coalesce(max({counted})::VARCHAR, '-'))"
    )
    is_spread = tally.counted is Counted.SPREAD
    share = f"coalesce({bucket}::VARCHAR, '')" if is_spread else "''"
    return key, f"{share} AS part", "count(*) AS n", f"{details} AS details"


def _key(source: Source, params: Params, tally: Tally) -> str:
    """Return the text from which `Tally.key_of_field` makes the key."""
    if not tally.by:
        return "''"
    column = text_column(tally.by)
    if tally.label is not Label.EXACT:
        return column
    if tally.values:
        is_value = source.is_one_of(params, tally.by, tally.values)
        return f"CASE WHEN {is_value} THEN {column} ELSE {params.add(OTHER)} END"
    return _truncated(column) if tally.property_name else column


def _truncated(column: str) -> str:
    """Return a label truncated as `domain/events/values.py` does it."""
    return (
        f"CASE WHEN length({column}) > {MAX_LABEL} "
        f"THEN concat(substr({column}, 1, {MAX_LABEL - 1}), '…') ELSE {column} END"
    )
