"""Connections that are closed before the answer is complete, so that its reader learns of it.

granian ends an answer as if it were complete, whatever happens to what makes its parts.
"""

import socket
from contextlib import suppress
from pathlib import Path

_DESCRIPTORS = Path("/dev/fd")


def abort(client: str) -> None:
    """Shut down this process's connection to a peer, such as `127.0.0.1:50000` or `[::1]:50000`."""
    for file in list(_DESCRIPTORS.iterdir()):
        with suppress(OSError):  # no socket, or one that is not connected
            _shut_down_if(int(file.name), client)


def _shut_down_if(descriptor: int, client: str) -> None:
    connection = socket.socket(fileno=descriptor)
    try:
        if _text_of(connection.getpeername()) == client.replace("[", "").replace("]", ""):
            connection.shutdown(socket.SHUT_RDWR)
    finally:
        connection.detach()


def _text_of(peer: object) -> str:
    """Return an address as granian writes it, without brackets."""
    return f"{peer[0]}:{peer[1]}" if isinstance(peer, tuple) else ""
