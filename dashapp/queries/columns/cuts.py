"""Numbered ranges of time as a table of steps, so that each event finds its range by a lookup.

A join by comparison takes four times as long.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from dashapp.domain.time.instant import SECOND
from dashapp.domain.time.local_days import DAY, HOUR

Edge = tuple[int, int, int]  # number, low, high
_UNITS = (DAY, HOUR, 15 * 60 * SECOND, 60 * SECOND, SECOND, 1000, 1)
_MAX_STEPS = 200_000


class Cut(NamedTuple):
    """Ranges that do not overlap, between `low` and `high`.

    All bounds between `low` and `high` are multiples of `unit`, so that a lookup finds the range of
    a moment. `unit` is None if there would be too many steps: `edges` are then compared one by one.
    `numbers` are the ranges that each number counts for.
    """

    low: int
    high: int
    unit: int | None
    edges: Sequence[Edge]
    numbers: Sequence[Sequence[int]] | None = None

    @property
    def is_one(self) -> bool:
        """Whether there is just one range."""
        return len(self.edges) == 1

    def numbers_of(self, number: int) -> Sequence[int]:
        """Return the ranges that a number counts for."""
        return (number,) if self.numbers is None else self.numbers[number]


def around(edges: Sequence[Edge]) -> tuple[int, int]:
    """Return the bounds of all ranges together."""
    return min(low for _number, low, _high in edges), max(high for _number, _low, high in edges)


def cuts(edges: Sequence[Edge], *, adds_up: bool) -> list[Cut]:
    """Return ranges as cuts. If the numbers of parts add up, overlapping ranges are one cut."""
    layers = _layers(edges)
    if len(layers) == 1 or not adds_up:
        return [_cut(layer) for layer in layers]
    parts, numbers = _parts(edges)
    return [_cut(parts)._replace(numbers=numbers)]


def _layers(edges: Sequence[Edge]) -> list[list[Edge]]:
    """Return the ranges in as few groups as possible in which none overlap."""
    layers: list[list[Edge]] = []
    for edge in sorted(edges, key=lambda edge: (edge[1], edge[2])):
        for layer in layers:
            if layer[-1][2] <= edge[1]:
                layer.append(edge)
                break
        else:
            layers.append([edge])
    return layers


def _parts(edges: Sequence[Edge]) -> tuple[list[Edge], list[tuple[int, ...]]]:
    """Return the parts between all bounds, and the numbers of the ranges that contain each."""
    bounds = sorted({bound for _number, low, high in edges for bound in (low, high)})
    starting: dict[int, list[int]] = {}
    ending: dict[int, list[int]] = {}
    for number, low, high in edges:
        starting.setdefault(low, []).append(number)
        ending.setdefault(high, []).append(number)
    parts: list[Edge] = []
    numbers: list[tuple[int, ...]] = []
    current: list[int] = []
    for low, high in pairwise(bounds):
        for number in ending.get(low, ()):
            current.remove(number)
        current += starting.get(low, [])
        if current:
            parts.append((len(numbers), low, high))
            numbers.append(tuple(current))
    return parts, numbers


def _cut(edges: Sequence[Edge]) -> Cut:
    edges = _joined(edges)
    low, high = edges[0][1], edges[-1][2]
    inner = {bound for edge in edges for bound in edge[1:]} - {low, high}
    unit = next(unit for unit in _UNITS if all(bound % unit == 0 for bound in inner))
    count = sum((last - 1) // unit - first // unit + 1 for _number, first, last in edges)
    return Cut(low, high, unit if count <= _MAX_STEPS else None, edges)


def _joined(edges: Sequence[Edge]) -> list[Edge]:
    """Return sorted ranges, neighbors with the same number as one."""
    joined: list[Edge] = []
    for number, low, high in edges:
        if joined and joined[-1][0] == number and joined[-1][2] == low:
            joined[-1] = (number, joined[-1][1], high)
        else:
            joined.append((number, low, high))
    return joined
