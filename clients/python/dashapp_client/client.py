"""The client: the queues of its orgs, and a thread that sends their events."""

import atexit
import logging
import os
import threading
import time
import weakref
from typing import Self

from .connection import Server, check_key
from .courier import Courier
from .event import Event
from .outbox import OnRejected, OrgQueue, Outbox, Statistics
from .sender import OrgSender, Sender

_log = logging.getLogger(__package__)
_RESTART_PAUSE = 1.0


class Client(Sender):
    """Sends events in the background. Safe to use from several threads and after a fork."""

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        batch: int = 500,
        every: float = 1.0,
        most_waiting: int = 100_000,
        timeout: float = 10.0,
        on_rejected: OnRejected | None = None,
    ) -> None:
        """Create a client; its thread starts with the first event.

        `key` is an org's ingest key, or one for all orgs (`send(…, org="acme")`). Orgs with keys of
        their own have `for_org`. A batch is sent when it has `batch`
        events, or after `every` seconds. `most_waiting` is for all orgs together. `timeout` is in
        seconds, per request. `on_rejected(event, verdict)` is called in the client's thread for
        each rejected event. Raises ValueError for an invalid `url` or `key`.
        """
        self._server = Server(url, timeout)
        self._outbox = Outbox(batch, most_waiting, on_rejected)
        self._every = every
        self._own = None if key is None else self._queue(key)
        self._thread: threading.Thread | None = None
        self._courier: Courier | None = None
        self._starting = threading.Lock()
        atexit.register(self.close, timeout=5.0)
        if hasattr(os, "register_at_fork"):
            weak_reset = weakref.WeakMethod(self._reset)
            os.register_at_fork(after_in_child=lambda: (reset := weak_reset()) and reset())

    def _reset(self) -> None:
        """Start with empty queues. After a fork, the parent sends its own events."""
        self._outbox.reset()
        self._thread = None
        self._starting = threading.Lock()
        if self._courier is not None:
            self._courier.close()
            self._courier = None

    def for_org(self, key: str, *, on_rejected: OnRejected | None = None) -> Sender:
        """What sends the events of the org with this ingest key.

        It has a queue, pauses and statistics of its own, and uses the client's thread. Calling this
        again with the same key is cheap. `on_rejected` is for this org's events; the client's is
        the default. Raises ValueError for an invalid key.
        """
        return OrgSender(self._outbox, self._queue(key, on_rejected), self._put)

    def flush(self, timeout: float = 30.0) -> bool:
        """Wait until the server has accepted or refused every event; return False on timeout."""
        return self._outbox.flush(None, timeout)

    def close(self, timeout: float = 30.0) -> bool:
        """Stop accepting events and send the queued ones; return False on timeout."""
        self._outbox.close()
        is_sent = self.flush(timeout)
        atexit.unregister(self.close)
        return is_sent

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    @property
    def statistics(self) -> Statistics:
        """The numbers of all orgs together."""
        return self._outbox.statistics

    def _enqueue(self, event: Event) -> bool:
        if self._own is None:
            raise ValueError("this client has no key: use client.for_org(key).send(…)")
        return self._put(self._own, event)

    def _queue(self, key: str, on_rejected: OnRejected | None = None) -> OrgQueue:
        check_key(key)
        return self._outbox.queue(key, on_rejected)

    def _put(self, queue: OrgQueue, event: Event) -> bool:
        is_queued = self._outbox.put(queue, event)
        if is_queued:
            self._start()
        return is_queued

    def _start(self) -> None:
        """Start the thread unless it runs. If that fails, the next event tries again."""
        if self._thread is not None or not self._starting.acquire(blocking=False):
            return
        try:
            if self._thread is None:
                thread = threading.Thread(target=self._run, name="dashapp-client", daemon=True)
                thread.start()
                self._thread = thread
        except RuntimeError as error:
            _log.warning("could not start the sender thread: %s", error)
        finally:
            self._starting.release()

    def _run(self) -> None:
        while not self._outbox.is_finished:
            try:
                self._courier = Courier(self._outbox, self._server, self._every)
                self._courier.run()
            except Exception:  # noqa: BLE001 - for example, the program closed all files
                _log.exception("the sender thread starts again")
                time.sleep(_RESTART_PAUSE)
            finally:
                if self._courier is not None:
                    self._courier.stop()
                self._courier = None
