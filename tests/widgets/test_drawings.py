"""Drawings are plain data, tested without a browser."""

import json
from datetime import UTC, datetime

import pytest

from dashapp.domain.language import set_current_language
from dashapp.domain.series import Mark, ScalarRow, TopRow
from tests.factories import time_range
from tests.languages import language
from tests.panels import built_in
from tests.series_rows import BucketCount, fill_series

WEEK = time_range("7d")
LIBRARY = built_in()


def painted(slug, rows, time_range_=WEEK):
    widget = LIBRARY.find(slug)
    return widget.draw.paint(widget, rows, time_range_)


def as_text(painted) -> str:
    return json.dumps(
        [part.to_plotly_json() for part in painted.children],
        default=lambda component: component.to_plotly_json(),
        ensure_ascii=False,
    )


@pytest.mark.parametrize(
    ("slug", "row", "expected"),
    [
        ("total-validations", ScalarRow(12418, 11477), ["12,418", "+8.2%", "good", "better"]),
        ("total-errors", ScalarRow(12418, 11477), ["+8.2%", "delta bad up", "worse"]),
        ("total-errors", ScalarRow(9, 12), ["−25.0%", "delta good", "better"]),
        ("total-errors", ScalarRow(5, 0), ["+5", "delta bad"]),
        ("total-errors", ScalarRow(0, 0), ["no change", "delta flat"]),
        ("total-errors", ScalarRow(30_000, 1), ["+2,999,900%"]),
        ("total-errors", ScalarRow(7, None), ["No data that far back"]),
    ],
)
def test_a_change_has_a_sign_a_color_and_a_text(slug, row, expected):
    text = as_text(painted(slug, [row]))

    for part in expected:
        assert part in text


def test_a_scalar_is_never_empty():
    assert not LIBRARY.find("total-errors").draw.is_empty([ScalarRow(0, None)])


def series(counts, always):
    return fill_series(WEEK, [BucketCount(*count) for count in counts], always)


def test_a_line_is_dashed_in_an_incomplete_bucket():
    rows = series([(0, "events", 5), (5, "events", 3), (6, "events", 2)], ["events"])

    figure = painted("events-time-series", rows).figure
    complete, dashed, end = figure["data"]

    assert complete["y"] == [5, 0, 0, 0, 0, 3, None]
    assert (dashed["x"], dashed["y"], dashed["line"]["dash"]) == ([5, 6], [3, 2], "4px,4px")
    assert (end["x"], end["y"], end["mode"]) == ([6], [2], "markers")
    assert figure["layout"]["meta"]["labels"][6].endswith("so far")
    assert figure["layout"]["meta"]["series"][0]["values"] == [5, 0, 0, 0, 0, 3, 2]


SOON = time_range("7d", now=datetime(2026, 11, 20, 4, 40, tzinfo=UTC))  # under a fifth of a day
LATER = time_range("7d", now=datetime(2026, 11, 20, 4, 50, tzinfo=UTC))


def test_a_bucket_that_has_just_begun_is_a_separate_point():
    counts = [BucketCount(0, "events", 5), BucketCount(7, "events", 2)]
    rows = fill_series(SOON, counts, ["events"], is_compared=True)
    rows[-1] = rows[-1]._replace(value=2, before=1)

    figure = painted("events-time-series", rows, SOON).figure

    assert [trace["uid"] for trace in figure["data"]] == ["before-0", "line-0", "end-last-0"]
    assert [trace["y"][-1] for trace in figure["data"]] == [None, None, 2]
    meta = figure["layout"]["meta"]["series"][0]
    assert (meta["values"][-1], meta["before"][-1]) == (2, 1)  # the tooltip still has it


def test_a_bucket_is_joined_after_a_fifth_of_its_length():
    rows = fill_series(LATER, [BucketCount(0, "events", 5)], ["events"])
    figure = painted("events-time-series", rows, LATER).figure

    assert [trace["uid"] for trace in figure["data"]] == ["line-0", "open-last-0", "end-last-0"]


