"""The number axis has round steps from zero, and no number is above its last label."""

import pytest

from dashapp.domain.language import set_current_language
from dashapp.widgets.drawings.charts.axis import label_margin, number_axis, step_of
from tests.factories import time_range
from tests.languages import language
from tests.panels import built_in
from tests.series_rows import BucketCount, fill_series

WEEK = time_range("7d")
LIBRARY = built_in()


@pytest.mark.parametrize(
    ("highest", "step", "top"),
    [
        (0, 1, 1), (1, 1, 1), (2, 1, 2), (4, 1, 4), (5, 2, 6), (9, 5, 10), (10, 5, 10),
        (11, 5, 15), (246, 100, 300), (300, 100, 300), (301, 100, 400), (401, 200, 600),
        (900, 250, 1_000), (1_000, 250, 1_000), (8_444, 2_500, 10_000), (12_345, 5_000, 15_000),
        (7 * 10**15, 2 * 10**15, 8 * 10**15),
    ],
)  # fmt: skip
def test_steps_are_round_and_the_axis_reaches_the_highest_number(highest, step, top):
    axis = number_axis(highest)

    assert (axis["tick0"], axis["dtick"], axis["range"]) == (0, step, [0, top])
    assert axis["autorange"] is False


def test_counts_have_at_most_four_whole_steps():
    for highest in [*range(1, 2_000), *(10**n + d for n in range(4, 16) for d in (-1, 0, 1))]:
        axis = number_axis(highest)
        assert highest <= axis["range"][1] <= 4 * axis["dtick"]
        assert axis["dtick"] == int(axis["dtick"])


@pytest.mark.parametrize(
    ("highest", "step"), [(0.3, 0.1), (0.97, 0.25), (2.2, 1), (0.000_9, 0.000_25)]
)
def test_numbers_that_are_not_counts_can_have_fractional_steps(highest, step):
    assert step_of(highest, is_whole=False) == pytest.approx(step)


@pytest.mark.parametrize(
    ("tag", "highest", "labels"),
    [
        ("en", 12_000, ["0", "5K", "10K", "15K"]),
        ("en", 250_000, ["0", "100K", "200K", "300K"]),
        ("es", 12_000, ["0", "5\u00a0mil", "10\u00a0mil", "15\u00a0mil"]),
        ("pt-BR", 3_300_000_000, ["0", "1\u00a0bi", "2\u00a0bi", "3\u00a0bi", "4\u00a0bi"]),
    ],
)
def test_large_numbers_are_all_shortened_as_the_language_does(tag, highest, labels):
    set_current_language(language(tag))
    try:
        axis = number_axis(highest)
    finally:
        set_current_language(None)

    assert (axis["ticktext"], axis["tickvals"][-1]) == (labels, axis["range"][1])


def test_numbers_up_to_ten_thousand_are_in_full():
    axis = number_axis(10_000)

    assert (axis["tickmode"], axis["tickformat"]) == ("linear", ",")


def test_the_margin_fits_the_longest_label():
    assert [label_margin(highest) for highest in (9, 246, 8_444, 90_000)] == [40, 40, 47, 40]


def axis_of(slug, counts, always, **more):
    rows = fill_series(WEEK, [BucketCount(*count) for count in counts], always, **more)
    widget = LIBRARY.find(slug)
    return widget.draw.paint(widget, rows, WEEK).figure["layout"]["yaxis"]


def range_of(axis):
    """The range of an axis without the room for the grid line at its end."""
    low, high = axis["range"]
    return [low, round(high / 1.01, 6)]


def test_the_axis_reaches_the_highest_number_of_the_compared_range():
    compared = axis_of("events-time-series", [(1, "events", 5), (8, "events", 246)], ["events"], is_compared=True)  # fmt: skip

    assert range_of(compared) == [0, 300]


def test_the_axis_reaches_the_sum_of_a_stack():
    stacked = axis_of("runs-by-outcome", [(1, "succeeded", 60), (1, "failed", 50)], ["succeeded", "failed"])  # fmt: skip

    assert range_of(stacked) == [0, 150]


def test_without_numbers_the_axis_is_from_zero_to_one():
    assert range_of(axis_of("events-time-series", [], ["events"])) == [0, 1]
