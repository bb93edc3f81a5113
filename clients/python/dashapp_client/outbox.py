"""The events that wait, in a queue per org: programs add events, the client's thread takes them."""

import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from .event import Event

_log = logging.getLogger(__package__)
_MAX_EVENTS, _MAX_BYTES = 1_000, 900_000  # per batch; the server accepts 1,000 events and 1 MB
_LOGGED_EVERY = 1_000  # dropped events
OnRejected = Callable[[Mapping[str, Any], Mapping[str, Any]], object]


class Statistics(NamedTuple):
    """How many events are waiting, and the outcomes so far."""

    waiting: int
    accepted: int
    duplicates: int
    rejected: int
    dropped: int


class OrgQueue:
    """The queued events of one org, and the outcomes of the others."""

    def __init__(self, key: str, on_rejected: OnRejected | None) -> None:
        self.key = key
        self.on_rejected = on_rejected
        self.reset()

    def reset(self) -> None:
        self.events: deque[Event] = deque()
        self.unsent = 0  # these, and those that are being sent
        self.flushing = 0
        self.accepted = self.duplicates = self.rejected = self.dropped = 0

    def __str__(self) -> str:
        """A name for the log: the end of the key, if that does not give the key away."""
        is_long = len(self.key) > 20  # noqa: PLR2004
        return f"the org with the key …{self.key[-4:]}" if is_long else "the org"

    @property
    def statistics(self) -> Statistics:
        return Statistics(self.unsent, self.accepted, self.duplicates, self.rejected, self.dropped)


class Outbox:
    """All queues. Each method takes the lock `changed`, and calls nothing else while it has it."""

    def __init__(self, batch: int, most_waiting: int, on_rejected: OnRejected | None) -> None:
        self.batch = min(max(1, batch), _MAX_EVENTS)
        self._most_waiting = most_waiting
        self._on_rejected = on_rejected
        self._queues: dict[str, OrgQueue] = {}
        self.reset()

    def reset(self) -> None:
        """Empty all queues. After a fork, the parent sends its own events."""
        self.changed = threading.Condition()
        for queue in self._queues.values():
            queue.reset()
        self._news: set[OrgQueue] = set()
        self._longest: OrgQueue | None = None
        self._wake: Callable[[], None] | None = None
        self.is_closed = False
        self.unsent = self.flushing = self._active = 0

    def queue(self, key: str, on_rejected: OnRejected | None = None) -> OrgQueue:
        """The queue of a key. `on_rejected` is kept until another one is given."""
        with self.changed:
            queue = self._queues.get(key)
            if queue is None:
                queue = self._queues[key] = OrgQueue(key, on_rejected or self._on_rejected)
            queue.on_rejected = on_rejected or queue.on_rejected
            return queue

    def put(self, queue: OrgQueue, event: Event) -> bool:
        """Add an event, and wake the thread if that has to know. Returns False if it is dropped."""
        with self.changed:
            loser = self._whose_event_to_drop(queue)
            if loser is not queue:
                queue.events.append(event)
                self._add_unsent(queue, 1)
                if len(queue.events) in {1, self.batch}:
                    self._tell({queue})
            if loser is not None:
                loser.dropped += 1
            dropped = 0 if loser is None else loser.dropped
        # Log outside the lock: a log handler may send events itself.
        if dropped == 1 or (dropped and dropped % _LOGGED_EVERY == 0):
            _log.warning(
                "the queue is full or closed; %d events of %s dropped so far", dropped, loser
            )
        return loser is not queue

    def _whose_event_to_drop(self, queue: OrgQueue) -> OrgQueue | None:
        """Returns None if there is room, or this queue if its new event has to be dropped.

        If this org has less than its share of the room, a longer queue loses its last event. So an
        org whose events cannot be sent does not use up the room of the others.
        """
        if self.is_closed:
            return queue
        if self.unsent < self._most_waiting:
            return None
        share = self._most_waiting // (self._active + (queue.unsent == 0))
        if queue.unsent >= share:
            return queue
        if self._longest is None or len(self._longest.events) <= share:
            self._longest = max(self._queues.values(), key=lambda other: len(other.events))
        if len(self._longest.events) <= queue.unsent + 1:
            return queue
        self._longest.events.pop()
        self._add_unsent(self._longest, -1)
        return self._longest

    def take(self, queue: OrgQueue) -> list[Event]:
        """The next batch of an org. Its events are unsent until they are `done`."""
        with self.changed:
            batch: list[Event] = []
            body_bytes = 2
            while queue.events and len(batch) < self.batch:
                body_bytes += len(queue.events[0].payload) + 1
                if batch and body_bytes > _MAX_BYTES:
                    break
                batch.append(queue.events.popleft())
            return batch

    def give_back(self, queue: OrgQueue, batch: Sequence[Event]) -> None:
        with self.changed:
            queue.events.extendleft(reversed(batch))
            self._news.add(queue)

    def send_again(self, queue: OrgQueue, events: Sequence[Event]) -> None:
        """Put events that are being sent behind those that wait."""
        with self.changed:
            queue.events.extend(events)

    def count(self, queue: OrgQueue, **outcomes: int) -> None:
        """Add to the org's counts of accepted, duplicate, rejected, or dropped events."""
        with self.changed:
            for name, number in outcomes.items():
                setattr(queue, name, getattr(queue, name) + number)

    def done(self, queue: OrgQueue, events: int) -> None:
        with self.changed:
            self._add_unsent(queue, -events)
            self.changed.notify_all()

    def _add_unsent(self, queue: OrgQueue, events: int) -> None:
        self._active -= queue.unsent > 0
        queue.unsent += events
        self.unsent += events
        self._active += queue.unsent > 0

    def is_due(self, queue: OrgQueue) -> bool | None:
        """Whether a batch is full or must not wait; None if there are no events."""
        with self.changed:
            if not queue.events:
                return None
            is_urgent = self.flushing + queue.flushing > 0
            return is_urgent or len(queue.events) >= self.batch

    def news(self, wake: Callable[[], None]) -> set[OrgQueue]:
        """The queues to look at since the last call. `wake` is called when there are new ones."""
        with self.changed:
            self._wake = wake
            news, self._news = self._news, set()
            return news

    def _tell(self, queues: set[OrgQueue]) -> None:
        self._news |= queues
        if self._wake is not None:
            self._wake()

    def flush(self, queue: OrgQueue | None, timeout: float) -> bool:
        """Wait until an org, or all orgs, have no unsent events. Returns False on timeout."""
        with self.changed:
            waited_for = self if queue is None else queue
            waited_for.flushing += 1
            self._tell(set(self._queues.values()) if queue is None else {queue})
            is_sent = self.changed.wait_for(lambda: not waited_for.unsent, timeout)
            waited_for.flushing -= 1
            return is_sent

    def close(self) -> None:
        with self.changed:
            self.is_closed = True
            self._tell(set())

    @property
    def is_finished(self) -> bool:
        with self.changed:
            return self.is_closed and not self.unsent

    @property
    def statistics(self) -> Statistics:
        """The sums over all orgs."""
        with self.changed:
            counts = [Statistics(0, 0, 0, 0, 0)]
            counts += [queue.statistics for queue in self._queues.values()]
        return Statistics(*map(sum, zip(*counts, strict=True)))
