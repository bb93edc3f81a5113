"""Connections to a host whose name someone else chose: only to addresses that were checked.

The name is resolved once, every address is checked, and the connection goes to one of these: a name
that resolves to another address a moment later leads nowhere.
"""

import socket
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from dashapp.domain.deadline import Deadline
from dashapp.domain.sign_on.addresses import is_public

_Address = tuple[Any, ...]


class NotAllowed(OSError):
    """The name leads to an address that is not public."""


class CheckedAdapter(HTTPAdapter):
    """An adapter of requests whose connections go to checked addresses, until a deadline."""

    def __init__(self, deadline: Deadline, *, allows_private: bool) -> None:
        self._open = partial(_open, deadline=deadline, allows_private=allows_private)
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        pools: Any = {
            "https": partial(_SecurePool, opened=self._open),
            "http": partial(_PlainPool, opened=self._open),
        }
        self.poolmanager.pool_classes_by_scheme = pools


class _PlainConnection(HTTPConnection):
    def __init__(self, *args: Any, opened: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._opened = opened

    def _new_conn(self) -> socket.socket:
        return self._opened(self.host, self.port)  # type: ignore[no-any-return]


class _SecureConnection(HTTPSConnection):
    def __init__(self, *args: Any, opened: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._opened = opened

    def _new_conn(self) -> socket.socket:
        return self._opened(self.host, self.port)  # type: ignore[no-any-return]


class _PlainPool(HTTPConnectionPool):
    def __init__(self, *args: Any, opened: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.ConnectionCls = partial(_PlainConnection, opened=opened)  # type: ignore[assignment]


class _SecurePool(HTTPSConnectionPool):
    def __init__(self, *args: Any, opened: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.ConnectionCls = partial(_SecureConnection, opened=opened)  # type: ignore[assignment]


def _open(host: str, port: int, *, deadline: Deadline, allows_private: bool) -> socket.socket:
    """Connect to one of a name's addresses. Raises OSError, or NotAllowed if one is private."""
    addresses = _resolve(host, port, deadline)
    if not allows_private and not all(is_public(str(address[4][0])) for address in addresses):
        raise NotAllowed(f"{host} is in a private network")
    problem: OSError = OSError(f"{host} has no address")
    for family, kind, protocol, _name, where in addresses:
        connected = socket.socket(family, kind, protocol)
        try:
            connected.settimeout(deadline.seconds_left)
            deadline.watch(connected)
            connected.connect(where)
        except OSError as error:
            problem = error
            connected.close()
        else:
            return connected
    raise problem


def _resolve(host: str, port: int, deadline: Deadline) -> list[_Address]:
    """Return a name's addresses. Raises OSError, also if it takes too long."""
    answers: SimpleQueue[list[_Address] | OSError] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put(list(socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)))
        except OSError as error:
            answers.put(error)
        except UnicodeError:
            answers.put(OSError(f"{host} is not a name"))

    Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=deadline.seconds_left)
    except Empty:
        raise TimeoutError(f"{host} could not be resolved in time") from None
    if isinstance(answer, OSError):
        raise answer
    return answer
