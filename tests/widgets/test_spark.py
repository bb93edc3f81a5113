"""Sparklines do not mislead: zero, cut buckets, gaps, and few or equal numbers."""

from datetime import UTC, datetime

import pytest

from dashapp.domain.series import Goal, ScalarRow
from dashapp.widgets import Look, number
from tests.factories import time_range
from tests.widgets.painting import elements, paint, tree

PAST = time_range("7d", as_of="2026-11-20T00:00:00Z")  # seven whole days
TODAY = time_range("7d")  # until 09:30
SOON = time_range("7d", now=datetime(2026, 11, 20, 0, 30, tzinfo=UTC))
HOURS = time_range("24h", now=datetime(2026, 11, 20, 9, 30, tzinfo=UTC))  # from 09:30
COUNT = number(Look())
RATE = number(Look(unit="percent", is_additive=False))
P95 = number(Look(unit="ms", is_additive=False))


class Spark:
    """What is drawn of a trend: paths by class, and the end's class and place."""

    def __init__(self, draw, trend, range_=PAST, **row):
        painted = tree(paint(draw, [ScalarRow(1, None, tuple(trend), **row)], range_))
        self.blocks = elements(painted, "div", "spark")
        self.paths = {p[1]["className"]: p[1]["d"] for p in elements(painted, "path")}
        self.end = next(iter(elements(painted, "i", "spark-end")), None)
        self.is_cut = bool(elements(painted, "i", "spark-cut"))

    def heights(self, name="spark-line"):
        """The heights of a path's points, 0 at the bottom of the scale and 1 at its top."""
        points = self.paths[name].replace("M", "L").split("L")[1:]
        return [round((92 - float(point.split()[1])) / 84, 3) for point in points]


def test_amounts_are_drawn_from_zero():
    spark = Spark(COUNT, [90, 100, 95, 100, 90, 95, 100])

    assert spark.heights() == [0.9, 1, 0.95, 1, 0.9, 0.95, 1]
    assert spark.paths["spark-area"].endswith("L100.0 92.0L0.0 92.0Z")
    assert not spark.is_cut


def test_amounts_below_zero_have_an_area_up_to_zero():
    spark = Spark(COUNT, [-50, 50, 0, -50, 50, 0, 50])

    assert spark.heights()[:3] == [0, 1, 0.5]
    assert spark.paths["spark-area"].endswith("L100.0 50.0L0.0 50.0Z")


def test_a_rate_has_its_own_scale_which_is_marked_and_not_filled():
    spark = Spark(RATE, [0.97, 0.95, 0.97, 0.97, 0.97, 0.97, 0.97])

    assert spark.is_cut
    assert spark.paths["spark-area"] == ""
    drop = spark.heights()[0] - spark.heights()[1]
    assert drop == pytest.approx(5 * 0.02 / 0.97, abs=0.01)  # at most five times as large as it is


def test_a_rate_that_reaches_zero_is_filled_and_has_no_mark():
    spark = Spark(RATE, [0, 1, 0.5, 1, 1, 1, 1])

    assert (spark.heights()[:3], spark.is_cut) == ([0, 1, 0.5], False)
    assert spark.paths["spark-area"]


@pytest.mark.parametrize(
    ("draw", "value", "height"),
    [(COUNT, 7, 1), (RATE, 0.8, 0.5), (P95, 340, 0.5)],
)
def test_equal_numbers_are_a_flat_line(draw, value, height):
    assert Spark(draw, [value] * 7).heights() == [height] * 7


@pytest.mark.parametrize("draw", [COUNT, RATE])
def test_nothing_but_zeros_is_no_line(draw):
    assert Spark(draw, [0] * 7).blocks == []


def test_a_bucket_that_is_not_over_is_dashed_and_no_part_of_the_line():
    spark = Spark(COUNT, [10, 10, 10, 10, 10, 10, 4], TODAY)

    assert spark.heights() == [1] * 6
    assert spark.heights("spark-open") == [1, 0.4]
    assert spark.end[1]["className"] == "spark-end open"
    assert "L83.3 92.0" in spark.paths["spark-area"]


def test_a_bucket_that_has_just_begun_is_only_a_dot():
    spark = Spark(COUNT, [10, 10, 10, 10, 10, 10, 0], SOON)

    assert (spark.heights(), spark.paths["spark-open"]) == ([1] * 6, "")
    assert spark.end[1]["style"] == {"left": "100.0%", "top": "92.0%"}


def test_the_first_bucket_is_dashed_if_the_range_cuts_it():
    trend = [2, *[4] * 23, 2]
    spark = Spark(COUNT, trend, HOURS)

    assert len(HOURS.buckets) == 25
    assert spark.heights() == [1] * 23
    assert spark.heights("spark-open") == [0.5, 1, 1, 0.5]


def test_an_end_without_a_number_is_the_last_number_and_closed():
    spark = Spark(COUNT, [1, 2, 4, 4, 4, 2, None], TODAY)

    assert (spark.end[1]["className"], spark.end[1]["style"]["left"]) == ("spark-end", "83.3%")
    assert spark.paths["spark-open"].count("M") == 1  # a dot, which the end covers


def test_missing_numbers_are_gaps_and_a_number_between_them_is_a_dot():
    spark = Spark(COUNT, [1, 2, None, 3, None, 1, 4])

    assert spark.paths["spark-line"].count("M") == 3
    assert "M50.0 29.0L50.0 29.0" in spark.paths["spark-line"]
    assert spark.paths["spark-area"].count("Z") == 2


@pytest.mark.parametrize(
    ("trend", "left"), [([5], "50.0%"), ([None, None, None, 5, None, None, None], "50.0%")]
)
def test_one_number_is_a_dot(trend, left):
    spark = Spark(COUNT, trend)

    assert (spark.end[1]["style"]["left"], spark.paths["spark-area"]) == (left, "")


@pytest.mark.parametrize("trend", [[], [None] * 7])
def test_without_a_number_there_is_no_sparkline(trend):
    assert Spark(COUNT, trend).blocks == []


def test_a_target_is_on_the_scale():
    spark = Spark(RATE, [0.2, 0.2], goal=Goal(0.4, "level"))

    assert spark.heights() == [0, 0]


def test_a_sparkline_names_its_buckets_and_is_hidden_from_screen_readers():
    (block,) = Spark(COUNT, [1] * 7).blocks

    assert block[1]["data-buckets"] == "2026-11-13T00:00:00Z 2026-11-20T00:00:00Z 7"
    assert block[1]["aria-hidden"] == "true"
