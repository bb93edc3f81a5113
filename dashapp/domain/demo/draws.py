"""Draws that are the same for the same text: sample events need chance that can be repeated."""

from bisect import bisect
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from itertools import accumulate
from typing import Generic, TypeVar

Option = TypeVar("Option")
_BYTES = 4  # of a draw
_RANGE = 2**32


class Draws:
    """Independent draws that depend only on a text."""

    def __init__(self, text: str) -> None:
        self._digest = blake2b(text.encode()).digest()
        self._offset = 0

    def share(self) -> float:
        """Return a number from 0 up to 1, which is not included."""
        if self._offset == len(self._digest):
            self._digest, self._offset = blake2b(self._digest).digest(), 0
        number = int.from_bytes(self._digest[self._offset : self._offset + _BYTES], "little")
        self._offset += _BYTES
        return number / _RANGE

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.share()

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + int((high - low + 1) * self.share())

    def happens(self, probability: float) -> bool:
        return self.share() < probability

    def pick(self, options: Sequence[Option]) -> Option:
        return options[int(len(options) * self.share())]


class Weighted(Generic[Option]):
    """Options that are drawn in proportion to their weights."""

    def __init__(self, weights: Mapping[Option, float]) -> None:
        self._options = tuple(weights)
        self._sums = tuple(accumulate(weights.values()))

    def drawn(self, draws: Draws) -> Option:
        return self._options[bisect(self._sums, draws.share() * self._sums[-1])]