def test_the_compared_range_is_a_faint_line_behind_the_others():
    rows = fill_series(WEEK, [BucketCount(1, "events", 5), BucketCount(7, "events", 4)], ["events"], is_compared=True)  # fmt: skip

    drawing = painted("events-time-series", rows)

    faint, cut, *_ = drawing.figure["data"]
    assert (faint["y"], faint["opacity"]) == ([4, 0, 0, 0, 0, 0, None], 0.46)
    assert (cut["x"], cut["y"], cut["line"]["dash"]) == ([5, 6], [0, 0], "4px,4px")
    meta = drawing.figure["layout"]["meta"]
    assert meta["series"][0]["before"] == [4, 0, 0, 0, 0, 0, 0]
    assert (meta["labels"][0], meta["before"][0]) == ("Sat 14 November", "Sat 7 November")
    assert "Previous 7 days" in as_text(drawing)


def test_several_lines_can_have_their_names_at_their_ends():
    several = painted("events-time-series", series([(6, "a", 9), (6, "z", 2)], []))
    single = painted("events-time-series", series([(6, "a", 9)], []))

    assert several.figure["layout"]["meta"]["ends"] is True
    assert [item.className for item in several.children[1].children] == ["of-line", "of-line"]
    assert "ends" not in single.figure["layout"]["meta"]


def test_every_trace_has_a_unique_uid():
    rows = fill_series(WEEK, [BucketCount(1, "events", 5)], ["events"], is_compared=True)
    rows[0] = rows[0]._replace(marks=(Mark(AT, "workflow.updated", "u"),))

    traces = painted("events-time-series", rows).figure["data"]

    assert [trace["uid"] for trace in traces] == [
        "before-0", "before-last-0", "line-0", "open-last-0", "end-last-0", "marks",
    ]  # fmt: skip


def test_a_tooltip_has_bucket_bounds_and_series_filters():
    rows = series([(6, "api", 2), (6, "kiosk", 1)], ["api", "web"])

    meta = painted("users-time-series", rows).figure["layout"]["meta"]

    assert meta["edges"][0] == "2026-11-14T00:00:00Z"
    assert meta["edges"][-2:] == ["2026-11-20T00:00:00Z", "2026-11-20T09:30:00Z"]
    assert meta["zone"] == "UTC"
    assert [(item["name"], item["filter"]) for item in meta["series"]] == [
        ("API", "channel:api"), ("Web", "channel:web"), ("kiosk", None),
    ]  # fmt: skip


def test_a_chart_has_a_summary_for_screen_readers():
    rows = series([(0, "events", 5), (6, "events", 2)], ["events"])

    (sentence, *_) = painted("events-time-series", rows).children

    assert sentence.children == (
        "Events: highest 5 (Sat 14 November), last 2 (Fri 20 November, so far)."
    )


def test_bars_are_stacked_and_an_incomplete_one_is_hatched():
    rows = series([(6, "api", 2), (6, "web", 1)], ["api", "web"])

    figure = painted("users-time-series", rows).figure

    assert [item["name"] for item in figure["layout"]["meta"]["series"]] == ["API", "Web"]
    assert figure["layout"]["barmode"] == "stack"
    assert figure["data"][0]["marker"]["pattern"]["shape"] == [""] * 6 + ["/"]


def test_a_figure_is_plain_data_without_a_template():
    rows = series([(0, "events", 123456)], ["events"])
    figure = painted("events-time-series", rows).figure

    assert type(figure) is dict
    assert "template" not in figure["layout"]
    assert len(json.dumps(figure)) < 4_000
    assert figure["layout"]["yaxis"]["rangemode"] == "tozero"


def test_small_counts_have_whole_ticks():
    rows = series([(0, "events", 1)], ["events"])

    assert painted("events-time-series", rows).figure["layout"]["yaxis"]["dtick"] == 1


