"""What sends events: a client, or a client's sender for another org."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from .event import Event, make_event
from .outbox import OrgQueue, Outbox, Statistics


class Sender(ABC):
    """Queues events, which a thread sends. Safe to use from several threads and after a fork."""

    def send(
        self,
        type: str,  # noqa: A002 - the name of the field
        *,
        user: str | None = None,
        properties: Mapping[str, Any] | None = None,
        channel: str | None = None,
        project: str | None = None,
        occurred_at: datetime | str | None = None,
        id: str | None = None,  # noqa: A002
        org: str | None = None,
    ) -> bool:
        """Queue an event. Returns False if it was dropped because the queue is full or closed.

        `org` is the slug of the event's org, for a key that sends for all orgs. `id` defaults to a
        random UUID, `occurred_at` to now. A time is a datetime with a time zone, or text in RFC
        3339 with an offset, such as `2026-11-21T09:30:00Z`. Raises TypeError or ValueError for
        other times, and for properties that are not JSON.
        """
        fields = {
            "id": id,
            "org": org,
            "type": type,
            "user": user,
            "channel": channel,
            "project": project,
        }
        return self._enqueue(make_event(fields, properties, occurred_at))

    @abstractmethod
    def flush(self, timeout: float = 30.0) -> bool:
        """Wait until the server has accepted or refused every event; return False on timeout."""

    @property
    @abstractmethod
    def statistics(self) -> Statistics:
        """How many events are waiting, and the outcomes so far."""

    @abstractmethod
    def _enqueue(self, event: Event) -> bool: ...


class OrgSender(Sender):
    """Sends the events of one org in the thread of a client."""

    def __init__(
        self, outbox: Outbox, queue: OrgQueue, put: Callable[[OrgQueue, Event], bool]
    ) -> None:
        self._outbox = outbox
        self._queue = queue
        self._put = put

    def flush(self, timeout: float = 30.0) -> bool:
        return self._outbox.flush(self._queue, timeout)

    @property
    def statistics(self) -> Statistics:
        return self._queue.statistics

    def _enqueue(self, event: Event) -> bool:
        return self._put(self._queue, event)
