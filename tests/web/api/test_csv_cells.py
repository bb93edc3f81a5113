"""Cells of CSV files: no spreadsheet runs them, and other text is unchanged."""

import pytest

from dashapp.web.api.panel_files import csv_of
from tests.factories import event, send
from tests.web.api.panel_files import OCCURRED_AT, TERM_WIDGET, csv_rows, get_file


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
@pytest.mark.parametrize(
    "prefix",
    ["", " ", "   ", "\u00a0", "\u3000", "\u2003", "\u200b", "\ufeff", '"', ' "', "'", "“"],
)
def test_no_cell_can_be_run_by_a_spreadsheet(sign, prefix):
    text = f"{prefix}{sign}cmd|' /C calc'!A0,\"x\"\r\n=1"
    (row,) = csv_rows(csv_of([{"label": text, "value": 7}]))

    assert row == {"label": f"'{text}", "value": "7"}


@pytest.mark.parametrize(
    "text",
    ["rice", "a=b", "1-2", "é@x", "", "a\n=1", 'a","=1', "−5", "a;b", "a; b=c", "x|y", "a\tb"],
)
def test_other_text_is_unchanged(text):
    assert csv_rows(csv_of([{"label": text, "value": 1}]))[0]["label"] == text


@pytest.mark.parametrize("separator", [";", "\t", "|"])
@pytest.mark.parametrize("between", ["", " ", '"', "\u200b"])
def test_no_part_of_a_cell_can_be_run_where_cells_end_differently(separator, between):
    text = f"a{separator}{between}=cmd|'/C calc'!A0"
    file = csv_of([{"value": 7, "label": text}])

    assert csv_rows(file)[0]["label"] == f"a{separator}'{between}=cmd|'/C calc'!A0"
    assert file.startswith('value,label\r\n7,"a')


def test_numbers_and_times_are_unchanged():
    row = {"start": "2026-11-20T09:00:00Z", "value": -5, "share": -0.25, "n": None, "ok": True}

    assert csv_of([row]) == "start,value,share,n,ok\r\n2026-11-20T09:00:00Z,-5,-0.25,,true\r\n"


def test_a_row_with_one_empty_cell_is_a_row():
    assert csv_of([{"value": None}, {"value": 2}]) == 'value\r\n""\r\n2\r\n'


def test_no_rows_make_an_empty_file():
    assert csv_of([]) == ""


def test_labels_are_neutralized_in_csv_and_unchanged_in_json(panel_client, store, acme):
    texts = ("=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "＝1", 'a "quoted", thing', "two\nlines\r=1",
             "ok", "\ufeff=2")  # fmt: skip
    send(store, acme, [event("conversation.search_term", OCCURRED_AT, properties={"term": text})
                       for n, text in enumerate(texts) for _ in range(20 - n)])  # fmt: skip

    in_file = [row["label"] for row in csv_rows(get_file(panel_client, TERM_WIDGET).text)]
    in_json = [
        row["label"]
        for row in get_file(panel_client, TERM_WIDGET, "json").json["panels"][0]["rows"]
    ]

    assert in_json == ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "＝1", 'a "quoted", thing',
                       "two lines =1", "ok", "\ufeff=2"]  # fmt: skip
    assert in_file == ["'=HYPERLINK(1)", "'+1", "'-1", "'@SUM(1)", "'＝1", 'a "quoted", thing',
                       "two lines =1", "ok", "'\ufeff=2"]  # fmt: skip