def test_a_series_of_zeros_is_empty():
    assert LIBRARY.find("events-time-series").draw.is_empty(series([], ["events"]))
    assert not LIBRARY.find("events-time-series").draw.is_empty(
        series([(1, "events", 1)], ["events"])
    )


def test_a_top_list_is_a_table_with_a_bar_in_each_row():
    rows = [TopRow("rice", 6, 0.6), TopRow("<b>beans</b>", 3, 0.3333)]
    table = painted("conversations.search_term", rows).children

    _, head, body = table.children
    assert [cell.children for cell in head.children.children] == ["Term", "Searches", "Share"]
    first, second = body.children
    assert first.children[0].children[0].style == {"width": "100.0%"}
    assert second.children[0].children[0].style == {"width": "50.0%"}
    label = second.children[0].children[1]
    assert label.children == "<b>beans</b>"  # text, not markup
    assert label.to_plotly_json()["props"]["data-filter"] == "properties.term:<b>beans</b>"
    assert [cell.children for cell in second.children[1:]] == ["3", "33.3%"]


def test_a_top_list_without_rows_is_empty():
    assert LIBRARY.find("conversations.search_term").draw.is_empty([])


def test_a_range_that_has_not_ended_is_not_compared():
    """Today until midnight, chosen as a custom range at 09:30."""
    today = time_range(from_="2026-11-20T00:00:00Z", to="2026-11-21T00:00:00Z")
    text = as_text(painted("total-validations", [ScalarRow(0, 18)], today))
    ended = as_text(painted("total-validations", [ScalarRow(0, 18)], time_range(from_="2026-11-19T00:00:00Z", to="2026-11-20T00:00:00Z")))  # fmt: skip

    assert "No comparison yet: this period hasn't ended" in text
    assert "worse" not in text
    assert "−100.0%" in ended


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (ScalarRow(0.974, 0.968), ["97.4%", "+0.6 pp", "delta good", "better", "96.8% (previous"]),
        (ScalarRow(0.9, 0.95), ["90.0%", "−5.0 pp", "delta bad"]),
        (ScalarRow(0.9, 0.9), ["no change", "delta flat"]),
        (ScalarRow(None, 0.9), ["–", "No data to compare"]),
        (ScalarRow(0.5, None), ["50.0%", "No data that far back"]),
        (ScalarRow(0.5, None, (), True), ["50.0%", "No earlier data to compare"]),
        (ScalarRow(0.9997, 0.9994), ["99.9%", "no change", "delta flat"]),
        (ScalarRow(1.0, 1.0), ["100.0%"]),
    ],
)
def test_a_rate_changes_by_percentage_points(row, expected):
    text = as_text(painted("success-rate", [row]))

    for part in expected:
        assert part in text


def rows_with_marks(*marks):
    rows = series([(1, "events", 5)], ["events"])
    return [rows[0], rows[1]._replace(marks=marks), *rows[2:]]


AT = datetime(2026, 11, 14, 14, 20, tzinfo=UTC)


def tooltip_lines(drawing) -> list[str]:
    """The marks in the tooltip of the second bucket."""
    return drawing.figure["layout"]["meta"]["marks"]["1"]


def test_a_workflow_change_is_a_mark_with_type_time_and_user():
    drawing = painted("events-time-series", rows_with_marks(Mark(AT, "workflow.updated", "u-17")))

    trace = drawing.figure["data"][-1]
    assert (trace["x"], trace["y"]) == ([1], [0])
    assert tooltip_lines(drawing) == ["Workflow updated, 14:20, u-17"]
    assert trace["marker"]["symbol"] == ["diamond"]
    _, legend, listed = drawing.children
    assert [item.children[1] for item in legend.children] == ["Events", "Workflow change"]
    assert legend.children[0].children[0].className == "k-line"
    assert [item.children for item in listed.children] == [
        "Workflow updated, Sat 14 November, 14:20, u-17"
    ]


