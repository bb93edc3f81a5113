"""Drawings as plain data: no browser needed."""

import json

import pytest

from dashapp.domain.series import BucketCount, ScalarRow, TopRow, fill
from dashapp.widgets import (
    events_time_series,
    search_terms,
    total_errors,
    total_validations,
    users_time_series,
)
from tests.factories import time_range

WEEK = time_range("7d")


def painted(module, rows, range_=WEEK):
    return module.WIDGET.draw.paint(module.WIDGET, rows, range_)


def as_text(painted) -> str:
    return json.dumps(
        [part.to_plotly_json() for part in painted.children],
        default=lambda component: component.to_plotly_json(),
        ensure_ascii=False,
    )


@pytest.mark.parametrize(
    ("module", "row", "expected"),
    [
        (total_validations, ScalarRow(12418, 11477), ["12,418", "+8.2%", "good", "better"]),
        (total_errors, ScalarRow(12418, 11477), ["+8.2%", "delta bad", "worse"]),
        (total_errors, ScalarRow(9, 12), ["−25.0%", "delta good", "better"]),
        (total_errors, ScalarRow(5, 0), ["+5", "delta bad"]),
        (total_errors, ScalarRow(0, 0), ["±0%", "delta flat"]),
        (total_errors, ScalarRow(30_000, 1), ["+2,999,900%"]),
        (total_errors, ScalarRow(7, None), ["No comparison"]),
    ],
)
def test_a_change_is_told_by_sign_word_and_meaning(module, row, expected):
    shown = as_text(painted(module, [row]))

    for part in expected:
        assert part in shown


def test_a_scalar_is_never_empty():
    assert not total_errors.WIDGET.draw.is_empty([ScalarRow(0, None)])


def series(counts, always):
    return fill(WEEK, [BucketCount(*count) for count in counts], always)


def test_a_line_ends_dashed_in_the_bucket_that_is_not_over():
    rows = series([(0, "events", 5), (6, "events", 3), (7, "events", 2)], ["events"])

    whole, piece, end, speaker = painted(events_time_series, rows).figure["data"]

    assert whole["y"] == [5, 0, 0, 0, 0, 0, 3, None]
    assert (piece["y"], piece["line"]["dash"], piece["hoverinfo"]) == ([3, 2], "4px,4px", "skip")
    assert (end["y"], end["mode"], end["hoverinfo"]) == ([2], "markers", "skip")
    assert end["x"][0].endswith("so far")
    assert (speaker["y"], speaker["uid"]) == ([5, 0, 0, 0, 0, 0, 3, 2], "speaks-events")


def test_a_chart_has_a_sentence_for_those_who_do_not_see_it():
    rows = series([(0, "events", 5), (7, "events", 2)], ["events"])

    (sentence, *_) = painted(events_time_series, rows).children

    assert sentence.children == (
        "Events: highest 5 (Fri 13 November 2026), last 2 (Fri 20 November 2026, so far)."
    )


def test_bars_are_stacked_and_the_last_is_hatched():
    rows = series([(7, "api", 2), (7, "web", 1)], ["api", "web"])

    figure = painted(users_time_series, rows).figure

    assert [trace["name"] for trace in figure["data"]] == ["API", "Web"]
    assert figure["layout"]["barmode"] == "stack"
    assert figure["data"][0]["marker"]["pattern"]["shape"] == [""] * 7 + ["/"]


def test_a_figure_is_plain_data_without_a_template():
    rows = series([(0, "events", 123456)], ["events"])
    figure = painted(events_time_series, rows).figure

    assert type(figure) is dict
    assert "template" not in figure["layout"]
    assert len(json.dumps(figure)) < 4_000
    assert figure["layout"]["yaxis"]["rangemode"] == "tozero"


def test_small_counts_have_whole_ticks():
    rows = series([(0, "events", 1)], ["events"])

    assert painted(events_time_series, rows).figure["layout"]["yaxis"]["dtick"] == 1


def test_a_series_of_zeros_is_empty():
    assert events_time_series.WIDGET.draw.is_empty(series([], ["events"]))
    assert not events_time_series.WIDGET.draw.is_empty(series([(1, "events", 1)], ["events"]))


def test_a_top_list_is_a_table_with_a_bar_in_each_row():
    rows = [TopRow("rice", 6, 0.6), TopRow("<b>beans</b>", 3, 0.3333)]
    table = painted(search_terms, rows).children

    _, head, body = table.children
    assert [cell.children for cell in head.children.children] == ["Term", "Searches", "Share"]
    first, second = body.children
    assert first.children[0].children[0].style == {"width": "100.0%"}
    assert second.children[0].children[0].style == {"width": "50.0%"}
    assert second.children[0].children[1].children == "<b>beans</b>"  # text, not markup
    assert [cell.children for cell in second.children[1:]] == ["3", "33.33%"]


def test_a_top_list_without_rows_is_empty():
    assert search_terms.WIDGET.draw.is_empty([])
