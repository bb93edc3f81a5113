"""`dashapp serve`, and the server that `dashapp demo` also uses."""

import os
import signal
import socket

import click

from dashapp.cli.context import open_store
from dashapp.cli.serving.child_process import running
from dashapp.domain.errors import ConfigurationError
from dashapp.settings import from_env
from dashapp.widgets.catalog import load_catalog

_LOOPBACK = frozenset({"127.0.0.1", "localhost"})
_HEADER_MILLISECONDS = 10_000  # until the headers of a request must be complete
_BACKLOG = 2_048  # connections that wait in the system
_MAX_CONNECTIONS = 8_192  # of a worker


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8050, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
def serve(host: str, port: int, workers: int) -> None:
    """Start the server.

    Requires DASHAPP_SECRET_KEY, and DASHAPP_PUBLIC_URL if people connect from other machines.

    \b
    Example:  DASHAPP_SECRET_KEY=… DASHAPP_PUBLIC_URL=https://dash.example.com dashapp serve
    """
    from dashapp.web.http.logs import configure

    settings = from_env(os.environ)
    if host not in _LOOPBACK and not settings.public_url:
        raise ConfigurationError(
            f"To listen on {host}, set DASHAPP_PUBLIC_URL to the address that people open in "
            "their browser. Requests with other host names are refused."
        )
    require_free(host, port)
    load_catalog()  # raises if a widget is invalid
    with open_store():
        pass  # raises if the database is not ready
    configure(settings.log_level)
    with running("upkeep", "--until-input-ends"):
        run(host, port, workers)


def require_free(host: str, port: int) -> None:
    """Raise ConfigurationError if the port is taken: two servers could share it unnoticed."""
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        raise ConfigurationError(
            f"Cannot listen on {host}:{port}: {error.strerror}. If another server is running, "
            "choose another port with --port."
        ) from None


def _restore_default_signals() -> None:
    """Let a worker that is still starting exit at once on SIGINT or SIGTERM.

    A forked worker inherits its parent's handlers. Once it serves, it installs handlers of its own,
    which let requests finish.
    """
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_number, signal.SIG_DFL)


def run(host: str, port: int, workers: int) -> None:
    """Run Granian until it is stopped, with the front of `dashapp.serving` in each worker."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    count = "1 worker" if workers == 1 else f"{workers} workers"
    click.echo(f"Serving on http://{host}:{port} with {count}. Press Ctrl+C to stop.")
    os.register_at_fork(after_in_child=_restore_default_signals)
    Granian(
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
        log_level=LogLevels.warning,  # its lines are not JSON
    ).serve()
