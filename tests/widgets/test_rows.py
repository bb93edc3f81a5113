"""Rows of a board are filled by widening panels without a chosen size."""

import pytest

from dashapp.widgets.placing.rows import Block, filled
from dashapp.widgets.widget import Size

QUARTER, THIRD, HALF, WIDE, FULL = Size


def sizes(*blocks):
    return filled([Block(size, is_elastic) for size, is_elastic in blocks])


def elastic(*names):
    return sizes(*((name, True) for name in names))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([HALF, QUARTER, QUARTER], [HALF, QUARTER, QUARTER]),
        ([HALF, QUARTER], [WIDE, THIRD]),
        ([QUARTER, QUARTER], [HALF, HALF]),
        ([QUARTER, QUARTER, QUARTER], [THIRD, THIRD, THIRD]),
        ([HALF], [FULL]),
        ([HALF, HALF, HALF, QUARTER], [HALF, HALF, WIDE, THIRD]),
    ],
)
def test_a_row_with_a_gap_is_filled_with_the_least_change(given, expected):
    assert elastic(*given) == expected


def test_numbers_and_chosen_sizes_stay():
    assert sizes((QUARTER, False), (QUARTER, False)) == [QUARTER, QUARTER]
    assert sizes((QUARTER, False), (HALF, True)) == [QUARTER, HALF]
    assert sizes((THIRD, False), (HALF, True)) == [THIRD, WIDE]


def test_a_board_without_panels_has_no_rows():
    assert filled([]) == []
