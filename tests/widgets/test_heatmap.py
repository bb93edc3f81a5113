"""A heat map: steps, totals, the current hour, and how often weekdays occur."""

import pytest

from dashapp.domain.series import HeatRow
from dashapp.domain.units import Format
from dashapp.widgets import Look, heatmap
from dashapp.widgets.drawings.tables.heat_steps import heat_steps
from dashapp.widgets.drawings.tables.weekdays import weekday_note
from tests.factories import time_range
from tests.widgets.painting import WEEK, elements, paint, text, texts, tree

COUNTS = heatmap(Look())


def week(values=None, default=0):
    """All hours of the week; `values` are those of some of them."""
    return [
        HeatRow(day, hour, (values or {}).get((day, hour), default))
        for day in range(1, 8)
        for hour in range(24)
    ]


@pytest.mark.parametrize(
    ("values", "cuts"),
    [
        (range(1, 11), (2, 4, 6, 8, 10)),
        ([1, 1, 1, 1, 1, 1, 1, 1, 1, 5000], (1, 5000)),
        ([3], (3,)),
        ([0, None], ()),
        ([5, -2, 0, 1], (1, 5)),
    ],
)
def test_steps_are_fifths_of_the_values_above_zero(values, cuts):
    assert heat_steps(values).cuts == cuts


@pytest.mark.parametrize(
    ("values", "unit", "legend"),
    [
        ([0, *range(1, 11)], None, ["0", "1–2", "3–4", "5–6", "7–8", "9–10"]),
        ([0, 1, 2], None, ["0", "1", "2"]),
        ([0, 62_000, 1_200_000], None, ["0", "to 62K", "to 1.2M"]),
        ([-5, 0, 36, 90], "EUR", ["below €0", "€0", "to €36.00", "to €90.00"]),
        ([0.5, 2.25], None, ["to 0.5", "to 2.25"]),
    ],
)
def test_the_legend_has_the_cuts(values, unit, legend):
    entries = heat_steps(values).legend(Format(unit))

    assert [name for _step, name in entries] == legend


def test_a_cell_has_its_step_and_its_number():
    painted = tree(paint(COUNTS, week({(1, 9): 4, (2, 10): -3, (3, 0): None}, default=0)))
    monday, tuesday, wednesday, *_ = elements(elements(painted, "tbody"), "tr")

    assert (text(monday[2][0]), text(monday[2][10]), monday[2][10][1]["className"]) == (
        "Mon", "4", "h1",
    )  # fmt: skip
    assert (text(tuesday[2][11]), tuesday[2][11][1]["className"]) == ("−3", "below-zero")
    assert (text(wednesday[2][1]), wednesday[2][1][1]["className"]) == ("–", "none")
    assert monday[2][1][1]["className"] == "h0"


def test_headings_are_read_as_hours_and_the_map_has_a_caption():
    painted = tree(paint(COUNTS, week({(1, 9): 4})))
    headings = elements(elements(painted, "thead"), "th")

    assert texts(painted, "caption") == ["Orders: weekday by hour"]
    assert [text(heading) for heading in headings[6:9]] == ["06:00", "07:00", "08:00"]
    assert {heading[1]["scope"] for heading in headings} == {"col"}
    assert [heading[2][0][1].get("className") for heading in headings[:4]] == [
        None, "sr", "sr", "third",
    ]  # fmt: skip


def test_the_current_hour_is_marked_and_the_only_tab_stop():
    painted = tree(paint(COUNTS, week({(1, 9): 4})))  # Friday, 09:30
    (now,) = elements(painted, "td", "now")
    stops = [cell for cell in elements(painted, "td") if cell[1].get("tabIndex") == 0]
    past = time_range(from_="2026-11-09T00:00:00Z", to="2026-11-16T00:00:00Z")

    assert (stops, now[1]["aria-current"]) == ([now], "time")
    friday = elements(elements(painted, "tbody"), "tr")[4]
    assert friday[2].index(now) == 10
    assert texts(painted, "li")[-1] == "Now"
    assert elements(tree(paint(COUNTS, week({(1, 9): 4}), past)), "td", "now") == []


def test_totals_are_sums_where_values_add_up():
    painted = tree(paint(COUNTS, week({(1, 9): 4, (1, 10): 2, (5, 9): 1})))
    average = tree(paint(heatmap(Look(is_additive=False)), week({(1, 9): 4})))

    assert texts(painted, "td", "total") == ["6", "0", "0", "0", "1", "0", "0", "7"]
    assert texts(elements(painted, "tfoot"), "td")[9:11] == ["5", "2"]
    assert texts(average, "td", "total") == texts(average, "tfoot") == []


def test_large_totals_are_short():
    painted = tree(paint(COUNTS, week({(1, 9): 62_000, (2, 9): 5_000_000})))

    assert elements(painted, "table")[0][1]["className"] == "heat long"
    assert texts(painted, "td", "total") == ["62,000", "5M", "0", "0", "0", "0", "0", "5.1M"]
    assert texts(elements(painted, "tfoot"), "td")[9] == "5.1M"


@pytest.mark.parametrize(
    ("start", "end", "note"),
    [
        ("2026-11-02", "2026-11-16", ""),
        ("2026-11-01", "2026-11-21", "Mon – Fri and Sun 3 times, Sat twice"),
        ("2026-11-02", "2026-11-11", "Mon and Tue twice, Wed – Sun once"),
        ("2026-11-20", "2026-11-21", "Fri once, Mon – Thu, Sat and Sun never"),
        ("2026-11-16", "2026-12-25", "Mon – Fri once, Sat and Sun never"),
        ("2025-11-20", "2026-11-20", ""),
    ],
)
def test_weekdays_that_occur_more_often_are_noted(start, end, note):
    days = time_range(from_=f"{start}T00:00:00Z", to=f"{end}T00:00:00Z")

    assert weekday_note(days) == note


def test_a_map_of_zeros_is_empty():
    assert COUNTS.is_empty(week())
    assert not COUNTS.is_empty(week({(1, 1): -2}))
    assert not heatmap(Look(is_additive=False)).is_empty(week())
    assert heatmap(Look(is_additive=False)).is_empty(week(default=None))
    assert COUNTS.columns == ("weekday", "hour", "value")
    assert weekday_note(WEEK) == ""
