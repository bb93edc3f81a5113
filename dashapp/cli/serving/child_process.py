"""A process beside the server, which ends with it.

One of its own: workers are forked, and an open database must not be there twice.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread


@contextmanager
def started(*words: str) -> Iterator[None]:
    """`dashapp WORDS` for as long as the block runs.

    Its standard input ends when we and our workers are gone, however we end. Ctrl+C is for us.
    """
    command = [sys.executable, "-m", "dashapp", *words]
    process = subprocess.Popen(  # noqa: S603 - ourselves
        command, stdin=subprocess.PIPE, start_new_session=True
    )
    try:
        yield
    finally:
        process.kill()


def end_with_input() -> None:
    """End this process at once when its standard input ends: every step is a transaction."""

    def watch() -> None:
        sys.stdin.buffer.read()
        os._exit(0)

    Thread(target=watch, daemon=True).start()
