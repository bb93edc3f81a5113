"""The end of connections that take too long."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Lock, Timer
from time import monotonic


class Deadline:
    """Ends a connection when its time is over, whatever it waits for: a timeout is per read.

    The connection is one that is watched, or the one that `current` returns at that time.
    """

    def __init__(
        self, seconds: float, current: Callable[[], socket.socket | None] = lambda: None
    ) -> None:
        self._ends_at = monotonic() + seconds
        self._current = current
        self._sockets: list[socket.socket] = []
        self._lock = Lock()
        self.is_over = False

    @property
    def seconds_left(self) -> float:
        return max(self._ends_at - monotonic(), 0.01)

    @contextmanager
    def running(self) -> Iterator[None]:
        timer = Timer(self.seconds_left, self._end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            self._forget()

    def watch(self, connected: socket.socket) -> None:
        """Shut the connection down at the end, also while it is wrapped in TLS."""
        with self._lock:
            self._sockets.append(connected.dup())
        if self.is_over:
            self._end()

    def _end(self) -> None:
        self.is_over = True
        with self._lock:
            for each in (*self._sockets, self._current()):
                if each is not None:
                    with suppress(OSError):
                        each.shutdown(socket.SHUT_RDWR)

    def _forget(self) -> None:
        with self._lock:
            for each in self._sockets:
                each.close()
            self._sockets.clear()
