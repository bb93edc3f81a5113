"""The batch of an org that is being sent: what each response of the server means for it."""

import gzip
import logging
import random
from collections.abc import Mapping, Sequence
from typing import Any

from .connection import Connection, Response
from .event import Event
from .outbox import OrgQueue, Outbox

_log = logging.getLogger(__package__)
_FIRST_PAUSE, _MAX_PAUSE = 0.5, 60.0
_TRY_AGAIN = "try_again"  # the code of an event whose org could not be stored just now
_MAX_TRY_AGAIN = 5.0  # seconds: events of other orgs wait, too
_RANDOM = random.Random()  # noqa: S311 - jitter that leaves the program's random state alone
_SUCCESS = frozenset({200, 207})
# 0 means no response. A 2xx without counts did not come from dashapp, so it is retried too.
_RETRYABLE = frozenset({0, *_SUCCESS, 408, 425, 429, 500, 502, 503, 504})


class Delivery:
    """Sends an org's batches, one at a time. Only the client's thread uses it."""

    def __init__(self, outbox: Outbox, queue: OrgQueue) -> None:
        self.queue = queue
        self.connection: Connection | None = None  # while a request is under way
        self.started = 0.0
        self.wake_at: float | None = None
        self._outbox = outbox
        self._parts: list[Sequence[Event]] = []  # of the batch; the last one is next
        self._pause = _FIRST_PAUSE

    @property
    def has_batch(self) -> bool:
        return bool(self._parts)

    def take_batch(self) -> bool:
        """Take the next batch, unless there is one. Returns False if there are no events."""
        if not self._parts and (batch := self._outbox.take(self.queue)):
            self._parts.append(batch)
        return self.has_batch

    def body(self) -> bytes:
        events = b",".join(event.payload for event in self._parts[-1])
        return gzip.compress(b"[" + events + b"]", compresslevel=1)

    def respond(self, response: Response) -> float | None:
        """Record the outcome of a request. Returns the seconds to wait before it is repeated."""
        part = self._parts[-1]
        is_success = response.status in _SUCCESS and isinstance(response.body.get("accepted"), int)
        if not is_success and response.status in _RETRYABLE:
            return self._next_pause(response)
        if is_success:
            self._parts.pop()
            return self._record(part, response)
        self._pause = _FIRST_PAUSE
        if response.status in {400, 413} and len(part) > 1:  # find the event that is at fault
            half = len(part) // 2
            self._parts[-1:] = [part[half:], part[:half]]
            return None
        self._reject(part, response)
        self._parts.pop()
        self._outbox.done(self.queue, len(part))
        return None

    def drop(self) -> None:
        """Give up on the batch after an error in this program."""
        events = sum(len(part) for part in self._parts)
        self._parts.clear()
        self._outbox.count(self.queue, dropped=events)
        self._outbox.done(self.queue, events)

    def give_back(self) -> None:
        """Put the batch back, to be sent again under the same ids."""
        events = [event for part in reversed(self._parts) for event in part]
        self._parts.clear()
        self._outbox.give_back(self.queue, events)

    def _next_pause(self, response: Response) -> float:
        """Seconds as the server wants, or growing ones under the same ids."""
        wait = response.retry_after
        if wait is None:
            wait = self._pause * _RANDOM.uniform(0.5, 1.5)
            self._pause = min(self._pause * 2, _MAX_PAUSE)
        _log.info("the server responded with status %d; retrying in %.1f s", response.status, wait)
        return wait

    def _record(self, part: Sequence[Event], response: Response) -> float | None:
        """Record the verdicts. Returns the seconds to wait if all events have to be sent again.

        If some have to be, because their org is busy or at its limit, they come after the events
        that wait, so that no org waits for another one.
        """
        verdicts = response.body.get("rejected", [])
        delayed = [verdict for verdict in verdicts if verdict.get("code") == _TRY_AGAIN]
        again = [part[verdict["index"]] for verdict in delayed]
        rejected = [verdict for verdict in verdicts if verdict.get("code") != _TRY_AGAIN]
        self._outbox.count(
            self.queue,
            accepted=response.body.get("accepted", 0),
            duplicates=response.body.get("duplicates", 0),
            rejected=len(rejected),
        )
        for verdict in rejected:
            _log.warning("event of %s rejected: %s", self.queue, verdict)
            self._notify_rejected(part[verdict["index"]], verdict)
        self._outbox.send_again(self.queue, again)
        self._outbox.done(self.queue, len(part) - len(again))
        if again and len(again) == len(part):
            return min(self._next_pause(response), _MAX_TRY_AGAIN)
        self._pause = _FIRST_PAUSE
        return None

    def _reject(self, part: Sequence[Event], response: Response) -> None:
        message = response.body.get("error", {})
        _log.error(
            "%d events of %s rejected with status %d: %s",
            len(part), self.queue, response.status, message,
        )  # fmt: skip
        self._outbox.count(self.queue, rejected=len(part))
        for event in part:
            self._notify_rejected(event, message)

    def _notify_rejected(self, event: Event, verdict: Mapping[str, Any]) -> None:
        if self.queue.on_rejected is not None:
            try:
                self.queue.on_rejected(event.fields, verdict)
            except Exception:  # noqa: BLE001 - the callback is not our code
                _log.exception("on_rejected raised an exception")
