"""Counts of what repeats, so that a flood of errors or refusals does not become a flood of logs."""

from collections.abc import Hashable
from dataclasses import dataclass

_MAX_KINDS = 1_000
_OTHERS = "others"


@dataclass
class _Window:
    started: float
    count: int = 0


class Repeats:
    """Counts per kind, in windows of `seconds`. Up to `most` occurrences in a window are normal.

    Kinds beyond a thousand in one window count together. Not thread-safe.
    """

    def __init__(self, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._windows: dict[Hashable, _Window] = {}  # the oldest first

    def excess(self, kind: Hashable, now: float) -> int:
        """Count an occurrence. Returns how many are too many so far: 0 if this one is not.

        Call `ended` before it, with the same time.
        """
        if kind not in self._windows and len(self._windows) >= _MAX_KINDS:
            kind = _OTHERS
        window = self._windows.setdefault(kind, _Window(now))
        window.count += 1
        return max(0, window.count - self._most)

    def ended(self, now: float) -> list[tuple[Hashable, int]]:
        """Forget the windows that are over. Returns the kinds that had too many, and how many."""
        over = []
        for kind, window in self._windows.items():
            if now - window.started < self._seconds:
                break
            over.append((kind, window.count - self._most))
        for kind, _count in over:
            del self._windows[kind]
        return [(kind, count) for kind, count in over if count > 0]
