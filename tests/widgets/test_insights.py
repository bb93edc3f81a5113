"""The sentence over a board: what it says, and when it is silent."""

from datetime import UTC, datetime, timedelta

import pytest

from dashapp.domain.series import ScalarRow, SeriesRow, TopRow
from dashapp.widgets import By, Look, bars, number, ranking
from dashapp.widgets.answers import Answer
from dashapp.widgets.insights import Insights, insights
from tests.factories import time_range
from tests.widgets.painting import widget_of

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
MONTH = time_range("30d", now=NOW)
STEADY = tuple(100 + n % 7 for n in range(29))
DISHES = By("properties.dish", "Dish")


def answer(draw, rows, title="Orders", status="ok", **fields):
    return Answer(title.lower(), title, widget_of(draw, **fields), status, rows)


def orders(value, previous, trend=(*STEADY, 40), *, is_comparable=True, **look):
    row = ScalarRow(value, previous, trend, is_comparable)
    return answer(number(Look(**look)), [row])


def by_status(values, title="Orders by status"):
    rows = [
        SeriesRow(bucket.start, name, value * share, bucket.complete)
        for bucket, value in zip(MONTH.buckets, values, strict=True)
        for name, share in (("paid", 0.75), ("open", 0.25))
    ]
    return answer(bars(Look(label="Status")), rows, title)


def dishes(new_at, title="Top dishes"):
    rows = [
        TopRow(f"Dish {n}", 100 - n, 0.1, rank_before=None if n == new_at else n + 1,
               is_compared=True)
        for n in range(6)
    ]  # fmt: skip
    other = TopRow("other", 400, 0.4, is_other=True)
    return answer(ranking(Look(label="Dish")), [*rows, other], title, by=DISHES)


def said(*answers, time_range_=MONTH):
    return [insight.text for insight in insights(answers, time_range_).found]


def test_the_largest_real_change_is_said():
    revenue = orders(3_000, 2_000, unit="EUR", is_count=False)._replace(title="Revenue")

    assert said(orders(3_000, 2_500, is_count=True), revenue) == [
        "Revenue up 50.0% vs previous 30 days"
    ]
    assert said(orders(2_000, 2_500)) == ["Orders down 20.0% vs previous 30 days"]


def test_a_share_changes_by_points():
    rate = orders(0.8, 0.6, trend=(0.8,) * 30, unit="percent", is_additive=False)
    assert said(rate) == ["Orders up 20.0 pp vs previous 30 days"]


def test_the_highest_and_the_lowest_value_are_left_out():
    assert said(orders(3_000, 2_000, is_extreme=True)) == []


def test_a_peak_is_that_of_all_series_together():
    values = [20.0] * 29 + [2.0]
    values[10] = 80.0
    (found,) = insights([by_status(values)], MONTH).found

    assert found.text == "Peak of Orders by status: Sun 1 November (80)"
    assert (found.start, found.end - found.start) == (
        datetime(2026, 11, 1, tzinfo=UTC), timedelta(days=1),
    )  # fmt: skip


def test_the_last_day_so_far_is_no_peak():
    assert said(by_status([20.0] * 29 + [300.0])) == []


def test_series_of_different_metrics_have_no_common_peak():
    answered = by_status([20.0] * 28 + [90.0, 2.0])
    look = Look()
    assert said(answered._replace(widget=widget_of(bars(look)))) == []


def test_a_new_leader_leads_to_its_filter():
    (found,) = insights([dishes(new_at=1)], MONTH).found

    assert found.text == "New in the top 3 of Top dishes: Dish 1"
    assert found.filter == "properties.dish:Dish 1"


def test_each_kind_is_said_once_and_in_order():
    values = [20.0] * 28 + [90.0, 2.0]
    found = insights(
        [dishes(0), by_status(values), by_status(values, "Others"), orders(3_000, 2_000)], MONTH
    ).found
    assert [(insight.kind, insight.panel) for insight in found] == [
        ("change", "orders"), ("peak", "orders by status"), ("new", "top dishes"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "resolved", "status"),
    [
        ([orders(2_500, 2_480)], MONTH, "usual"),
        ([orders(2_500, None, is_comparable=False)], MONTH, "too_short"),
        ([orders(3_000, 2_000), answer(number(Look()), [], status="error")], MONTH, "silent"),
        ([orders(2_500, 2_480, trend=(2_500,))], MONTH, "silent"),
        ([], MONTH, "silent"),
        ([dishes(new_at=None)], MONTH, "silent"),
    ],
)  # fmt: skip
def test_without_a_finding_the_board_says_why_or_nothing(answers, resolved, status):
    assert insights(answers, resolved) == Insights(status)


def test_a_range_that_has_not_ended_is_silent():
    ahead = time_range("", now=NOW, from_="2026-11-01T00:00:00Z", to="2026-12-01T00:00:00Z")
    assert ahead.is_ahead
    assert insights([orders(3_000, 2_000)], ahead) == Insights("silent")
