"""Lines and bars of units: axes, gaps, values below zero, targets, names and colors."""

from decimal import Decimal

import pytest

from dashapp.domain.series import SeriesRow
from dashapp.domain.units import Format
from dashapp.widgets import Look, bars, lines
from dashapp.widgets.drawings import Target
from dashapp.widgets.drawings.charts.axis import Span, axis_of
from dashapp.widgets.drawings.charts.colors import PALETTE, SERIES, colors_of
from tests.factories import time_range
from tests.widgets.painting import WEEK, elements, paint, texts, tree

YEARS = time_range(from_="2023-01-01T00:00:00Z", to="2026-01-01T00:00:00Z")
EUR = Look(unit="EUR", label="Country", names={"de": "Germany"})


def rows(*series, before=None):
    """Rows of seven days, from (name, values) of each series."""
    return [
        SeriesRow(bucket.start, name, values[n], bucket.complete, before=before)
        for n, bucket in enumerate(WEEK.buckets)
        for name, values in series
    ]


def flat(name, value):
    return name, [value] * 7


@pytest.mark.parametrize(
    ("span", "unit", "labels"),
    [
        (Span(0, 630), "EUR", ["€0", "€200", "€400", "€600", "€800"]),
        (Span(0, 18_000.5), "EUR", ["€0", "€5K", "€10K", "€15K", "€20K"]),
        (Span(-260, 640), "EUR", ["−€500", "€0", "€500", "€1,000"]),
        (Span(-260, 0), "EUR", ["−€300", "−€200", "−€100", "€0"]),
        (Span(0, 0.042, is_whole=False), "percent", ["0%", "2%", "4%", "6%"]),
        (Span(0, 100), "min", ["0", "30", "60", "90", "120 min"]),
        (Span(0, 80_000), "s", ["0", "10 h", "20 h", "30 h"]),
        (Span(0, 300), "s", ["0", "2 min", "4 min", "6 min"]),
        (Span(0, 5_000), "s", ["0", "30 min", "1 h", "1 h 30 min"]),
        (Span(-9_000, 20_000), "ms", ["−10 s", "0", "10 s", "20 s"]),
        (Span(0, 90_000), "min", ["0", "500 h", "1,000 h", "1,500 h"]),
        (Span(0, 340), "ms", ["0", "100", "200", "300", "400 ms"]),
        (Span(0, 1_700_000_000), "bytes", ["0 B", "500 MB", "1 GB", "1.5 GB", "2 GB"]),
        (Span(0, 0), "EUR", ["€0", "€1"]),
        (Span(0, 2.2, is_whole=False), None, ["0", "1", "2", "3"]),
    ],
)
def test_ticks_are_round_in_their_unit(span, unit, labels):
    axis = axis_of(span, Format(unit))

    assert axis["ticktext"] == labels
    assert axis["range"] == [axis["tickvals"][0], axis["tickvals"][-1]]
    assert axis["zeroline"] is (span.low < 0)


def test_values_are_json_numbers_and_their_format_is_told():
    figure = paint(lines(EUR), rows(("de", [Decimal("1.5"), 2, None, 0, 1, 1, 1]))).figure
    meta = figure["layout"]["meta"]

    assert figure["data"][0]["y"] == [1.5, 2, None, 0, 1, 1, None]
    assert meta["series"][0]["values"] == [1.5, 2, None, 0, 1, 1, 1]
    assert (meta["format"]["currency"], meta["series"][0]["name"]) == ("EUR", "Germany")
    assert "format" not in paint(lines(), rows(flat("events", 2))).figure["layout"]["meta"]


def test_a_value_between_gaps_is_a_dot():
    figure = paint(lines(EUR), rows(("de", [1, 2, None, 4, None, 1, 1]))).figure

    trace = figure["data"][0]
    assert (trace["mode"], trace["marker"]["size"]) == ("lines+markers", [0, 0, 0, 6, 0, 6, 0])


def test_missing_values_are_read_and_zeros_of_averages_are_values():
    look = Look(unit="ms", is_additive=False)
    sentence = texts(tree(paint(lines(look), rows(flat("a", None), flat("b", 0)))), "p", "sr")

    assert sentence == ["a: no data. b: highest 0 ms (Sat 14 November), last 0 ms (Fri 20 November, so far)."]  # fmt: skip
    assert lines(look).is_empty(rows(flat("a", None)))
    assert not lines(look).is_empty(rows(flat("a", 0)))
    assert lines(EUR).is_empty(rows(flat("a", 0)))


def test_parts_below_zero_hang_from_zero():
    figure = paint(bars(EUR), rows(flat("sales", 500), flat("refunds", -120), flat("tips", 90))).figure  # fmt: skip
    layout = figure["layout"]

    assert layout["barmode"] == "relative"
    assert layout["yaxis"]["range"] == [-208, 608]  # with room for the grid lines at the ends
    assert layout["xaxis"]["showline"] is False
    assert "rangemode" not in layout["yaxis"]


