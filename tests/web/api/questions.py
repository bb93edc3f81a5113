"""A shop board, its events, and questions about them."""

from dashapp.dashboards.provision import provision
from dashapp.dashboards.templates import template_named
from dashapp.store.boards.loading import definitions_of
from tests.boards import apply
from tests.factories import event, send

URL = "/api/v1/query"
SHOP = """version = 1

[fields]
"properties.status" = { values = ["paid", "refunded"] }
"properties.dish" = { text = "folded" }

[metrics]
revenue = { title = "Revenue", events = ["order.paid"], measure = "sum", of = "properties.total", unit = "currency" }
orders = { title = "Orders", events = ["order.paid"], was = ["sales"] }
customers = { events = ["order.paid"], measure = "users" }
basket = { title = "Basket", ratio = ["revenue", "customers"] }
to_door = { steps = ["cart.created", "order.paid"], within = "1d" }
late = { events = ["delivery.finished"], where = { "properties.minutes" = { min = 10 } } }
visits = { events = ["page.viewed"] }
refunds = { events = ["order.refunded"] }

[boards.shop]
title = "Shop"
opens_with = "30d"
panels = [
  { metric = "revenue", show = "number" },
  { metric = "revenue", show = "bars", by = "properties.status" },
  { metric = "orders", show = "list", by = "properties.dish", top = 2 },
  { metric = "orders", show = "line", by = "type" },
  { metric = "to_door", show = "funnel" },
  { metric = "basket", show = "number" },
  { metric = "late", show = "events", columns = ["occurred_at", "properties.shop.id", "properties.minutes"], top = 3 },
  { metric = "visits", show = "number", where = { channel = ["web"] } },
]

[boards.back-office]
title = "Back office"
panels = [{ metric = "refunds", show = "list", by = "channel" }]

[texts.es]
"Revenue" = "Ingresos"
"""
# Total, status, dish, channel and user of each order.
ORDERS = (
    (10.1, "paid", "Rice", "web", "u1"),
    (0.2, "paid", " rice", "api", "u1"),
    (5, "refunded", "Beans", "web", "u2"),
    (4.7, "lost", "Soup", "web", "u3"),
    (None, "paid", None, "kiosk", ""),
)


def shop_events():
    orders = [
        event("order.paid", f"2026-11-20T0{hour}:00:00Z", user=user, channel=channel,
              properties={"total": total, "status": status, "dish": dish})
        for hour, (total, status, dish, channel, user) in enumerate(ORDERS, 3)
    ]  # fmt: skip
    deliveries = [
        event("delivery.finished", f"2026-11-20T0{n}:30:00Z", user=f"u{n}",
              properties={"minutes": 8 + n, "shop": {"id": f"s{n}"}})
        for n in range(8)
    ]  # fmt: skip
    carts = [
        event("cart.created", "2026-11-20T02:00:00Z", user=user) for user in ("u1", "u2", "u9")
    ]
    views = [event("page.viewed", "2026-11-20T01:00:00Z", channel=channel) for channel in ("web", "api", "api")]  # fmt: skip
    return [*orders, *deliveries, *carts, *views, event("order.refunded", "2026-11-20T01:00:00Z")]


def open_shop(store, owner):
    """Apply the boards, give the org the shop, and send its events."""
    apply(store, SHOP)
    provision(store, owner, template_named(definitions_of(store), "shop"), now=1)
    send(store, owner, shop_events())
