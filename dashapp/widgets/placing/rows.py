"""Fills the rows of a board: panels without a chosen size are widened where a row has a gap."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from dashapp.widgets.widget import Size

_COLUMNS = 12
_WIDTH = {Size.QUARTER: 3, Size.THIRD: 4, Size.HALF: 6, Size.TWO_THIRDS: 8, Size.FULL: 12}
_SIZE = {width: size for size, width in _WIDTH.items()}


class Block(NamedTuple):
    """A panel in the grid: its size, and whether it may be wider. Single numbers are not."""

    size: Size
    is_elastic: bool


def filled(blocks: Sequence[Block]) -> list[Size]:
    """Return the sizes, as close to the given ones as fills all rows.

    >>> quarter, half = Block(Size.QUARTER, True), Block(Size.HALF, True)
    >>> [str(size) for size in filled([half, half, half, quarter])]
    ['half', 'half', 'two-thirds', 'third']
    """
    return [size for row in _rows(blocks) for size in _filled(row)]


def _rows(blocks: Sequence[Block]) -> Iterator[tuple[Block, ...]]:
    row: list[Block] = []
    for block in blocks:
        if sum(_WIDTH[other.size] for other in row) + _WIDTH[block.size] > _COLUMNS:
            yield tuple(row)
            row = []
        row.append(block)
    yield tuple(row)


@lru_cache(maxsize=1024)
def _filled(row: tuple[Block, ...]) -> tuple[Size, ...]:
    """Return the sizes that fill a row with the least change; the given ones if none do."""
    choices = [
        [w for w in _SIZE if w >= _WIDTH[block.size]] if block.is_elastic else [_WIDTH[block.size]]
        for block in row
    ]
    full = [widths for widths in product(*choices) if sum(widths) == _COLUMNS]
    if not full:
        return tuple(block.size for block in row)
    before = [_WIDTH[block.size] for block in row]
    best = min(full, key=lambda widths: _change(widths, before))
    return tuple(_SIZE[width] for width in best)


def _change(widths: Sequence[int], before: Sequence[int]) -> float:
    return sum((width / old) ** 2 for width, old in zip(widths, before, strict=True))
