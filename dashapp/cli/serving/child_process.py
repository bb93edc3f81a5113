"""A background process that ends with the server.

It is not a thread of the server: workers are forked, and must not inherit an open database.
"""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Lock, Thread
from time import monotonic

_FIRST_PAUSE, _MAX_PAUSE = 1.0, 60.0  # seconds before a process is started again
_STABLE = 300.0  # seconds: a process that ran for longer starts again at once
_log = logging.getLogger(__name__)


@contextmanager
def running(*arguments: str) -> Iterator[None]:
    """Run `dashapp ARGUMENTS` for as long as the block runs, and again if it ends before.

    The child's standard input closes when the server and its workers are gone, however they end.
    It runs in its own session, so Ctrl+C reaches only the server.
    """
    child = _Child(arguments)
    thread = Thread(target=child.keep_running, daemon=True)
    thread.start()
    try:
        yield
    finally:
        child.stop()
        thread.join()


class _Child:
    """A process that is started again when it ends: at once, later if it keeps ending."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self._name = arguments[0]
        self._command = [sys.executable, "-m", "dashapp", *arguments]
        self._stopping = Event()
        self._lock = Lock()
        self._start()

    def _start(self) -> None:
        with self._lock:
            if not self._stopping.is_set():
                self._process = subprocess.Popen(  # noqa: S603 - runs this program
                    self._command, stdin=subprocess.PIPE, start_new_session=True
                )

    def keep_running(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            started = monotonic()
            with self._process as process:
                status = process.wait()
            if self._stopping.is_set():
                return
            pause = _FIRST_PAUSE if monotonic() - started > _STABLE else min(2 * pause, _MAX_PAUSE)
            _log.error("process ended", extra={"command": self._name, "status": status})
            self._pause(pause)
            self._start()

    def _pause(self, seconds: float) -> None:
        self._stopping.wait(seconds)

    def stop(self) -> None:
        with self._lock:
            self._stopping.set()
            self._process.kill()


def exit_when_stdin_closes() -> None:
    """Exit as soon as standard input closes. Safe at any point: every step is a transaction."""

    def watch() -> None:
        sys.stdin.buffer.read()
        os._exit(0)

    Thread(target=watch, daemon=True).start()
