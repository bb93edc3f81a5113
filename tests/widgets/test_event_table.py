"""A table of events: times in the board's zone, values with their unit, missing values."""

import pytest

from dashapp.domain.series import EventRow
from dashapp.widgets import Look, event_table
from tests.factories import time_range
from tests.widgets.painting import elements, paint, texts, tree

LOOK = Look(
    titles_of={"properties.courier": "Courier", "properties.late": "Late"},
    units_of={"properties.late": "min"},
    names_of={"properties.status": {"paid": "Paid"}},
)
COLUMNS = ("occurred_at", "properties.courier", "properties.late", "properties.status")
DRAW = event_table(LOOK, COLUMNS)
BERLIN = time_range("7d", "Europe/Berlin")


def row(at="2026-11-20T09:04:00Z", courier="Courier 12", late=24, status="paid", total=1):
    fields = {
        "occurred_at": at,
        "type": "delivery.finished",
        "properties.courier": courier,
        "properties.late": late,
        "properties.status": status,
    }
    return EventRow({name: value for name, value in fields.items() if value is not None}, total)


def cells(*rows):
    return texts(elements(tree(paint(DRAW, rows, BERLIN)), "tbody"), "td")


def test_values_have_their_unit_and_their_name():
    assert cells(row()) == ["Today 10:04", "Courier 12", "24 min", "Paid"]
    assert texts(tree(paint(DRAW, [row()])), "th") == ["Time", "Courier", "Late", "status"]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-19T23:30:00Z", "Today 00:30"),
        ("2026-11-19T22:30:00Z", "Yesterday 23:30"),
        ("2026-11-18T08:00:00Z", "18 Nov 09:00"),
        ("2025-11-18T08:00:00.5Z", "18 November 2025 09:00"),
    ],
)
def test_a_time_is_in_the_zone_of_the_board(at, expected):
    assert cells(row(at))[0] == expected


def test_a_missing_value_is_named():
    (missing,) = elements(tree(paint(DRAW, [row(courier=None)])), "td", "none")

    assert missing[2] == [["em", {}, ["no value"]]]


def test_other_values_are_json():
    assert cells(row(courier={"id": 7, "depot": "nørd"}))[1] == '{"id": 7, "depot": "nørd"}'
    assert cells(row(courier=True))[1] == "true"


def test_columns_of_numbers_are_on_the_right():
    painted = tree(paint(DRAW, [row(), row(late=None)]))

    assert [head[1].get("className") for head in elements(painted, "th")] == ["at", None, "n", None]
    mixed = tree(paint(DRAW, [row(), row(late="soon")]))
    assert elements(mixed, class_name="n") == []


def test_the_number_of_all_events_is_there_if_some_are_not_listed():
    assert texts(tree(paint(DRAW, [row(total=57)])), "p") == ["Newest 1 of 57"]
    assert texts(tree(paint(DRAW, [row(total=1)])), "p") == []


def test_without_events_it_is_empty_and_has_columns():
    assert DRAW.is_empty([])
    assert DRAW.columns == COLUMNS