def test_bars_have_ticks_at_the_height_of_the_compared_range():
    series = rows(flat("sales", 500), flat("tips", 90), before=300)
    series[0] = series[0]._replace(before=0)
    series[1] = series[1]._replace(before=0)
    painted = paint(bars(EUR), series)
    ticks = painted.figure["data"][-1]

    assert ticks["uid"] == "ticks"
    assert ticks["y"] == [None, 600, 600, 600, 600, 600, 600]  # nothing to compare the first with
    assert painted.figure["layout"]["yaxis"]["range"][1] >= 600
    assert texts(tree(painted), "li")[-1] == "Previous 7 days"


def test_bars_with_parts_below_zero_have_no_ticks():
    painted = paint(bars(EUR), rows(flat("sales", 500), flat("refunds", -120), before=-1))

    assert [trace["uid"] for trace in painted.figure["data"]] == ["bars-0", "bars-1"]


def test_only_two_series_are_drawn_with_their_compared_range():
    two = paint(lines(EUR), rows(flat("a", 1), flat("b", 2), before=1)).figure
    three = paint(lines(EUR), rows(flat("a", 1), flat("b", 2), flat("c", 3), before=1)).figure

    compared = [trace["uid"] for trace in two["data"] if trace["uid"].startswith("before")]
    assert compared == ["before-0", "before-last-0", "before-1", "before-last-1"]
    assert three["data"][0]["uid"] == "line-0"
    assert three["layout"]["meta"]["series"][2]["before"] == [1] * 7


def test_a_target_is_a_dashed_line_with_its_name_and_on_the_axis():
    painted = paint(lines(EUR, Target(300, "day")), rows(flat("de", 10), flat("at", 20)))
    layout = painted.figure["layout"]

    assert (layout["shapes"][0]["y0"], layout["yaxis"]["tickvals"][-1]) == (300, 300)
    assert layout["annotations"][0]["text"] == "Target €300 a day, each country"
    assert layout["meta"]["target"] == {"name": "Target €300 a day, each country", "value": 300}
    assert texts(tree(painted), "li")[-1] == "Target"


@pytest.mark.parametrize(
    ("target", "days", "level"),
    [
        (Target(300, "day"), time_range("7d"), 300),
        (Target(300, "day"), time_range("180d"), 2_100),
        (Target(300, "day"), time_range("24h"), None),
        (Target(9_000, "month"), YEARS, 9_000),
        (Target(9_000, "month"), time_range("30d"), None),
        (Target(200), time_range("24h"), 200),
    ],
)
def test_a_target_is_drawn_where_buckets_have_its_period(target, days, level):
    counts = [SeriesRow(bucket.start, "de", 1, bucket.complete) for bucket in days.buckets]
    layout = paint(lines(EUR, target), counts, days).figure["layout"]

    assert layout.get("meta", {}).get("target", {}).get("value") == level


def test_a_target_of_one_series_is_plain_text_for_plotly():
    look = Look(unit="<b>")
    layout = paint(lines(look, Target(5)), rows(flat("a", 1))).figure["layout"]

    assert layout["annotations"][0]["text"] == "Target 5 &lt;b&gt;".replace("&gt;", ">")


def test_the_rest_is_gray_and_another_series_may_be_called_other():
    listed = [*rows(flat("other", 1)), *(row._replace(is_rest=True) for row in rows(flat("other", 2)))]  # fmt: skip
    series = paint(bars(EUR), listed).figure["layout"]["meta"]["series"]

    assert [item["name"] for item in series] == ["other", "Other"]
    assert series[1]["color"] == SERIES[-1]


def test_colors_are_given_or_chosen_by_the_name_alone():
    given = colors_of(["paid", "refunded", "x"], {"paid": "teal", "x": "#123456"})
    names = [f"country-{n}" for n in range(5)]
    alone = {name: colors_of([name, "z-last"], {})[name] for name in names}
    together = colors_of(names, {})

    assert (given["paid"], given["x"]) == (PALETTE["teal"], "#123456")
    assert given["refunded"] not in {PALETTE["teal"], "#123456"}
    assert len(set(together.values())) == 5
    assert sum(alone[name] == together[name] for name in names) >= 2
    assert together == colors_of(list(reversed(names)), {})


def test_a_single_series_is_blue():
    assert colors_of(["anything"], {}) == {"anything": SERIES[0]}


def test_bars_of_a_named_measure_have_a_total():
    orders = Look(title="Orders")
    meta = paint(bars(orders), rows(flat("a", 1), flat("b", 2))).figure["layout"]["meta"]
    users = Look(title="Users", is_additive=False)

    assert meta["total"] is True
    assert "total" not in paint(bars(users), rows(flat("a", 1), flat("b", 2))).figure["layout"]["meta"]  # fmt: skip
    assert elements(tree(paint(bars(orders), rows(flat("a", 1)))), "ul", "legend")
