"""A board of a file as the page shows it."""

from dashapp.dashboards.provision import provision
from dashapp.dashboards.templates import template_of
from dashapp.store.boards.loading import definitions_of
from dashapp.widgets.drawings.charts.colors import PALETTE
from tests.board.panel_props import OCCURRED_AT, panel_props
from tests.boards import apply
from tests.factories import event, refresh, send

FILE = """version = 1

[fields]
type = { names = { "promo.started" = "Promo" } }

[metrics]
orders = { title = "Orders", events = ["order.paid"] }
buyers = { title = "Buyers", events = ["order.paid"], measure = "users" }

[boards.shop]
title = "Shop"
marks = ["promo.started"]
panels = [
  { metric = "orders", show = "line" },
  { metric = "buyers", show = "line" },
  { metrics = ["orders", "buyers"], show = "line", slug = "both" },
  { show = "text", text = "Numbers include refunds." },
]
"""
PANELS = ("orders", "buyers", "text")


def shop_board(store, acme):
    apply(store, FILE)
    provision(store, acme, template_of(definitions_of(store).boards["shop"]), now=2)


def refreshed(client):
    return refresh(client, dashboard="shop", panels=PANELS, figures=PANELS[:2])


def test_marks_have_the_names_of_the_file(log_in_ada, store, acme):
    shop_board(store, acme)
    send(store, acme, [event(name, OCCURRED_AT, user="u") for name in ("order.paid", "promo.started")])  # fmt: skip
    bodies = panel_props(refreshed(log_in_ada()), "children")

    assert "Promo" in str(bodies["orders"])
    assert "promo.started" not in str(bodies["orders"])


def test_charts_of_nothing_but_zeros_are_empty_if_they_count_something(log_in_ada, store, acme):
    shop_board(store, acme)
    send(store, acme, [event("page.viewed", OCCURRED_AT)])

    assert panel_props(refreshed(log_in_ada()), "data-state") == {
        "orders": "empty",
        "buyers": "empty",
        "text": "ready",
    }


def test_several_metrics_have_colors_in_their_order(log_in_ada, store, acme):
    shop_board(store, acme)
    send(store, acme, [event("order.paid", OCCURRED_AT, user="u")])
    response = refresh(log_in_ada(), dashboard="shop", panels=("both",), figures=("both",))
    series = panel_props(response, "figure")["both"]["layout"]["meta"]["series"]

    assert [plot["color"] for plot in series] == [PALETTE["blue"], PALETTE["teal"]]


def test_a_note_has_a_heading_for_screen_readers(log_in_ada, store, acme):
    shop_board(store, acme)
    tree = str(log_in_ada().get("/app/acme/shop/_dash-layout").json)

    assert "['h2', {'className': 'sr'}, ['Note']]" in tree
