"""Lists that share a place: which do, how wide they are, and that all are counted at once."""

import pytest

from dashapp.dashboards.provision import provision
from dashapp.dashboards.templates import template_of
from dashapp.store.boards.loading import definitions_of
from dashapp.store.orgs import dashboards
from tests.board.panel_props import OCCURRED_AT, panel_props
from tests.boards import apply
from tests.factories import event, refresh, send

FILE = """version = 1

[metrics]
orders = { title = "Orders", events = ["order.paid"] }

[boards.shop]
title = "Shop"
panels = [
  { metric = "orders", show = "list", by = "channel", title = "Channels", group = "top" },
  { metric = "orders", show = "list", by = "type", title = "Types", group = "top", size = "full" },
  { metric = "orders", show = "list", by = "project", title = "Projects", group = "other" },
  { metric = "orders", show = "number" },
]
"""
TABS = ("orders-list", "orders-list-type")


@pytest.fixture
def shop(log_in_ada, store, acme):
    apply(store, FILE)
    provision(store, acme, template_of(definitions_of(store).boards["shop"]), now=2)
    send(store, acme, [event("order.paid", OCCURRED_AT, user="u")])
    return log_in_ada()


def sections(client) -> dict[str, dict]:
    """Return the properties of the panels on the page, by slug."""
    found = {}

    def walk(component) -> None:
        if isinstance(component, list):
            [walk(child) for child in component]
        elif isinstance(component, dict) and "props" in component:
            props = component["props"]
            if "data-panel" in props:
                found[props["data-panel"]] = props
            walk(props.get("children"))

    walk(client.get("/app/acme/shop/_dash-layout").json)
    return found


def test_lists_of_a_group_share_a_place_and_the_size_of_the_first(shop):
    panels = sections(shop)
    first, second, other, number = panels.values()

    assert list(panels)[:2] == list(TABS)
    assert first["className"].split()[-1] == "tabbed"
    assert second["className"].split()[-2:] == ["tabbed", "away"]
    assert first["className"].split()[1] == second["className"].split()[1] != "full"
    assert "tabbed" not in other["className"] + number["className"]
    for panel, chosen in ((first, "Channels"), (second, "Types")):
        text = str(panel["children"])
        assert (text.count("'role': 'tab'"), text.count("'role': 'tablist'")) == (2, 1)
        assert text.count("'aria-selected': 'true'") == 1
        assert panel["aria-label"] == chosen


def test_all_tabs_are_counted_in_one_refresh(shop):
    response = refresh(shop, dashboard="shop", panels=TABS, figures=())

    assert panel_props(response, "data-state") == dict.fromkeys(TABS, "ready")


def test_lists_that_are_moved_apart_are_panels_of_their_own(shop, store, acme):
    with store.write(acme) as session:
        first, second, third, number = dashboards.list_panels(session, acme, "shop")
        moved = [first, number, second, third]
        dashboards.put_panels(session, acme, "shop", moved, now=3)

    assert all("tabbed" not in panel["className"] for panel in sections(shop).values())


def test_the_placeholders_of_a_group_take_one_place(shop):
    assert shop.get("/app/acme/shop").text.count("tabbed away") == 1
