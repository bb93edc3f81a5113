"""The catalog names the widget and the fault."""

from dataclasses import replace
from importlib.metadata import EntryPoint

import pytest

from dashapp.domain.errors import NotFound, WidgetRegistrationError
from dashapp.widgets import catalog
from dashapp.widgets.catalog import BUILT_IN, Catalog, load_catalog
from dashapp.widgets.operations import total_errors

ONE = total_errors.WIDGET


def test_the_built_ins_stand_in_menu_order():
    assert [(widget.slug, widget.title) for widget in load_catalog()] == [
        ("total-validations", "Number of Validations"),
        ("total-errors", "Number of Errors"),
        ("success-rate", "Success Rate"),
        ("total-warnings", "Number of Warnings"),
        ("events-time-series", "Events"),
        ("users-time-series", "Users"),
        ("runs-by-outcome", "Runs by Outcome"),
        ("warnings-by-code", "Warnings by Code"),
        ("warnings-by-validator", "Warnings by Validator"),
        ("top-errors", "Top Errors"),
        ("conversations.search_term", "Search Terms"),
        ("conversations.product_added_to_cart", "Products Added to Cart"),
    ]


@pytest.mark.parametrize(
    ("widget", "fault"),
    [
        (replace(ONE, slug=""), "“Number of Errors” has no slug"),
        (replace(ONE, slug="Not/A Slug"), "“Not/A Slug” has a slug that cannot stand"),
        (replace(ONE, title=""), "“total-errors” has no title"),
        (replace(ONE, draw=None), "“total-errors” has no drawing"),
        (replace(ONE, query=None), "“total-errors” has no query"),
    ],
)
def test_a_fault_is_named_with_its_widget(widget, fault):
    with pytest.raises(WidgetRegistrationError, match=fault):
        Catalog([widget])


def test_a_slug_that_stands_twice_is_named():
    with pytest.raises(WidgetRegistrationError, match="Two widgets have the slug “total-errors”"):
        Catalog([*BUILT_IN, replace(ONE, title="Other")])


def test_a_slug_that_is_not_there_is_not_found():
    with pytest.raises(NotFound):
        Catalog(BUILT_IN)["nothing"]


def announce(monkeypatch, *values: str) -> None:
    found = [EntryPoint(f"w{n}", value, catalog.ENTRY_POINTS) for n, value in enumerate(values)]
    monkeypatch.setattr(catalog, "entry_points", lambda group: found)


def test_a_third_partys_widget_comes_after_the_built_ins(monkeypatch):
    announce(monkeypatch, "tests.widgets.plugin:WIDGET")

    assert [widget.slug for widget in load_catalog()][-1] == "page-views"


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("tests.widgets.no_such:WIDGET", "cannot be loaded"),
        ("tests.widgets.plugin:page_views", "is not a Widget"),
    ],
)
def test_a_third_partys_fault_is_named(monkeypatch, value, fault):
    announce(monkeypatch, value)

    with pytest.raises(WidgetRegistrationError, match=f"w0.*{fault}"):
        load_catalog()
