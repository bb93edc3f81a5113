"""`dashapp.testing`: an org with events for the tests of widgets."""

import subprocess
import sys
from decimal import Decimal

import pytest

from dashapp.domain.errors import WidgetRegistrationError
from dashapp.queries.ask import sum_of, top_of
from dashapp.testing import sandbox
from dashapp.widgets import Drawing, Look, Painted, Size, Widget, number, top_list
from tests.widgets.plugin import baskets, page_views

PAGES = page_views.WIDGET
REVENUE = Widget(
    slug="revenue",
    title="Revenue",
    size=Size.QUARTER,
    query=sum_of("properties.total", "order.paid"),
    draw=number(Look(unit="EUR")),
)
DISHES = Widget(
    slug="dishes",
    title="Dishes",
    size=Size.QUARTER,
    query=top_of("properties.dish", "order.paid"),
    draw=top_list("Dish", "Orders"),
    limits=range(1, 11),
)


def order(**properties):
    return {"type": "order.paid", "properties": properties}


def test_types_and_whole_events_can_be_sent():
    with sandbox() as org:
        org.events("page.viewed", {"type": "page.viewed", "user": "ada"}, "order.paid")

        assert org.rows(PAGES)[0].value == 2
        assert "2" in org.paint(PAGES).text.split()


def test_sums_and_units():
    with sandbox() as org:
        org.events(order(total=0.1), order(total=0.2))

        assert org.rows(REVENUE)[0].value == Decimal("0.3")
        assert "€0.30" in org.paint(REVENUE).text
        assert org.exported(REVENUE) == [{"value": Decimal("0.3"), "previous": None}]


def test_a_list_takes_a_limit():
    with sandbox() as org:
        org.events(order(dish="Soup"), order(dish="Soup"), order(dish="Rice"))

        assert [row.label for row in org.rows(DISHES)] == ["Soup", "Rice"]
        assert [(r.label, r.is_other) for r in org.rows(DISHES, limit=1)][0] == ("Soup", False)


def test_the_clock_moves():
    with sandbox() as org:
        org.events("page.viewed")
        org.clock.advance(days=8)
        org.events("page.viewed", "page.viewed")

        assert org.rows(PAGES)[0].value == 2
        assert org.rows(PAGES, "30d")[0].value == 3


def test_another_org_has_its_own_numbers():
    with sandbox() as acme:
        rival = acme.another("rival")
        acme.events(order(total=1, country="DE"))
        rival.events(order(total=500, country="DE"))

        assert [row.total for row in acme.rows(baskets.WIDGET)] == [1]
        assert [row.total for row in rival.rows(baskets.WIDGET)] == [500]


def test_nothing_to_draw():
    with sandbox() as org:
        assert org.paint(baskets.WIDGET).is_empty


def test_panels_of_a_board_file():
    with sandbox() as org:
        org.apply("""version = 1
[metrics]
visits = { title = "Visits", events = ["page.viewed"] }
[boards.visits]
title = "Visits"
panels = [{ metric = "visits", show = "number" }]
""")
        org.events("page.viewed")

        assert org.rows(org.panel("visits"))[0].value == 1
        with pytest.raises(ValueError, match="no panel 'sales'"):
            org.panel("sales")


def test_a_figure_that_pages_cannot_show_is_refused():
    def paint(_widget, _rows, _time_range):
        return Painted([], {"data": [{"type": "sankey"}]})

    drawing = Drawing(paint, is_empty=lambda _rows: False, has_figure=True)
    flows = Widget("flows", "Flows", Size.HALF, PAGES.query, drawing)
    with sandbox() as org, pytest.raises(WidgetRegistrationError, match="“sankey”"):
        org.paint(flows)


def test_an_event_that_would_be_rejected_is_an_error():
    with sandbox() as org, pytest.raises(Exception, match="Unknown key “total”"):
        org.events({"type": "order.paid", "total": 25})


def test_the_kit_works_without_pytest():
    program = "import sys, dashapp.testing; assert 'pytest' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.both_databases
def test_the_kit_works_on_an_empty_database(empty_postgresql_url):
    with sandbox(database_url=empty_postgresql_url) as org:
        org.events(order(total=0.1, country="DE"), order(total=0.2, country="DE"))

        assert [row.total for row in org.rows(baskets.WIDGET)] == [Decimal("0.3")]


@pytest.fixture
def empty_postgresql_url(postgresql_server):
    from tests.conftest import _sql

    _sql(postgresql_server, "CREATE DATABASE kit")
    yield f"{postgresql_server}/kit"
    _sql(postgresql_server, "DROP DATABASE kit WITH (FORCE)")
