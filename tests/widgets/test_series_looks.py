"""One color, one meaning; marks that would hide the dates; what a legend lists."""

from datetime import UTC, datetime

import pytest

from dashapp.domain.series import BucketCount, Mark, fill_series
from dashapp.widgets.drawings.figure import COLOUR_OF, SERIES, plotted
from dashapp.widgets.operations import events_time_series, runs_by_outcome, users_time_series
from tests.factories import time_range

WEEK = time_range("7d")
BLUE, ORANGE, TEAL, *_, GRAY = SERIES


def rows_of(counts, always=(), range_=WEEK):
    return fill_series(range_, [BucketCount(*count) for count in counts], list(always))


def colours(module, names):
    rows = rows_of([(0, name, 1) for name in names])
    return {one.name: one.colour for one in plotted(module.WIDGET, rows)}


def test_gray_is_the_rest_and_orange_what_failed():
    assert (COLOUR_OF["other"], COLOUR_OF["failed"], COLOUR_OF["succeeded"]) == (GRAY, ORANGE, BLUE)
    outcomes = [COLOUR_OF[name] for name in ("succeeded", "failed", "canceled", "timed_out")]
    assert len(set(outcomes)) == 4
    assert not {TEAL, GRAY} & set(outcomes)  # those of Web and of Other


def test_a_name_has_the_same_color_whatever_stands_with_it():
    alone = colours(users_time_series, ["kiosk", "partner"])
    more = colours(users_time_series, ["api", "web", "kiosk", "partner", "other"])

    assert len(set(more.values())) == 5
    assert more["Other"] == GRAY
    assert more["API"] == BLUE
    assert alone["kiosk"] == more["kiosk"] or more["kiosk"] not in {BLUE, TEAL}


def test_more_series_than_colors_are_the_largest_and_the_rest():
    rows = rows_of([(0, f"channel-{n}", n + 1) for n in range(9)] + [(1, "other", 7)])
    drawn = plotted(users_time_series.WIDGET, rows)

    assert [one.name for one in drawn] == [*(f"channel-{n}" for n in range(4, 9)), "Other"]
    assert drawn[-1].values[:2] == [1 + 2 + 3 + 4, 7]
    assert len({one.colour for one in drawn}) == 6
    assert drawn[-1].filter is None


def legend(painted):
    return [part for part in painted.children if getattr(part, "className", "") == "legend"][0]


def names(painted):
    return ["".join(part for part in entry_of(item) if isinstance(part, str)) for item in legend(painted).children]  # fmt: skip


def entry_of(item):
    children = item.children
    return children if isinstance(children, list) else children.children


def paint(module, rows, range_=WEEK):
    return module.WIDGET.draw.paint(module.WIDGET, rows, range_)


def test_a_series_of_which_there_is_nothing_is_not_in_the_legend():
    users = paint(users_time_series, rows_of([(0, "other", 3)], ["api", "web"]))
    runs = paint(runs_by_outcome, rows_of([(0, "succeeded", 3)], ["succeeded", "failed"]))

    assert (names(users), names(runs)) == (["Other"], ["Succeeded"])
    assert len(users.figure["layout"]["meta"]["series"]) == 3


AT = datetime(2026, 11, 14, 14, 20, tzinfo=UTC)


def marked(preset, count, kind="workflow.updated"):
    """So many buckets of a range, each with one mark."""
    range_ = time_range(preset)
    rows = rows_of([(0, "events", 5)], ["events"], range_)
    mark = (Mark(AT, kind, "u"),)
    return paint(events_time_series, [row._replace(marks=mark) if n < count else row for n, row in enumerate(rows)], range_)  # fmt: skip


@pytest.mark.parametrize(
    ("preset", "count", "is_shown"),
    [("7d", 2, True), ("7d", 3, False), ("30d", 10, True), ("30d", 11, False),
     ("90d", 12, True), ("90d", 13, False), ("12mo", 23, False)],
)  # fmt: skip
def test_marks_that_are_many_are_on_the_axis_only_when_asked_for(preset, count, is_shown):
    painted = marked(preset, count)
    trace = next(one for one in painted.figure["data"] if one["uid"] == "marks")

    assert trace["visible"] is is_shown
    assert len(painted.figure["layout"]["meta"]["marks"]) == count  # the cards have them all
    said = "Workflow change" if is_shown else f"{count} workflow changes"
    assert names(painted)[-1] == said


def test_the_entry_of_many_marks_is_a_toggle():
    (*_, entry) = legend(marked("7d", 5, "submission.created")).children
    props = entry.children.to_plotly_json()["props"]

    assert (props["data-do"], props["aria-pressed"]) == ("marks", "false")
    assert props["children"][1] == "5 submissions"
