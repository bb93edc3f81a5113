"""One ask while it is answered: what to read for it, and what was read."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import orjson
from pyroaring import BitMap

from dashapp.domain.metrics.amounts import amount_from
from dashapp.domain.metrics.folding import DAYS, HOURS, split_into_blocks
from dashapp.domain.metrics.spreads import Spread, add_counted, from_text
from dashapp.domain.metrics.tallies import Counted, Label, Tally
from dashapp.domain.time.local_days import Cover
from dashapp.queries.reading.asks import (
    AnyAsk,
    Ask,
    BlockHeads,
    Counts,
    Distinct,
    Heads,
    Hours,
    Labels,
    Leading,
    Range,
    Spellings,
)
from dashapp.store.tallies.row_tables import amount_of

Span = tuple[int, int, int, int]  # number of the range, grain, low, high
BY_HOUR_OF_WEEK = -1  # as the number of a span of hours: each belongs to its hour of the week


class Slot:
    """The answer to one ask, range by range. `covers` say what is stored for each range."""

    def __init__(self, ask: AnyAsk, covers: Sequence[Cover]) -> None:
        self.ask = ask
        self.covers = covers
        self.states: list[dict[str, Any]] = [{} for _ in covers]
        self.heads = BlockHeads()
        self.counts: dict[str, int] = {}
        self.spellings: dict[str, dict[str, int]] = {}

    @cached_property
    def _blocks(self) -> list[tuple[int, int]]:
        return split_into_blocks(part for cover in self.covers for part in cover.days)

    @property
    def tally(self) -> Tally:
        return self.ask.tally

    @property
    def answer(self) -> Any:
        if isinstance(self.ask, Heads):
            return self.heads
        if isinstance(self.ask, Counts):
            return self.counts
        if isinstance(self.ask, Leading):
            return self.states[0]
        return self.spellings if isinstance(self.ask, Spellings) else self.states

    @property
    def labels(self) -> Labels | tuple[str, ...]:
        return self.ask.labels if isinstance(self.ask, Ask | Hours) else Labels.EACH

    @property
    def is_from_events(self) -> bool:
        """Whether nothing of the ranges is stored."""
        return not any(cover.days or cover.hours for cover in self.covers)

    @property
    def are_blocks(self) -> bool:
        """Whether labels are wanted one by one from blocks of days."""
        return self.tally.is_unbounded and self.labels is not Labels.TOGETHER

    @property
    def has_days_only(self) -> bool:
        """Whether stored hours are not read: labels have none, and are asked with their total."""
        return self.are_blocks or (isinstance(self.ask, Ask) and self.ask.is_stored)

    def spans(self) -> Iterator[Span]:
        """Yield the stored parts of the ranges; the blocks of heads are numbered themselves."""
        if isinstance(self.ask, Heads):
            for number, (grain, step) in enumerate(self._blocks):
                yield number, grain, step, step + 1
            return
        for number, cover in enumerate(self.covers):
            if self.are_blocks:
                for grain, step in split_into_blocks(cover.days):
                    yield number, grain, step, step + 1
                continue
            for grain, parts in ((DAYS, cover.days), (HOURS, cover.hours)):
                for low, high in parts:
                    yield number, grain, low, high

    def edges(self) -> Iterator[tuple[int, int, int]]:
        """Yield the parts of the ranges that events must answer."""
        if isinstance(self.ask, Spellings | Counts | Leading) or (
            isinstance(self.ask, Ask) and self.ask.is_stored
        ):
            return
        for number, cover in enumerate(self.covers):
            for low, high in cover.rest:
                yield number, low, high

    def has_counts(self, number: int) -> bool:
        """Whether users or values of a range can be counted where they are, without a union.

        They can if the range is exactly one stored day, or nothing of it is stored.
        """
        if isinstance(self.ask, Ask) and self.ask.has_members:
            return False
        cover = self.covers[number]
        if not cover.days:
            return True
        return not cover.rest and sum(high - low for low, high in cover.days) == 1

    def add_stored(self, number: int, key: str, part: str, n: int, details: Any) -> None:
        """Add a stored number."""
        if isinstance(self.ask, Heads):
            grain, step = self._blocks[number]
            self.heads.blocks.append(((grain, step), orjson.loads(details)))
            return
        if isinstance(self.ask, Counts):
            self.counts[key] = n
            return
        if isinstance(self.ask, Spellings):
            self.spellings.setdefault(key, {})[part] = n
            return
        self._add(number, key, self._stored_state(n, details))

    def _stored_state(self, n: int, details: Any) -> Any:
        counted = self.tally.counted
        if counted is Counted.EVENTS:
            return n
        if counted is Counted.NUMBERS:
            missing, whole, part, low, high = details.split(",")
            return amount_of((n, int(missing), int(whole), int(part), low, high))
        if counted is Counted.SPREAD:
            return from_text(details)
        return Distinct(n) if details is None else Distinct(0, BitMap.deserialize(details))

    def add_events(self, number: int, key: str, part: str, n: int, details: Any) -> None:
        """Add a group of events: the text of their key, their part, number and amounts.

        Of members that are counted once, the details are a list: numbers of users, or values.
        """
        label = self._label_of(key)
        if label is None:
            return
        if isinstance(self.ask, Heads):
            spelled = (label[0], label[1] or label[0])
            self.heads.events[label[0]] = self.heads.events.get(label[0], 0) + n
            self.heads.spellings[spelled] = self.heads.spellings.get(spelled, 0) + n
        elif self._is_wanted(label[0]):
            self._add(number, label[0], self._event_state(part, n, details))

    def _label_of(self, text: str) -> tuple[str, str] | None:
        """Return the key and the spelling of a group of events; None if it has no label."""
        label = ("", "") if text is None else self._key_and_spelling(text)
        is_together = self.labels is Labels.TOGETHER and self.tally.is_unbounded
        return ("", "") if label is not None and is_together else label

    def _key_and_spelling(self, text: str) -> tuple[str, str] | None:
        return (text, "") if self.tally.label is Label.EXACT else self.tally.key_of_field(text)

    def _is_wanted(self, key: str) -> bool:
        return isinstance(self.labels, Labels) or key in self.labels

    def _event_state(self, part: str, n: int, details: Any) -> Any:
        counted = self.tally.counted
        if counted is Counted.EVENTS:
            return n
        if counted is Counted.NUMBERS:
            return amount_from(n, details or "")
        if counted is Counted.SPREAD:
            spread = Spread()
            add_counted(spread, part, n, details or "")
            return spread
        if isinstance(details, list):
            is_users = counted is Counted.USERS
            return Distinct(0, BitMap(details)) if is_users else Distinct(0, None, {*details})
        if not part:
            return Distinct(n)
        return Distinct(0, None, {part[1:]}) if part[0] == ":" else Distinct(0, BitMap([int(part)]))

    def _add(self, number: int, key: str, state: Any) -> None:
        states = self.states[number]
        before = states.get(key)
        if before is None:
            states[key] = state
        elif isinstance(before, Spread | Distinct):
            before.merge(state)
        else:
            states[key] = before + state


def bounds_of(ask: AnyAsk) -> tuple[Range, ...]:
    """Return the ranges of an ask; none for counts in blocks."""
    if isinstance(ask, Counts):
        return ()
    return ask.ranges if isinstance(ask, Ask) else (ask.bounds,)
