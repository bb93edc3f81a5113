"""Queries in one call: their numbers, and the mistakes that they refuse."""

from decimal import Decimal

import pytest

from dashapp.queries.ask import count_of, quantile_of, ratio_of, sum_of, top_of, users_of
from tests.factories import event, send, time_range

AT = "2026-11-20T09:00:00Z"
TOTAL = "properties.total"
BERLIN = {"properties.city": "Berlin"}


@pytest.fixture
def orders(store, acme):
    """Three paid orders and a cart; one user pays twice."""
    for user, total, city in (("ada", 0.1, "Berlin"), ("ada", 0.2, "Berlin"), ("bea", 9, "Bonn")):
        properties = {"total": total, "city": city}
        send(store, acme, [event("order.paid", AT, user=user, properties=properties)])
    send(store, acme, [event("cart.created", AT, user="cem")])


@pytest.mark.parametrize(
    ("query", "value"),
    [
        (count_of("order.paid"), 3),
        (count_of(), 4),
        (count_of("order.*", where=BERLIN), 2),
        (count_of("order.paid", where={TOTAL: {"min": 0.2}}), 2),
        (count_of("order.paid", where={TOTAL: {"min": 0.2, "max": 9}}), 1),
        (users_of("order.paid"), 2),
        (sum_of(TOTAL, "order.paid", where=BERLIN), Decimal("0.3")),
        (ratio_of(count_of("order.paid"), count_of()), 0.75),
        (ratio_of(sum_of(TOTAL, "order.paid", where=BERLIN), count_of("cart.created")), 0.3),
        (quantile_of(99, TOTAL, "order.paid"), Decimal("8.969369")),
    ],
)
def test_a_query_returns_one_number(store, acme, orders, query, value):
    with store.read(acme) as session:
        (row,) = query(session, acme, time_range("7d"))

    assert row.value == value


def test_a_top_list_has_shares_and_a_limit(store, acme, orders):
    send(store, acme, [event("order.paid", AT, properties={"city": "Kiel"})])
    query = top_of("properties.city", "order.paid")
    with store.read(acme) as session:
        rows = query(session, acme, time_range("7d"))
        (first, rest) = query.with_limit(1)(session, acme, time_range("7d"))

    assert [tuple(row[:3]) for row in rows] == [
        ("Berlin", 2, 0.5), ("Bonn", 1, 0.25), ("Kiel", 1, 0.25),
    ]  # fmt: skip
    assert (first.label, rest.is_other, rest.value) == ("Berlin", True, 2)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: sum_of("order.paid", TOTAL), "Not a property: 'order.paid'"),
        (lambda: sum_of("total", "order.paid"), "Not a property: 'total'"),
        (lambda: count_of("Order Paid"), "Not an event type: 'Order Paid'"),
        (lambda: count_of(TOTAL), "Not an event type: 'properties.total'"),
        (lambda: count_of(where={"city": "Berlin"}), "Not a field: 'city'"),
        (lambda: top_of("city", "order.paid"), "Not a field: 'city'"),
        (lambda: quantile_of(94, TOTAL), "There is no percentile 94"),
        (lambda: ratio_of(count_of(), top_of("channel")), "A ratio divides what"),
        (lambda: ratio_of(quantile_of(50, TOTAL), count_of()), "A ratio divides what"),
        (lambda: ratio_of(ratio_of(count_of(), count_of()), count_of()), "A ratio divides what"),
    ],
)
def test_a_mistake_is_refused_when_the_widget_is_defined(make, message):
    with pytest.raises(ValueError, match=message):
        make()
