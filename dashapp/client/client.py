"""The client: a queue of events and a thread that sends them."""

import atexit
import gzip
import json
import logging
import os
import random
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple, Self
from uuid import uuid4

from dashapp.client.connection import Connection

_log = logging.getLogger("dashapp.client")
_MAX_EVENTS, _MAX_BYTES = 1_000, 900_000  # per batch; the server accepts 1,000 events and 1 MB
_FIRST_PAUSE, _MAX_PAUSE = 0.5, 60.0
_RANDOM = random.Random()  # noqa: S311 - jitter that leaves the program's random state alone
_SUCCESS = frozenset({200, 207})
# 0 means no response. A 2xx without counts did not come from dashapp, so it is retried too.
_RETRYABLE = frozenset({0, *_SUCCESS, 408, 425, 429, 500, 502, 503, 504})
_Queued = tuple[dict[str, Any], bytes]  # an event, and the same event as JSON


class Statistics(NamedTuple):
    """How many events are waiting, and the outcomes so far."""

    waiting: int
    accepted: int
    duplicates: int
    rejected: int
    dropped: int


class Client:
    """Sends events in the background. Safe to use from several threads and after a fork."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        batch: int = 500,
        every: float = 1.0,
        most_waiting: int = 100_000,
        timeout: float = 10.0,
        on_rejected: Callable[[Mapping[str, Any], Mapping[str, Any]], object] | None = None,
    ) -> None:
        """Create a client; its thread starts with the first event.

        A batch is sent when it has `batch` events, or after `every` seconds. `timeout` is in
        seconds, per request. `on_rejected(event, verdict)` is called in the client's thread for
        each rejected event. Raises ValueError for an invalid `url` or `key`.
        """
        self._connection = Connection(url, key, timeout)
        self._batch = min(max(1, batch), _MAX_EVENTS)
        self._every = every
        self._most_waiting = most_waiting
        self._on_rejected = on_rejected
        self._reset()
        atexit.register(self.close, timeout=5.0)
        if hasattr(os, "register_at_fork"):
            weak_reset = weakref.WeakMethod(self._reset)
            os.register_at_fork(after_in_child=lambda: (reset := weak_reset()) and reset())

    def _reset(self) -> None:
        """Start with an empty queue. After a fork, the parent sends its own events."""
        self._queue: deque[_Queued] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._connection.close()
        self._sending = 0
        self._is_closing = self._is_urgent = False
        self._accepted = self._duplicates = self._rejected = self._dropped = 0

    def send(
        self,
        type: str,  # noqa: A002 - the name of the field
        *,
        user: str | None = None,
        properties: Mapping[str, Any] | None = None,
        channel: str | None = None,
        project: str | None = None,
        occurred_at: datetime | None = None,
        id: str | None = None,  # noqa: A002
    ) -> bool:
        """Queue an event. Returns False if it was dropped because the queue is full or closed.

        `id` defaults to a random UUID, `occurred_at` to now. Raises ValueError for a time without a
        zone, and TypeError or ValueError for properties that are not JSON.
        """
        moment = occurred_at or datetime.now(UTC)
        if moment.tzinfo is None:
            raise ValueError(
                "occurred_at must have a time zone, such as datetime.now(timezone.utc)"
            )
        event = {
            "id": id or str(uuid4()),
            "type": type,
            "occurred_at": moment.isoformat(),
            "user": user,
            "channel": channel,
            "project": project,
            "properties": dict(properties) if properties else None,
        }
        event = {name: value for name, value in event.items() if value is not None}
        payload = json.dumps(event, separators=(",", ":"), allow_nan=False).encode()
        return self._enqueue((event, payload))

    def _enqueue(self, queued: _Queued) -> bool:
        with self._changed:
            is_queued = not self._is_closing and (
                len(self._queue) + self._sending < self._most_waiting
            )
            if is_queued:
                self._queue.append(queued)
                self._start()
                if len(self._queue) >= self._batch:
                    self._changed.notify_all()
            else:
                self._dropped += 1
            dropped = self._dropped
        # Log outside the lock: a log handler may send events itself.
        if not is_queued and (dropped == 1 or dropped % 1000 == 0):
            _log.warning("the queue is full or closed; %d events dropped so far", dropped)
        return is_queued

    def flush(self, timeout: float = 30.0) -> bool:
        """Wait until the server has accepted or refused every event; return False on timeout."""
        with self._changed:
            self._is_urgent = True
            self._changed.notify_all()
            done = self._changed.wait_for(lambda: not self._queue and not self._sending, timeout)
            self._is_urgent = False
            return done

    def close(self, timeout: float = 30.0) -> bool:
        """Stop accepting events and send the queued ones; return False on timeout."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        done = self.flush(timeout)
        atexit.unregister(self.close)
        return done

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    @property
    def statistics(self) -> Statistics:
        with self._changed:
            waiting = len(self._queue) + self._sending
            return Statistics(
                waiting, self._accepted, self._duplicates, self._rejected, self._dropped
            )

    def _start(self) -> None:
        """Start the thread unless it runs. If that fails, the next event tries again."""
        if self._thread is None:
            thread = threading.Thread(target=self._run, name="dashapp-client", daemon=True)
            try:
                thread.start()
            except RuntimeError as error:
                _log.warning("could not start the sender thread: %s", error)
            else:
                self._thread = thread

    def _run(self) -> None:
        while batch := self._next_batch():
            try:
                self._deliver(batch)
            except Exception:  # noqa: BLE001 - keep the thread alive
                _log.exception("could not send a batch")
                self._count(dropped=len(batch))
            with self._changed:
                self._sending = 0
                self._changed.notify_all()
        self._connection.close()

    def _next_batch(self) -> list[_Queued]:
        """Wait until a batch is full or due, or `flush` is called. Returns [] once closed."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._queue) or self._is_closing)
            self._changed.wait_for(
                lambda: len(self._queue) >= self._batch or self._is_urgent, self._every
            )
            batch: list[_Queued] = []
            body_bytes = 2
            while self._queue and len(batch) < self._batch:
                body_bytes += len(self._queue[0][1]) + 1
                if batch and body_bytes > _MAX_BYTES:
                    break
                batch.append(self._queue.popleft())
            self._sending = len(batch)
            return batch

    def _deliver(self, batch: list[_Queued]) -> None:
        """Send a batch, retrying under the same ids until the server accepts or refuses it."""
        body = gzip.compress(b"[" + b",".join(text for _, text in batch) + b"]", compresslevel=1)
        pause = _FIRST_PAUSE
        while True:
            response = self._connection.post(body)
            if response.status in _SUCCESS and isinstance(response.body.get("accepted"), int):
                self._record(batch, response.body)
                return
            if response.status not in _RETRYABLE:
                break
            wait = response.retry_after
            if wait is None:
                wait = pause * _RANDOM.uniform(0.5, 1.5)
                pause = min(pause * 2, _MAX_PAUSE)
            _log.info(
                "the server responded with status %d; retrying in %.1f s", response.status, wait
            )
            time.sleep(wait)
        if response.status in {400, 413} and len(batch) > 1:  # find the event that is at fault
            half = len(batch) // 2
            self._deliver(batch[:half])
            self._deliver(batch[half:])
            return
        message = response.body.get("error", {})
        _log.error("%d events rejected with status %d: %s", len(batch), response.status, message)
        self._count(rejected=len(batch))
        for event, _ in batch:
            self._notify_rejected(event, message)

    def _record(self, batch: list[_Queued], body: Mapping[str, Any]) -> None:
        rejected = body.get("rejected", [])
        self._count(body.get("accepted", 0), body.get("duplicates", 0), len(rejected))
        for verdict in rejected:
            _log.warning("event rejected: %s", verdict)
            self._notify_rejected(batch[verdict["index"]][0], verdict)

    def _notify_rejected(self, event: Mapping[str, Any], verdict: Mapping[str, Any]) -> None:
        if self._on_rejected is not None:
            try:
                self._on_rejected(event, verdict)
            except Exception:  # noqa: BLE001 - the callback is not our code
                _log.exception("on_rejected raised an exception")

    def _count(
        self, accepted: int = 0, duplicates: int = 0, rejected: int = 0, dropped: int = 0
    ) -> None:
        with self._changed:
            self._accepted += accepted
            self._duplicates += duplicates
            self._rejected += rejected
            self._dropped += dropped
