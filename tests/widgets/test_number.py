"""One number: unit, notes, and how it compares with its goal."""

import pytest

from dashapp.domain.series import Goal, ScalarRow
from dashapp.widgets import Better, Look, number
from tests.factories import time_range
from tests.widgets.painting import WEEK, elements, paint, texts, tree

EUR = number(Look(unit="EUR"))
RATE = number(Look(unit="percent", is_additive=False))
MONTH = Goal(30_000, "period", "month", 0.643)


def goal(draw, row, better=Better.HIGHER, time_range_=WEEK):
    """The texts of a goal, and whether one is a warning."""
    painted = tree(paint(draw, [row], time_range_, better=better))
    (block,) = elements(painted, "div", "goal")
    return texts(block[2], "span"), bool(elements([block], class_name="bad"))


def test_a_value_has_its_full_form_as_title_and_its_short_form_as_data():
    (value,) = elements(tree(paint(EUR, [ScalarRow(1_204_918_332.4, None)])), "p", "val")
    (count,) = elements(tree(paint(number(Look()), [ScalarRow(1_234, None)])), "p", "val")

    assert value[1]["title"] == "€1,204,918,332.40"
    assert (value[2], "data-short" in value[1]) == (["€1.2B"], False)
    assert (count[2], count[1]["data-short"], count[1]["title"]) == (["1,234"], "1.2K", "1,234")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (ScalarRow(20_192, 17_964), "+12.4% better"),
        (ScalarRow(-412, 1_014), "−€1,426 worse"),
        (ScalarRow(412, -100), "+€512 better"),
        (ScalarRow(0, 0), "no change"),
    ],
)
def test_a_change_is_in_percent_where_percent_mean_something(row, expected):
    assert texts(tree(paint(EUR, [row], better=Better.HIGHER)), class_name="delta") == [expected]


@pytest.mark.parametrize(
    ("value", "expected", "is_bad"),
    [
        (20_192, ["67% of €30,000 this month", "on course for €31,400"], False),
        (19_270, ["64% of €30,000 this month", "on course for €30,000"], False),
        (14_208, ["47% of €30,000 this month", "on course for €22,100"], True),
        (-412, ["0% of €30,000 this month", "behind by €19,700"], True),
        (29_999, ["99% of €30,000 this month", "on course for €46,700"], False),
        (30_000, ["100% of €30,000 this month", "reached"], False),
    ],
)
def test_a_target_of_a_period_shows_the_pace(value, expected, is_bad):
    spans, has_warning = goal(EUR, ScalarRow(value, None, goal=MONTH))

    assert list(dict.fromkeys(spans)) == expected
    assert has_warning is is_bad


def test_the_track_has_a_mark_at_the_expected_share():
    painted = tree(paint(EUR, [ScalarRow(20_192, None, goal=MONTH)]))
    (track,) = elements(painted, "div", "track")
    (reached,), (pace,) = elements([track], "i"), elements([track], "b")

    assert track[1]["aria-label"] == "67% of the target; 64% was expected by now"
    assert (reached[1]["style"], pace[1]["style"]) == ({"width": "67.3%"}, {"left": "64.3%"})


def test_a_reached_target_has_no_pace_and_a_full_track():
    row = ScalarRow(42_000, None, (10_000, 25_000, 7_000, 0, 0, 0, 0), goal=MONTH)
    spans, _ = goal(EUR, row)
    (track,) = elements(tree(paint(EUR, [row])), "div", "track")

    assert spans == ["140% of €30,000 this month", "reached on 15 November"]
    assert elements([track], "b") == []
    assert elements([track], "i")[0][1]["style"] == {"width": "100.0%"}