def test_workflow_changes_come_first_and_marks_beyond_four_are_counted():
    marks = [Mark(AT, "submission.created", f"u{n}") for n in range(5)]
    drawing = painted(
        "events-time-series", rows_with_marks(*marks, Mark(AT, "workflow.deleted", None))
    )

    assert tooltip_lines(drawing) == [
        "Workflow deleted, 14:20", "Submission created, 14:20, u0",
        "Submission created, 14:20, u1", "Submission created, 14:20, u2", "and 2 more",
    ]  # fmt: skip
    assert len(drawing.children[2].children) == 6


def test_marks_in_weekly_buckets_have_a_date():
    months = time_range("180d")
    rows = fill_series(months, [BucketCount(1, "events", 5)], ["events"])
    rows[1] = rows[1]._replace(marks=(Mark(AT, "workflow.updated", "u-17"),))

    drawing = painted("events-time-series", rows, months)
    assert tooltip_lines(drawing) == ["Workflow updated, Sat 14 November, 14:20, u-17"]


def test_submissions_that_are_only_counted_are_one_mark_with_a_count():
    counted = Mark(AT, "submission.created", times=1_234)
    drawing = painted("events-time-series", rows_with_marks(counted))
    both = painted(
        "events-time-series", rows_with_marks(counted, Mark(AT, "workflow.updated", "u"))
    )

    assert tooltip_lines(drawing) == ["Submission created: 1,234"]
    assert drawing.figure["data"][-1]["marker"]["symbol"] == ["circle"]
    assert both.figure["data"][-1]["marker"]["symbol"] == ["diamond"]
    marks = [item.children[0].className for item in both.children[1].children]
    assert marks == ["k-line", "k-mark diamond", "k-mark circle"]


def test_the_user_of_a_mark_is_plain_text():
    user = '<a href="https://evil.example">x</a> & co'
    drawing = painted("events-time-series", rows_with_marks(Mark(AT, "workflow.updated", user)))

    assert tooltip_lines(drawing)[0].endswith(user)  # assets/board/chart/card.js inserts it as text
    assert "evil" not in json.dumps(drawing.figure["data"])


def test_without_marks_a_single_line_needs_no_legend():
    assert len(painted("events-time-series", series([(1, "events", 5)], ["events"])).children) == 1


@pytest.mark.parametrize(
    ("before", "text", "classes"),
    [
        (1, "same rank", "rank"),
        (3, "up 2", "rank up"),
        (None, "new", "rank new"),
        (5, "up 4+", "rank up"),
    ],
)
def test_a_rank_shows_how_far_a_label_has_moved(before, text, classes):
    rows = [
        TopRow("a", 2, 0.5, before, is_compared=True),
        TopRow("b", 1, 0.25, 2, is_compared=True),
    ]
    _, head, body = painted("conversations.search_term", rows).children.children
    rank = body.children[0].children[-1].children

    assert head.children.children[-1].children == "Rank"
    assert rank.className == classes
    assert text in json.dumps(rank.to_plotly_json(), default=lambda c: c.to_plotly_json())


def test_all_other_labels_are_a_separate_row():
    rows = [TopRow("other", 2, 0.5), TopRow("other", 2, 0.5, is_other=True)]
    *_, body = painted("conversations.search_term", rows).children.children

    label, others = body.children
    assert not hasattr(label, "className")
    assert others.className == "others"
    assert others.children[0].children.children[0] == "Other"  # a button, with an arrow


def test_a_drawing_is_in_the_current_language():
    set_current_language(language("es"))
    try:
        text = as_text(painted("total-errors", [ScalarRow(12418, 11477)]))
    finally:
        set_current_language(None)

    for part in ("12.418", "+8,2\u00a0%", "vs. 7 días anteriores", "peor"):
        assert part in text
