"""The layout page of a dashboard whose panels are those of an applied board."""

import json

import pytest

from dashapp.dashboards.provision import provision
from dashapp.dashboards.templates import template_of
from dashapp.store.boards.loading import definitions_of
from dashapp.store.orgs.dashboards import find_dashboard, list_panels
from tests.boards import apply
from tests.factories import hidden_value

FILE = """version = 1

[metrics]
orders = { title = "Orders", events = ["order.paid"] }

[boards.shop]
title = "Shop"
opens_with = "month"
panels = [
  { metric = "orders", show = "list", by = "properties.dish", top = 5, slug = "dishes" },
  { metric = "orders", show = "number", slug = "total-errors", title = "Paid orders" },
  { show = "text", text = "Numbers include refunds." },
]
"""
LAYOUT_URL = "/app/acme/shop/layout"
PANELS = ("dishes", "total-errors", "text")


@pytest.fixture
def bea_of_shop(store, acme, browser):
    """The browser of an author; Acme has the board of FILE next to operations."""
    apply(store, FILE)
    provision(store, acme, template_of(definitions_of(store).boards["shop"]), now=2)
    return browser("bea@example.com")


def save(client, panels=PANELS, **changes):
    """Save the form with these panels, all of them shown."""
    page = client.get(LAYOUT_URL).text
    names = ("csrf_token", "version")
    form = {"panel": list(panels), "do": "save", "opens_with": "24h"}
    form |= {name: hidden_value(page, name) for name in names}
    form |= {f"shown:{slug}": "1" for slug in panels}
    return client.post(LAYOUT_URL, data={**form, **changes})


def stored(store, acme):
    with store.read(acme) as session:
        panels = list_panels(session, acme, "shop")
    return [(panel.board, panel.widget, panel.title, panel.config) for panel in panels]


def test_panels_are_named_as_their_own_board_names_them(bea_of_shop):
    page = bea_of_shop.get(LAYOUT_URL).text

    assert 'name="title:dishes" value="" placeholder="Orders by dish"' in page
    assert 'name="title:total-errors" value="" placeholder="Paid orders"' in page
    assert 'name="title:text" value="" placeholder="Note"' in page


def test_panels_keep_their_board_and_added_ones_get_theirs(bea_of_shop, store, acme):
    save(bea_of_shop, (*PANELS, "total-warnings"), **{"title:total-errors": "Paid orders"})

    assert stored(store, acme) == [
        ("shop", "dishes", None, {}),
        ("shop", "total-errors", None, {}),
        ("shop", "text", None, {}),
        ("operations", "total-warnings", None, {}),
    ]


@pytest.mark.parametrize(("rows", "config"), [("5", {}), ("10", {"limit": 10}), ("", {})])
def test_the_number_of_rows_that_the_board_sets_is_not_stored(
    bea_of_shop, store, acme, rows, config
):
    assert 'name="limit:dishes" value="5"' in bea_of_shop.get(LAYOUT_URL).text
    save(bea_of_shop, **{"limit:dishes": rows})

    assert stored(store, acme)[0] == ("shop", "dishes", None, config)


def test_a_removed_panel_that_is_added_again_is_still_of_its_board(bea_of_shop, store, acme):
    save(bea_of_shop, ("dishes",))
    offered = bea_of_shop.get(LAYOUT_URL).text.partition('name="add"')[2]
    save(bea_of_shop, ("dishes", "text"))

    assert '<option value="text">Note</option>' in offered
    assert stored(store, acme) == [("shop", "dishes", None, {}), ("shop", "text", None, {})]


def test_a_board_that_opens_with_a_calendar_range_keeps_it(bea_of_shop, store, acme):
    assert '<option value="month" selected>This month</option>' in bea_of_shop.get(LAYOUT_URL).text
    assert save(bea_of_shop, ("text",), opens_with="month").status_code == 303

    with store.read(acme) as session:
        assert find_dashboard(session, acme, "shop").opens_with == "month"


def test_a_board_that_opens_with_a_calendar_range_is_edited_in_place(bea_of_shop, store, acme):
    token = hidden_value(bea_of_shop.get("/app/acme/shop").text, "csrf_token")
    layout = json.dumps({"version": 1, "panels": [{"slug": "text"}]})
    response = bea_of_shop.post("/app/acme/shop/edit", data={"csrf_token": token, "layout": layout})

    assert response.status_code == 200
    assert stored(store, acme) == [("shop", "text", None, {})]
