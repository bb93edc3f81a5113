"""The client's thread: it sends the batches of all orgs, and waits for all of them at once.

An org has one request at a time, and its own pauses. So an org whose key is wrong, whose limit is
reached, or whose responses are slow holds up no other org.
"""

import contextlib
import heapq
import http.client
import itertools
import logging
import selectors
import socket
import time
from collections import OrderedDict
from typing import Protocol

from .connection import NO_RESPONSE, Connection, Response, Server
from .delivery import Delivery
from .outbox import OrgQueue, Outbox

_log = logging.getLogger(__package__)
# While responses are fast, few connections are enough. One that has to wait longer than the
# patience does not count, up to the most.
_AT_ONCE, _MOST_AT_ONCE, _PATIENCE = 4, 64, 0.25


class _Closable(Protocol):
    def close(self) -> None: ...


class Courier:
    """Sends until the outbox is closed and empty."""

    def __init__(self, outbox: Outbox, server: Server, every: float) -> None:
        self._outbox = outbox
        self._server = server
        self._every = every
        self._deliveries: dict[OrgQueue, Delivery] = {}
        self._ready: OrderedDict[Delivery, None] = OrderedDict()
        self._under_way: set[Delivery] = set()
        self._timers: list[tuple[float, int, Delivery]] = []
        self._timer_number = itertools.count()
        self._idle: list[Connection] = []
        self._bell, self._rope = socket.socketpair()
        self._bell.setblocking(False)
        self._rope.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._bell, selectors.EVENT_READ)

    def run(self) -> None:
        while True:
            for queue in self._outbox.news(self._wake):
                if queue not in self._deliveries:
                    self._deliveries[queue] = Delivery(self._outbox, queue)
                self._look_at(self._deliveries[queue])
            self._start_requests()
            if self._outbox.is_finished:  # a response may have come at once
                return
            for key, _ in self._selector.select(self._seconds_to_wait()):
                self._on_network(key.data)
            self._on_time()

    def stop(self) -> None:
        """Close all connections, and give the unsent events back."""
        self.close()
        for delivery in self._deliveries.values():
            delivery.give_back()

    def close(self) -> None:
        """Close all connections. Takes no lock, because a fork may have copied a taken one.

        Unregisters nothing, because the parent of a fork still waits for its connections.
        """
        under_way = [delivery.connection for delivery in self._under_way if delivery.connection]
        files: list[_Closable] = [self._selector, *under_way, *self._idle, self._bell, self._rope]
        for file in files:
            with contextlib.suppress(OSError):  # the program may have closed all files
                file.close()

    def _wake(self) -> None:
        """Called in other threads."""
        with contextlib.suppress(OSError):  # it has enough to read, or is closed
            self._rope.send(b"\0")

    def _look_at(self, delivery: Delivery) -> None:
        """Decide when the next batch of an org is sent, unless one is being sent."""
        if delivery.has_batch or delivery in self._ready:
            return
        is_due = self._outbox.is_due(delivery.queue)
        if is_due is None:
            self._deliveries.pop(delivery.queue, None)
        elif is_due:
            self._make_ready(delivery)
        elif delivery.wake_at is None:
            self._wake_in(delivery, self._every)

    def _make_ready(self, delivery: Delivery) -> None:
        delivery.wake_at = None
        self._ready[delivery] = None

    def _wake_in(self, delivery: Delivery, seconds: float) -> None:
        delivery.wake_at = time.monotonic() + seconds
        heapq.heappush(self._timers, (delivery.wake_at, next(self._timer_number), delivery))

    def _seconds_to_wait(self) -> float | None:
        while self._timers and self._timers[0][0] != self._timers[0][2].wake_at:
            heapq.heappop(self._timers)  # it was replaced
        seconds = self._timers[0][0] - time.monotonic() if self._timers else None
        if self._ready:
            seconds = _PATIENCE if seconds is None else min(seconds, _PATIENCE)
        return None if seconds is None else max(0.0, seconds)

    def _on_time(self) -> None:
        while self._timers and self._timers[0][0] <= time.monotonic():
            wake_at, _, delivery = heapq.heappop(self._timers)
            if delivery.wake_at != wake_at:
                continue
            if delivery in self._under_way:
                _log.info("no response within the time limit")
                self._finish(delivery, NO_RESPONSE)
            else:
                self._make_ready(delivery)

    def _start_requests(self) -> None:
        while self._ready and len(self._under_way) < _MOST_AT_ONCE:
            recent = time.monotonic() - _PATIENCE
            if sum(delivery.started > recent for delivery in self._under_way) >= _AT_ONCE:
                return
            delivery, _ = self._ready.popitem(last=False)
            if delivery.take_batch():
                delivery.started = time.monotonic()
                self._under_way.add(delivery)
                self._advance(delivery)
            else:
                self._look_at(delivery)

    def _on_network(self, user: Delivery | Connection | None) -> None:
        if isinstance(user, Delivery):
            self._advance(user)
        elif user is None:
            with contextlib.suppress(OSError):
                self._bell.recv(4096)
        else:  # the server closes an idle connection
            self._idle.remove(user)
            self._drop(user)

    def _advance(self, delivery: Delivery) -> None:
        """Go on with a request as far as possible without waiting."""
        try:
            connection = delivery.connection or self._begin(delivery)
            was_sending = connection.is_sending
            response = connection.advance()
        except (OSError, http.client.HTTPException) as error:
            _log.info("no response: %s", error)
            self._finish(delivery, NO_RESPONSE)
        except Exception:  # noqa: BLE001 - keep the thread alive
            _log.exception("could not send a batch")
            delivery.drop()
            self._finish(delivery, None)
        else:
            if response is not None:
                self._finish(delivery, response)
                return
            self._watch(connection, connection.waits_for, delivery)
            if was_sending:
                self._wake_in(delivery, self._server.timeout)

    def _begin(self, delivery: Delivery) -> Connection:
        request = self._server.request(delivery.queue.key, delivery.body())
        delivery.connection = self._idle.pop() if self._idle else self._server.connect()
        delivery.connection.begin(request)
        return delivery.connection

    def _finish(self, delivery: Delivery, response: Response | None) -> None:
        """End a request, and record its response unless the batch was dropped."""
        connection, delivery.connection = delivery.connection, None
        delivery.wake_at = None
        self._under_way.remove(delivery)
        if connection is not None:
            self._release(connection, keeps_open=response is not None and response.keeps_open)
        try:
            pause = None if response is None else delivery.respond(response)
        except Exception:  # noqa: BLE001 - keep the thread alive
            _log.exception("could not send a batch")
            delivery.drop()
            pause = None
        if pause is not None:
            self._wake_in(delivery, pause)
        elif delivery.has_batch:
            self._make_ready(delivery)
        else:
            self._look_at(delivery)

    def _release(self, connection: Connection, *, keeps_open: bool) -> None:
        if keeps_open and len(self._idle) < _AT_ONCE:
            self._idle.append(connection)
            self._watch(connection, selectors.EVENT_READ, connection)
        else:
            self._drop(connection)

    def _watch(self, connection: Connection, event: int, user: Delivery | Connection) -> None:
        is_watched = connection.sock in self._selector.get_map()
        change = self._selector.modify if is_watched else self._selector.register
        change(connection.sock, event, user)

    def _drop(self, connection: Connection) -> None:
        try:
            if connection.sock in self._selector.get_map():
                self._selector.unregister(connection.sock)
        finally:
            connection.close()
