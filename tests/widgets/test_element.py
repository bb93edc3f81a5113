"""Panel bodies are one tree of plain elements, equal to what Dash would draw."""

import json

import pytest
from dash import dcc, html
from plotly.utils import PlotlyJSONEncoder

from dashapp.board import first_run, states
from dashapp.domain.access.filters import filter_param
from dashapp.domain.series import Mark, ScalarRow, TopRow
from dashapp.domain.time.instant import parse
from dashapp.widgets.chosen import Chip
from dashapp.widgets.drawings.element import Element, Markup, flatten
from dashapp.widgets.widget import By
from tests.factories import time_range
from tests.panels import built_in
from tests.series_rows import BucketCount, fill_series

BUILT_IN = [offered.widget for offered in built_in().offered()]
WEEK = time_range("7d")
HOUR = time_range("1h", "Asia/Kathmandu")


def series(names, *, is_compared=False):
    counts = [
        BucketCount(n, name, 3 * n + 1) for n in range(2 * len(WEEK.buckets)) for name in names
    ]
    rows = fill_series(WEEK, counts, names, is_compared=is_compared)
    mark = Mark(parse("2026-11-14T10:00:00Z"), "workflow.updated", "<ada> & 'co'")
    return [rows[0]._replace(marks=(mark, Mark(mark.at, "submission.created", times=7))), *rows[1:]]


ROWS = {
    "scalar": [ScalarRow(12418, 11477, (1, 2, 3, None, 5), True)],
    "nothing": [ScalarRow(None, None)],
    "zero": [ScalarRow(0, 0, (0, 0), True)],
    "share": [ScalarRow(0.9876, 0.5, (0.1, None, 1.0), True)],
    "series": series(["events"]),
    "compared": series(["events"], is_compared=True),
    "stacked": series(["api", "web", "other", "<b>"], is_compared=True),
    "top": [TopRow('<i>"rice"</i>', 9, 0.5, 2, True), TopRow("=1", 4, 0.25, None, True),
            TopRow("0", 3, 0.2, 21, True), TopRow("other", 1, 0.05, is_other=True)],
    "plain top": [TopRow("rice", 9, 1.0)],
}  # fmt: skip
ROWS_OF = {"total-validations": ("scalar", "zero"), "total-errors": ("scalar", "zero"),
        "total-warnings": ("scalar",), "success-rate": ("share", "nothing"),
        "events-time-series": ("series", "compared"), "users-time-series": ("stacked",),
        "runs-by-outcome": ("stacked",), "warnings-by-code": ("top", "plain top"),
        "warnings-by-validator": ("top",), "top-errors": ("top",),
        "conversations.search_term": ("top",),
        "conversations.product_added_to_cart": ("top", "plain top")}  # fmt: skip


def as_dash_sends(children):
    return json.loads(json.dumps(children, cls=PlotlyJSONEncoder))


def as_tree(component):
    """Dash's JSON as a tree of tags, attributes, and children."""
    if component is None:
        return []
    if isinstance(component, list):
        return [part for child in component for part in as_tree(child)]
    if not isinstance(component, dict):
        return [str(component)]
    props = dict(component["props"])
    children = as_tree(props.pop("children", None))
    if component["type"] == "Element":
        return [[props["tag"], props["attrs"], children]]
    assert component["namespace"] == "dash_html_components"
    return [[component["type"].lower(), props, children]]


def texts(tree):
    return "".join(part if isinstance(part, str) else texts(part[2]) for part in tree)


@pytest.mark.parametrize(
    ("widget", "rows"), [(widget, rows) for widget in BUILT_IN for rows in ROWS_OF[widget.slug]]
)
def test_the_body_of_every_built_in_is_one_tree_equal_to_what_dash_would_draw(widget, rows):
    children = widget.draw.paint(widget, ROWS[rows], WEEK).children
    markup = as_dash_sends(flatten(children))

    assert (markup["namespace"], markup["type"], list(markup["props"])) == (
        "dashapp_ui",
        "Markup",
        ["tree"],
    )
    assert markup["props"]["tree"] == as_tree(as_dash_sends(children))
    assert texts(markup["props"]["tree"])


def test_every_built_in_is_tested():
    assert set(ROWS_OF) == {widget.slug for widget in BUILT_IN}


@pytest.mark.parametrize(
    "state",
    [
        states.failed(),
        states.unknown_widget("<x>"),
        states.removed_panel(),
        first_run.for_administrators("/s", "https://x.example", ["Orders"]),
        first_run.for_members("Acme", ["Ada"], ["Orders"]),
        states.empty(WEEK, is_filtered=True),
        states.empty(time_range("12mo")),
        states.chips(
            [Chip(By("channel", "Channel"), "api"), Chip(By("channel", "Channel"), "<b>")]
        ),
    ],
)
def test_every_state_is_a_tree(state):
    assert as_dash_sends(flatten(state))["props"]["tree"] == as_tree(as_dash_sends(state))


def test_a_link_that_changes_the_url_stays_a_dash_component():
    """A link that does not load a page is a component that Dash must know."""
    state = states.empty(HOUR)

    assert flatten(state) is state


@pytest.mark.parametrize(
    "children",
    [
        html.Div("x", id="a"),
        html.Div(html.Div([html.Span("x"), html.B(id={"type": "t", "slug": "s"})])),
        dcc.Link("x", href="?"),
        [html.P("x"), [html.P(dcc.Markdown("# x"))]],
        html.Div([Element("svg", html.P("x", id="a"))]),
        html.Table(html.Tbody(html.Tr(html.Td(dcc.Graph())))),
    ],
)
def test_components_that_dash_must_know_stay_unchanged(children):
    assert flatten(children) is children


@pytest.mark.parametrize(
    ("children", "tree"),
    [
        ([None, True], []),
        ("", [""]),
        ("<b>x</b>", ["<b>x</b>"]),
        (0, ["0"]),
        (1.5, ["1.5"]),
        ([], []),
        (["a", None, ["b", [html.P()]]], ["a", "b", ["p", {}, []]]),
        (html.Button("&amp;", className="c", **{"data-x": "1"}),
         [["button", {"className": "c", "data-x": "1"}, ["&amp;"]]]),
        (Element("path", d="M0 0", strokeWidth=2), [["path", {"d": "M0 0", "strokeWidth": 2}, []]]),
        (Element("input", id="i", type="date"), [["input", {"type": "date", "id": "i"}, []]]),
        (html.P("x", hidden=False, tabIndex=0, style={"width": "1%"}),
         [["p", {"hidden": False, "tabIndex": 0, "style": {"width": "1%"}}, ["x"]]]),
    ],
)  # fmt: skip
def test_children_become_text_and_elements(children, tree):
    assert flatten(children).tree == tree


@pytest.mark.parametrize(
    ("component", "tag"), [(html.ObjectEl, "object"), (html.MapEl, "map"), (html.H2, "h2")]
)
def test_tags_have_their_html_names(component, tag):
    assert flatten(component("x")).tree[0][0] == tag


def test_a_markup_stays_unchanged():
    markup = Markup(["x"])

    assert flatten(markup) is markup


def test_rows_have_their_filter_as_an_attribute():
    by = By("properties.term", "Term")
    widget = next(widget for widget in BUILT_IN if widget.by and widget.by.field == by.field)
    tree = flatten(widget.draw.paint(widget, ROWS["top"], WEEK).children).tree

    assert f"'data-filter': '{filter_param(by.field, '=1')}'" in str(tree)
    assert str(tree).count("data-filter") == 3