def test_a_pace_by_calendar_days_says_so_and_none_is_estimated_at_the_start():
    by_days = Goal(30_000, "period", "month", 0.5, is_by_calendar=True)
    early = by_days._replace(expected=0.01)

    assert goal(EUR, ScalarRow(15_000, None, goal=by_days))[0] == [
        "50% of €30,000 this month", "on course for €30,000", "by calendar days",
    ]  # fmt: skip
    assert goal(EUR, ScalarRow(1_000, None, goal=early))[0] == [
        "3% of €30,000 this month", "by calendar days",
    ]  # fmt: skip


def test_users_have_a_target_without_a_pace():
    unknown = Goal(2_000, "period", "month")

    assert goal(number(Look()), ScalarRow(1_754, None, goal=unknown))[0] == [
        "87% of 2,000 this month"
    ]


def test_a_limit_that_is_exceeded_is_a_warning():
    limit = Goal(100, "period", "month", 0.5)

    assert goal(number(Look()), ScalarRow(40, None, goal=limit), Better.LOWER) == (
        ["40% of 100 this month", "on course for 80"], False,
    )  # fmt: skip
    spans, is_bad = goal(number(Look()), ScalarRow(120, None, goal=limit), Better.LOWER)
    assert (spans[-1], is_bad) == ("20 over the limit", True)


@pytest.mark.parametrize(
    ("preset", "length"), [("7d", "7 days"), ("24h", "24 hours"), ("30d", "30 days")]
)
def test_another_range_has_its_part_of_the_target(preset, length):
    row = ScalarRow(6_940, None, goal=Goal(7_000, "prorated", "month"))
    spans, _ = goal(EUR, row, time_range_=time_range(preset))

    assert spans == [f"99% of €7,000 for {length}", "prorated"]


def test_a_month_with_a_day_of_25_hours_has_31_days():
    row = ScalarRow(20_000, None, goal=Goal(20_000, "prorated", "month"))
    october = time_range("last-month", "Europe/Berlin")
    spans, _ = goal(EUR, row, time_range_=october)

    assert spans == ["100% of €20,000 for 31 days", "prorated"]


@pytest.mark.parametrize(
    ("value", "better", "expected", "is_bad"),
    [
        (0.042, Better.LOWER, ["Target ≤ 3%", "1.2 pp over target"], True),
        (0.024, Better.LOWER, ["Target ≤ 3%", "0.6 pp within target"], False),
        (0.024, Better.HIGHER, ["Target ≥ 3%", "0.6 pp under target"], True),
        (0.042, Better.NEITHER, ["Target 3%", "1.2 pp over target"], False),
        (0.03, Better.LOWER, ["Target ≤ 3%", "on target"], False),
        (0.0302, Better.LOWER, ["Target ≤ 3%", "on target"], False),
        (None, Better.LOWER, ["Target ≤ 3%"], False),
    ],
)
def test_a_level_says_how_far_the_value_is_from_it(value, better, expected, is_bad):
    row = ScalarRow(value, None, goal=Goal(0.03, "level"))

    assert goal(RATE, row, better) == (expected, is_bad)


def test_a_level_is_a_dashed_line_in_the_sparkline():
    row = ScalarRow(0.04, None, (0.02, 0.04), goal=Goal(0.03, "level"))
    (line,) = elements(tree(paint(RATE, [row])), "i", "spark-target")

    assert line[1]["style"] == {"top": "50.0%"}


def test_a_target_of_zero_has_no_percent():
    row = ScalarRow(3, None, goal=Goal(0, "period", "month", 0.5))

    assert goal(number(Look()), row, Better.LOWER) == (["Target ≤ 0", "3 over target"], True)


def test_events_without_a_number_and_the_error_of_percentiles_are_noted():
    p95 = number(Look(unit="ms"), is_approximate=True)

    assert texts(tree(paint(p95, [ScalarRow(341.27, None, without_number=3)])), "p", "foot") == [
        "within 1% · 3 events without a number"
    ]
    assert texts(tree(paint(EUR, [ScalarRow(1, None, without_number=1)])), "p", "foot") == [
        "1 event without a number"
    ]
    assert texts(tree(paint(EUR, [ScalarRow(1, None)])), "div", "below") == []
