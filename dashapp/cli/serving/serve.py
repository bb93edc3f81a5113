"""`dashapp serve`, and the server that `dashapp demo` also uses."""

import os
import socket

import click

from dashapp.cli.context import open_store
from dashapp.cli.serving.child_process import running
from dashapp.cli.serving.granian_server import run
from dashapp.domain.errors import ConfigurationError
from dashapp.settings import LOOPBACK, from_env
from dashapp.store.orgs.sealed_keys import sealed_keys
from dashapp.web.monitoring.places import sharing
from dashapp.widgets.catalog import load_catalog


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
    if host not in LOOPBACK and not settings.public_url:
        raise ConfigurationError(
            f"To listen on {host}, set DASHAPP_PUBLIC_URL to the address that people open in "
            "their browser. Requests with other host names are refused."
        )
    require_free(host, port)
    load_catalog()  # raises if a widget is invalid
    with open_store(read_url=settings.database_read_url) as store:  # raises if it is not ready
        with store.read_shared() as session:
            fault = sealed_keys(session, settings.secrets).fault
        if fault:
            click.echo(f"dashapp: warning: {fault}", err=True)
    configure(settings.log_level)
    with sharing(), running("upkeep", "--until-input-ends"):
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
