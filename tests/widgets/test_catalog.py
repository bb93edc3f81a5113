"""The catalog lists all widgets, and its errors name the widget and the fault."""

from dataclasses import replace
from importlib.metadata import EntryPoint

import pytest

from dashapp.domain.errors import NotFound, WidgetRegistrationError
from dashapp.widgets import catalog
from dashapp.widgets.catalog import BUILT_IN, Catalog, load_catalog
from dashapp.widgets.operations import total_errors

VALID = total_errors.WIDGET


def test_built_ins_are_in_menu_order():
    assert [(widget.slug, widget.title) for widget in load_catalog()] == [
        ("total-validations", "Number of validations"),
        ("total-errors", "Number of errors"),
        ("success-rate", "Success rate"),
        ("total-warnings", "Number of warnings"),
        ("events-time-series", "Events"),
        ("users-time-series", "Users"),
        ("runs-by-outcome", "Runs by outcome"),
        ("warnings-by-code", "Warnings by code"),
        ("warnings-by-validator", "Warnings by validator"),
        ("top-errors", "Top errors"),
        ("conversations.search_term", "Search terms"),
        ("conversations.product_added_to_cart", "Products added to cart"),
    ]


@pytest.mark.parametrize(
    ("widget", "fault"),
    [
        (replace(VALID, slug=""), "“Number of errors” has no slug"),
        (replace(VALID, slug="Not/A Slug"), "“Not/A Slug” has an invalid slug"),
        (replace(VALID, title=""), "“total-errors” has no title"),
        (replace(VALID, draw=None), "“total-errors” has no drawing"),
        (replace(VALID, query=None), "“total-errors” has no query"),
    ],
)
def test_an_error_names_the_widget_and_the_fault(widget, fault):
    with pytest.raises(WidgetRegistrationError, match=fault):
        Catalog([widget])


def test_a_duplicate_slug_is_rejected():
    with pytest.raises(WidgetRegistrationError, match="Two widgets have the slug “total-errors”"):
        Catalog([*BUILT_IN, replace(VALID, title="Other")])


def test_an_unknown_slug_is_not_found():
    with pytest.raises(NotFound):
        Catalog(BUILT_IN)["nothing"]


def install(monkeypatch, *values: str) -> None:
    plugins = [EntryPoint(f"w{n}", value, catalog.ENTRY_POINTS) for n, value in enumerate(values)]
    monkeypatch.setattr(catalog, "entry_points", lambda group: plugins)


def test_third_party_widgets_come_after_the_built_ins(monkeypatch):
    install(monkeypatch, "tests.widgets.plugin:WIDGET")

    assert [widget.slug for widget in load_catalog()][-1] == "page-views"


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("tests.widgets.no_such:WIDGET", "cannot be loaded"),
        ("tests.widgets.plugin:page_views", "is not a Widget"),
    ],
)
def test_an_error_names_the_faulty_entry_point(monkeypatch, value, fault):
    install(monkeypatch, value)

    with pytest.raises(WidgetRegistrationError, match=f"w0.*{fault}"):
        load_catalog()
