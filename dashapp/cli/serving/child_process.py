"""A background process that ends with the server.

It is not a thread of the server: workers are forked, and must not inherit an open database.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread


@contextmanager
def running(*arguments: str) -> Iterator[None]:
    """Run `dashapp ARGUMENTS` for as long as the block runs.

    The child's standard input closes when the server and its workers are gone, however they end.
    It runs in its own session, so Ctrl+C reaches only the server.
    """
    command = [sys.executable, "-m", "dashapp", *arguments]
    process = subprocess.Popen(  # noqa: S603 - runs this program
        command, stdin=subprocess.PIPE, start_new_session=True
    )
    try:
        yield
    finally:
        process.kill()


def exit_when_stdin_closes() -> None:
    """Exit as soon as standard input closes. Safe at any point: every step is a transaction."""

    def watch() -> None:
        sys.stdin.buffer.read()
        os._exit(0)

    Thread(target=watch, daemon=True).start()
