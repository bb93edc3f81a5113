"""Bodies of requests, read on the event loop: in time, up to a size, and not too many at once."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from time import monotonic
from typing import Protocol

from dashapp.serving.refusal import Refused

_FIRST_SECONDS = 5.0
_BYTES_PER_SECOND = 10_000  # after the first seconds
_MOST_AT_ONCE = 256
# How many times the allowed size is read before the answer: a sender that is cut off does not see
# why.
_DRAINED = 16


class Sending(Protocol):
    """The part of granian's protocol that bodies need."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...


class Bodies:
    """Reads bodies of at most `max_bytes`; at most `max_held` bytes of them are in memory."""

    def __init__(self, max_bytes: int, max_held: int) -> None:
        self._max_bytes, self._max_held = max_bytes, max_held
        self._reading = 0
        self.held = 0  # bytes; the caller of `read` subtracts those of a body when it is answered

    async def read(self, headers: Mapping[str, str], sending: Sending) -> bytes:
        """Return the body of a request. Raises Refused."""
        length, is_chunked = headers.get("content-length"), "transfer-encoding" in headers
        if not is_chunked and length in {None, "0"}:
            return b""
        if length is not None and (is_chunked or not (length.isascii() and length.isdigit())):
            raise Refused(400)
        expected = int(length) if length else None
        if expected is not None and expected > _DRAINED * self._max_bytes:
            raise Refused(413)
        if self._reading >= _MOST_AT_ONCE or self.held > self._max_held:
            raise Refused(503)
        self._reading += 1
        parts: list[bytes] = []
        try:
            await self._collect(parts, expected, aiter(sending))
        except BaseException:
            self.held -= sum(map(len, parts))
            raise
        finally:
            self._reading -= 1
        return b"".join(parts)

    async def _collect(
        self, parts: list[bytes], expected: int | None, incoming: AsyncIterator[bytes]
    ) -> None:
        size, started = 0, monotonic()
        while True:
            left = started + _FIRST_SECONDS + size / _BYTES_PER_SECOND - monotonic()
            try:
                async with asyncio.timeout(max(left, 0)):
                    # anext() cannot be canceled with granian's iterator.
                    part = bytes(await incoming.__anext__())
            except StopAsyncIteration:  # also if the connection was closed
                break
            except TimeoutError:
                raise Refused(408) from None
            except RuntimeError:  # granian cannot read the body
                raise Refused(400) from None
            if not part:
                break
            size += len(part)
            if size <= self._max_bytes:
                parts.append(part)
                self.held += len(part)
            if size == expected or size > _DRAINED * self._max_bytes:
                break
        if size > self._max_bytes:
            raise Refused(413)
        if expected is not None and size < expected:
            raise Refused(400)
