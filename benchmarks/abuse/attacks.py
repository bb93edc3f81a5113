"""Attacks over the network: slow, silent, hostile and greedy clients."""

import asyncio
import gzip
import multiprocessing
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from itertools import count
from urllib.parse import quote

from benchmarks import setting
from benchmarks.abuse.cast import WORD, Cast
from dashapp.domain.time.instant import to_text

_BOMB = gzip.compress(b"[" + b"{}," * 1_660_000 + b"{}]")
_numbers = count(1)


class Target:
    """What the attackers know: the port, keys, and the path of the largest file."""

    def __init__(self, port: int, cast: Cast, bundle: str) -> None:
        self.port, self.bundle = port, bundle
        self.reads, self.sends = cast.busy_reads, cast.busy_sends


@contextmanager
def attacked(target: Target, attack: Callable, clients: int) -> Iterator[None]:
    """Run an attack with so many clients in a process of its own, during the block."""
    process = multiprocessing.get_context("fork").Process(
        target=_run, args=(target, attack, clients), daemon=True
    )
    process.start()
    try:
        yield
    finally:
        process.kill()
        process.join()


def _run(target: Target, attack: Callable, clients: int) -> None:
    async def forever() -> None:
        while True:
            with suppress(OSError, asyncio.IncompleteReadError):
                await attack(target)
            await asyncio.sleep(0.05)

    async def main() -> None:
        await asyncio.gather(*(forever() for _ in range(clients)))

    asyncio.run(main())


async def slow_body(target: Target) -> None:
    """Send a body, a byte every second, until the server ends it."""
    head = _head("POST", "/api/v1/events", target.sends, "Content-Length: 100000")
    await _drip(target, head, b"[", 1.0)


async def slow_headers(target: Target) -> None:
    """Send a header line every second, until the server ends it."""
    await _drip(target, b"GET / HTTP/1.1\r\nHost: localhost\r\n", b"X-More: 1\r\n", 1.0)


async def silence(target: Target) -> None:
    """Connect and say nothing, until the server ends it."""
    with await _connected(target) as connection:
        await asyncio.get_running_loop().sock_recv(connection, 1)


async def never_reading(target: Target) -> None:
    """Ask five times for the largest file, and never read it."""
    with await _connected(target, buffer=4_096) as connection:
        request = _head("GET", target.bundle, None) + b"\r\n"
        await asyncio.get_running_loop().sock_sendall(connection, 5 * request)
        await asyncio.sleep(3_600)


async def bomb(target: Target) -> None:
    """Send 5 KB that unpack to 5 MB."""
    length = f"Content-Length: {len(_BOMB)}"
    head = _head("POST", "/api/v1/events", target.sends, "Content-Encoding: gzip", length)
    await _answered(target, head + b"\r\n" + _BOMB)


async def long_question(target: Target) -> None:
    await _ask(target, "channel:web")


async def many_spellings(target: Target) -> None:
    await _ask(target, f"properties.term:{WORD}")


async def locked_sends(target: Target) -> None:
    """Send an event, and wait for the org's lock."""
    body = b'[{"id":"locked-%d","type":"page.viewed"}]' % next(_numbers)
    head = _head("POST", "/api/v1/events", target.sends, f"Content-Length: {len(body)}")
    await _answered(target, head + b"\r\n" + body)


async def _ask(target: Target, filtered: str) -> None:
    """Ask for twelve months of a board under a filter; no two questions are the same."""
    as_of = to_text(setting.NOW - timedelta(seconds=next(_numbers)))
    view = f"time_range=12mo&filter={quote(filtered)}&as_of={as_of}"
    path = f"/api/v1/dashboards/operations/data?{view}"
    await _answered(target, _head("GET", path, target.reads) + b"\r\n")


def _head(method: str, path: str, key: str | None, *more: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *more]
    if key:
        lines += [f"Authorization: Bearer {key}", "Content-Type: application/json"]
    return "".join(f"{line}\r\n" for line in lines).encode()


async def _connected(target: Target, buffer: int | None = None) -> socket.socket:
    connection = socket.socket()
    if buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    connection.setblocking(False)
    await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", target.port))
    return connection


async def _drip(target: Target, head: bytes, drop: bytes, seconds: float) -> None:
    loop = asyncio.get_running_loop()
    with await _connected(target) as connection:
        await loop.sock_sendall(connection, head + (b"\r\n" if b"POST" in head else b""))
        while True:
            await loop.sock_sendall(connection, drop)
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await loop.sock_recv(connection, 4_096)
                    return  # answered or closed


async def _answered(target: Target, request: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
    try:
        writer.write(request.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
        await reader.read()
    finally:
        writer.close()
