"""Colors of series, entries of the legend, and when marks are hidden."""

from datetime import UTC, datetime

import pytest

from dashapp.domain.series import Mark
from dashapp.widgets.drawings.charts.colors import COLOR_OF, SERIES
from dashapp.widgets.drawings.charts.series import plotted
from tests.factories import time_range
from tests.panels import built_in
from tests.series_rows import BucketCount, fill_series

WEEK = time_range("7d")
BLUE, ORANGE, TEAL, *_, GRAY = SERIES
USERS, RUNS, EVENTS = (
    built_in().find(slug) for slug in ("users-time-series", "runs-by-outcome", "events-time-series")
)


def rows_of(counts, always=(), time_range_=WEEK):
    return fill_series(time_range_, [BucketCount(*count) for count in counts], list(always))


def colors(widget, names):
    rows = rows_of([(0, name, 1) for name in names])
    return {plot.name: plot.color for plot in plotted(widget, rows)}


def test_gray_is_other_and_orange_is_failed():
    assert (COLOR_OF["other"], COLOR_OF["failed"], COLOR_OF["succeeded"]) == (GRAY, ORANGE, BLUE)
    outcomes = [COLOR_OF[name] for name in ("succeeded", "failed", "canceled", "timed_out")]
    assert len(set(outcomes)) == 4
    assert not {TEAL, GRAY} & set(outcomes)  # the colors of Web and Other


def test_a_series_keeps_its_color_when_others_are_added():
    alone = colors(USERS, ["kiosk", "partner"])
    with_others = colors(USERS, ["api", "web", "kiosk", "partner", "other"])

    assert len(set(with_others.values())) == 5
    assert with_others["Other"] == GRAY
    assert with_others["API"] == BLUE
    assert alone["kiosk"] == with_others["kiosk"] or with_others["kiosk"] not in {BLUE, TEAL}


def test_the_smallest_series_are_added_up_if_there_are_too_few_colors():
    rows = rows_of([(0, f"channel-{n}", n + 1) for n in range(9)] + [(1, "other", 7)])
    drawn = plotted(USERS, rows)

    assert [plot.name for plot in drawn] == [*(f"channel-{n}" for n in range(4, 9)), "Other"]
    assert drawn[-1].values[:2] == [1 + 2 + 3 + 4, 7]
    assert len({plot.color for plot in drawn}) == 6
    assert drawn[-1].filter is None


def legend(painted):
    return [part for part in painted.children if getattr(part, "className", "") == "legend"][0]


def names(painted):
    return ["".join(part for part in entry_of(item) if isinstance(part, str)) for item in legend(painted).children]  # fmt: skip


def entry_of(item):
    children = item.children
    return children if isinstance(children, list) else children.children


def paint(widget, rows, time_range_=WEEK):
    return widget.draw.paint(widget, rows, time_range_)


def test_a_series_without_numbers_is_not_in_the_legend():
    rest = fill_series(WEEK, [BucketCount(0, "other", 3)], ["api", "web"], rest="other")
    users = paint(USERS, rest)
    runs = paint(RUNS, rows_of([(0, "succeeded", 3)], ["succeeded", "failed"]))

    assert (names(users), names(runs)) == (["Other"], ["Succeeded"])
    assert len(users.figure["layout"]["meta"]["series"]) == 3


AT = datetime(2026, 11, 14, 14, 20, tzinfo=UTC)


def marked(preset, count, kind="workflow.updated"):
    """Draw a range in which the first `count` buckets have one mark each."""
    time_range_ = time_range(preset)
    rows = rows_of([(0, "events", 5)], ["events"], time_range_)
    mark = (Mark(AT, kind, "u"),)
    return paint(EVENTS, [row._replace(marks=mark) if n < count else row for n, row in enumerate(rows)], time_range_)  # fmt: skip


@pytest.mark.parametrize(
    ("preset", "count", "is_shown"),
    [("7d", 2, True), ("7d", 3, False), ("30d", 10, True), ("30d", 11, False),
     ("90d", 12, True), ("90d", 13, False), ("12mo", 23, False)],
)  # fmt: skip
def test_too_many_marks_are_hidden_until_toggled(preset, count, is_shown):
    painted = marked(preset, count)
    trace = next(item for item in painted.figure["data"] if item["uid"] == "marks")

    assert trace["visible"] is is_shown
    assert len(painted.figure["layout"]["meta"]["marks"]) == count  # the tooltips have all of them
    expected = "Workflow change" if is_shown else f"{count} workflow changes"
    assert names(painted)[-1] == expected


def test_too_many_marks_have_a_toggle_in_the_legend():
    (*_, entry) = legend(marked("7d", 5, "submission.created")).children
    props = entry.children.to_plotly_json()["props"]

    assert (props["data-do"], props["aria-pressed"]) == ("marks", "false")
    assert props["children"][1] == "5 submissions"
