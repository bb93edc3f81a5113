"""Granian, with the front of `dashapp.serving` in each worker."""

import http.client
import os
import signal
from contextlib import closing, suppress
from threading import Thread
from time import sleep
from typing import Any

import click

_HEADER_MILLISECONDS = 10_000  # until the headers of a request must be complete
_BACKLOG = 2_048  # connections that wait in the system
_MAX_CONNECTIONS = 8_192  # of a worker
_STOPPING = (signal.SIGINT, signal.SIGTERM)
# Granian's own lines, such as that of a worker that ended, look like those of the server.
_LOGGING = {
    "formatters": {"json": {"()": "dashapp.web.http.logs.JsonFormatter"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stderr",
            "formatter": "json",
        }
    },
    "loggers": {"_granian": {"handlers": ["stderr"], "propagate": False}},
}


def run(host: str, port: int, workers: int) -> None:
    """Serve until a signal stops it."""
    os.register_at_fork(after_in_child=_restore_default_signals)
    Thread(target=_announce, args=(host, port, workers), daemon=True).start()
    _granian(host, port, workers).serve()


def _granian(host: str, port: int, workers: int) -> Any:
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    class Server(Granian):  # type: ignore[misc, valid-type]
        """A server that any number of signals stop once."""

        def signal_handler_interrupt(self, *_args: object) -> None:
            # A second signal would interrupt this handler, and wait for its lock forever. The main
            # thread may hold the lock, too: another thread waits until it is free.
            for number in _STOPPING:
                signal.signal(number, signal.SIG_IGN)
            self.interrupt_signal = True
            Thread(target=self.main_loop_interrupt.set).start()

        def signal_handler_reload(self, *_args: object) -> None:
            """Ignore SIGHUP: there is nothing to load again, and workers would be replaced."""

    return Server(
        "dashapp.serving.front:make",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        websockets=False,
        workers=workers,
        # Silent connections end after a few seconds; until then, they must not use up those that a
        # worker accepts.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_MILLISECONDS),
        backlog=_BACKLOG,
        backpressure=_MAX_CONNECTIONS,
        respawn_failed_workers=True,
        workers_kill_timeout=20,
        log_access=False,
        log_level=LogLevels.warning,
        log_dictconfig=_LOGGING,
    )


def _restore_default_signals() -> None:
    """Let a worker that is still starting exit at once on SIGINT or SIGTERM.

    A forked worker inherits its parent's handlers. Once it serves, it installs handlers of its own,
    which let requests finish.
    """
    for number in _STOPPING:
        signal.signal(number, signal.SIG_DFL)


def _announce(host: str, port: int, workers: int) -> None:
    """Print the address as soon as a worker answers."""
    while not _answers(host, port):
        sleep(0.05)
    count = "1 worker" if workers == 1 else f"{workers} workers"
    click.echo(f"Serving on http://{host}:{port} with {count}. Press Ctrl+C to stop.")


def _answers(host: str, port: int) -> bool:
    address = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 - where it is asked
    with (
        suppress(OSError, http.client.HTTPException),
        closing(http.client.HTTPConnection(address, port, timeout=2)) as connection,
    ):
        connection.request("GET", "/livez")
        return connection.getresponse().status == http.client.OK
    return False
