"""A queue of events, and a thread that sends them."""

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
_MOST_EVENTS, _MOST_BYTES = 1_000, 900_000  # a batch; the server takes 1,000 and 1 MB
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 60.0
_DICE = random.Random()  # noqa: S311 - spreads clients; the program's own dice are left alone
_DONE = frozenset({200, 207})
# 0 is no answer at all; what says that all is well, but not how many, is no answer of ours.
_LATER = frozenset({0, *_DONE, 408, 425, 429, 500, 502, 503, 504})
_Queued = tuple[dict[str, Any], bytes]  # an event, and the same as JSON


class Statistics(NamedTuple):
    """What became of the events so far."""

    waiting: int
    accepted: int
    duplicates: int
    rejected: int
    dropped: int


class Client:
    """A queue and a thread that empties it. Safe to use from many threads, and after a fork."""

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
        """`every`: seconds until a batch that is not full is sent. `timeout`: of a request.

        `on_rejected(event, verdict)` is called, in the thread, for each event that is refused.
        """
        self._connection = Connection(url, key, timeout)
        self._batch = min(max(1, batch), _MOST_EVENTS)
        self._every = every
        self._most_waiting = most_waiting
        self._on_rejected = on_rejected
        self._begin()
        atexit.register(self.close, timeout=5.0)
        if hasattr(os, "register_at_fork"):
            mine = weakref.WeakMethod(self._begin)
            os.register_at_fork(after_in_child=lambda: (begin := mine()) and begin())

    def _begin(self) -> None:
        """An empty queue. After a fork the parent's events are the parent's to send."""
        self._queue: deque[_Queued] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._connection.close()
        self._sending = 0
        self._is_closing = self._is_urgent = False
        self._accepted = self._duplicates = self._rejected = self._dropped = 0

    def send(
        self,
        type: str,  # noqa: A002 - the field's name
        *,
        user: str | None = None,
        properties: Mapping[str, Any] | None = None,
        channel: str | None = None,
        project: str | None = None,
        occurred_at: datetime | None = None,
        id: str | None = None,  # noqa: A002
    ) -> bool:
        """Queue an event; False where the queue is full or closed and it was dropped.

        Without an `id` it gets a random one, without a time it is now. Raises ValueError for a time
        without a zone, TypeError for properties that are no JSON.
        """
        moment = occurred_at or datetime.now(UTC)
        if moment.tzinfo is None:
            raise ValueError("occurred_at needs a time zone: datetime.now(timezone.utc)")
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
        text = json.dumps(event, separators=(",", ":"), allow_nan=False).encode()
        return self._enqueue((event, text))

    def _enqueue(self, queued: _Queued) -> bool:
        with self._changed:
            is_taken = not self._is_closing and (
                len(self._queue) + self._sending < self._most_waiting
            )
            if is_taken:
                self._queue.append(queued)
                self._start()
                if len(self._queue) >= self._batch:
                    self._changed.notify_all()
            else:
                self._dropped += 1
            dropped = self._dropped
        if not is_taken and (dropped == 1 or dropped % 1000 == 0):  # never while others wait
            _log.warning("the queue is full or closed: %d events were dropped", dropped)
        return is_taken

    def flush(self, timeout: float = 30.0) -> bool:
        """Wait until all that is queued has been answered for; whether it was, in that time."""
        with self._changed:
            self._is_urgent = True
            self._changed.notify_all()
            done = self._changed.wait_for(lambda: not self._queue and not self._sending, timeout)
            self._is_urgent = False
            return done

    def close(self, timeout: float = 30.0) -> bool:
        """Take no more events, and send what is queued; whether that worked in time."""
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
        """Where no thread can be started now, the next event tries again."""
        if self._thread is None:
            thread = threading.Thread(target=self._run, name="dashapp-client", daemon=True)
            try:
                thread.start()
            except RuntimeError as error:
                _log.warning("no thread to send events: %s", error)
            else:
                self._thread = thread

    def _run(self) -> None:
        while batch := self._take():
            try:
                self._deliver(batch)
            except Exception:  # noqa: BLE001 - the thread must live
                _log.exception("a batch could not be sent")
                self._count(dropped=len(batch))
            with self._changed:
                self._sending = 0
                self._changed.notify_all()
        self._connection.close()

    def _take(self) -> list[_Queued]:
        """The next batch, when it is full, or old enough, or somebody waits; none at the end."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._queue) or self._is_closing)
            self._changed.wait_for(
                lambda: len(self._queue) >= self._batch or self._is_urgent, self._every
            )
            batch: list[_Queued] = []
            size = 2
            while self._queue and len(batch) < self._batch:
                size += len(self._queue[0][1]) + 1
                if batch and size > _MOST_BYTES:
                    break
                batch.append(self._queue.popleft())
            self._sending = len(batch)
            return batch

    def _deliver(self, batch: list[_Queued]) -> None:
        """Send a batch until it is answered for. The ids stay, so nothing counts twice."""
        body = gzip.compress(b"[" + b",".join(text for _, text in batch) + b"]", compresslevel=1)
        pause = _FIRST_PAUSE
        while True:
            answer = self._connection.post(body)
            if answer.status in _DONE and isinstance(answer.body.get("accepted"), int):
                self._note(batch, answer.body)
                return
            if answer.status not in _LATER:
                break
            wait = answer.retry_after
            if wait is None:
                wait = pause * _DICE.uniform(0.5, 1.5)
                pause = min(pause * 2, _LONGEST_PAUSE)
            _log.info("the server answered %d; again in %.1f s", answer.status, wait)
            time.sleep(wait)
        if answer.status in {400, 413} and len(batch) > 1:  # one of them: find it
            half = len(batch) // 2
            self._deliver(batch[:half])
            self._deliver(batch[half:])
            return
        message = answer.body.get("error", {})
        _log.error("%d events were refused with %d: %s", len(batch), answer.status, message)
        self._count(rejected=len(batch))
        for event, _ in batch:
            self._tell(event, message)

    def _note(self, batch: list[_Queued], answer: Mapping[str, Any]) -> None:
        rejected = answer.get("rejected", [])
        self._count(answer.get("accepted", 0), answer.get("duplicates", 0), len(rejected))
        for verdict in rejected:
            _log.warning("an event was rejected: %s", verdict)
            self._tell(batch[verdict["index"]][0], verdict)

    def _tell(self, event: Mapping[str, Any], verdict: Mapping[str, Any]) -> None:
        if self._on_rejected is not None:
            try:
                self._on_rejected(event, verdict)
            except Exception:  # noqa: BLE001 - theirs, not ours
                _log.exception("on_rejected failed")

    def _count(
        self, accepted: int = 0, duplicates: int = 0, rejected: int = 0, dropped: int = 0
    ) -> None:
        with self._changed:
            self._accepted += accepted
            self._duplicates += duplicates
            self._rejected += rejected
            self._dropped += dropped
