"""`dashapp widget list` and `dashapp widget try`."""

import json
import re
from dataclasses import replace

import pytest

from dashapp.widgets import Drawing, Painted
from tests.factories import event, send
from tests.widgets.plugin import page_views
from tests.widgets.test_catalog import PLUGIN, install

BROKEN = "tests.cli.boards.test_widgets"


def fail(*_args):
    raise RuntimeError("no answer")


def paint_a_map(*_args):
    return Painted([], {"data": [{"type": "choropleth"}]})


NO_ANSWER = replace(page_views.WIDGET, slug="no-answer", query=fail)
A_MAP = replace(
    page_views.WIDGET,
    slug="a-map",
    draw=Drawing(paint_a_map, is_empty=lambda _rows: False, has_figure=True),
)


@pytest.fixture(autouse=True)
def _plugins(monkeypatch):
    install(monkeypatch, *PLUGIN, f"{BROKEN}:NO_ANSWER", f"{BROKEN}:A_MAP")


@pytest.fixture
def seeded(store, acme):
    orders = [{"total": 0.1, "country": "DE"}, {"total": 25, "country": "FR"}]
    # Commands use the real clock: events without a time happened now.
    send(store, acme, [event("order.paid", now(), properties=sent) for sent in orders])
    send(store, acme, [event("page.viewed", now())])


def now() -> str:
    from datetime import timedelta

    from dashapp.domain.time.instant import to_text, utc_now

    return to_text(utc_now() - timedelta(minutes=1))


def test_panels_of_boards_and_widgets_are_listed(run, store):
    lines = [re.split(r"\s{2,}", line) for line in run("widget", "list").output.splitlines()]

    assert lines[0] == ["slug", "board", "title"]
    assert ["success-rate", "operations", "Success rate"] in lines
    assert ["page-views", "Page views"] in lines


def test_the_rows_of_a_widget_are_printed_as_a_table(run, seeded):
    output = run("widget", "try", "baskets", "--org", "acme").output

    assert output == (
        "country  total  largest\n"
        "DE       0.1    0.1\n"
        "FR       25     25\n"
        "2 rows. Drawn, with no figure.\n"
    )  # fmt: skip


def test_the_rows_are_printed_as_the_api_has_them(run, seeded):
    output = run("widget", "try", "baskets", "--org", "acme", "--json").output

    assert json.loads(output) == {
        "rows": [
            {"country": "DE", "total": 0.1, "largest": 0.1},
            {"country": "FR", "total": 25, "largest": 25},
        ]
    }


def test_a_panel_of_a_board_is_tried_with_a_range_and_a_limit(run, seeded):
    line = run("widget", "try", "events-time-series", "--org", "acme", "--time-range", "24h").output
    assert line.splitlines()[0].split() == ["start", "local", "series", "value", "complete"]
    assert "25 rows. Drawn, with a figure." in line

    run("widget", "try", "warnings-by-code", "--org", "acme", "--limit", "3")


def test_an_org_without_events_has_nothing_to_draw(run, acme):
    output = run("widget", "try", "baskets", "--org", "acme").output

    assert output == "0 rows. Nothing to draw: the board shows a message.\n"


def test_a_failing_query_prints_its_traceback(run, acme):
    result = run("widget", "try", "no-answer", "--org", "acme", exits=1)

    assert "Traceback" in result.stderr
    assert 'raise RuntimeError("no answer")' in result.stderr


def test_a_figure_that_pages_cannot_show_is_refused(run, acme):
    result = run("widget", "try", "a-map", "--org", "acme", exits=1)

    assert "“a-map” draws a trace of type “choropleth”" in result.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nothing"], "No panel nothing. See: dashapp widget list"),
        (["success-rate", "--board", "none"], "No panel success-rate on the board none."),
    ],
)
def test_an_unknown_panel_is_refused(run, acme, words, message):
    assert message in run("widget", "try", *words, "--org", "acme", exits=1).stderr


def test_an_unknown_range_is_refused(run, acme):
    result = run("widget", "try", "baskets", "--org", "acme", "--time-range", "7days", exits=2)

    assert "'7days' is not one of" in result.stderr
