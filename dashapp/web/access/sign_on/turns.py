"""Whose turn it is to ask a provider: one at a time for each address, and a few at once.

A slow provider keeps only those waiting who sign in through it, and never all threads of a worker.
"""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from threading import Condition

from dashapp.domain.errors import Unavailable
from dashapp.domain.language import _


class Turns:
    """Lets `most` addresses be asked at once, each by one thread."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._busy: set[Hashable] = set()
        self._free = Condition()

    @contextmanager
    def turn(self, address: Hashable, seconds: float) -> Iterator[None]:
        """Wait for the turn of an address. Raises Unavailable if it does not come in time."""
        with self._free:
            if not self._free.wait_for(lambda: self._may_begin(address), seconds):
                raise Unavailable(
                    _("Too many people are signing in right now. Try again in a moment."),
                    retry_after=5,
                )
            self._busy.add(address)
        try:
            yield
        finally:
            with self._free:
                self._busy.remove(address)
                self._free.notify_all()

    def _may_begin(self, address: Hashable) -> bool:
        return address not in self._busy and len(self._busy) < self._most
