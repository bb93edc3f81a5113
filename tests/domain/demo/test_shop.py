"""Sample events of an ordering product: numbers, times, and reproducibility."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashapp.domain.demo.days import product_events
from dashapp.domain.demo.shop import SHOP, shop_live_events
from dashapp.domain.events.event import make_event
from dashapp.domain.time.instant import from_us, to_text
from tests.effort import scaled

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)
DAY = timedelta(days=1)
STEPS = ("cart.created", "cart.checked_out", "order.paid", "delivery.finished")
SECONDS = st.integers(0, 24 * 3600).map(lambda seconds: NOON + timedelta(seconds=seconds))


@pytest.fixture(scope="module")
def month():
    """The events of 30 days before 20 November 2026."""
    return list(product_events(SHOP, "bistro", BERLIN, NOON, 30))


def properties(events, event_type):
    return [json.loads(event.properties) for event in events if event.type == event_type]


def users(events, event_type):
    return {event.user for event in events if event.type == event_type}


def local_time(event):
    return from_us(event.occurred_at).astimezone(BERLIN)


def test_the_first_cart_of_a_day_is_always_the_same():
    steps = [
        (event.id, event.type, local_time(event).isoformat(), event.user, event.channel, event.properties)
        for event in product_events(SHOP, "bistro", BERLIN, NOON, 1)
        if event.id.startswith("bistro-20261119-cart-0")
    ]  # fmt: skip

    assert steps == FIRST_CART


FIRST_CART = [
    (
        "bistro-20261119-cart-0",
        "cart.created",
        "2026-11-19T19:58:43+01:00",
        "guest-4864",
        "web",
        '{"country":"DE","dish":"Chana masala","items":4}',
    ),
    (
        "bistro-20261119-cart-0-checkout",
        "cart.checked_out",
        "2026-11-19T20:05:52+01:00",
        "guest-4864",
        "web",
        '{"country":"DE","dish":"Chana masala","items":4}',
    ),
    (
        "bistro-20261119-cart-0-order",
        "order.paid",
        "2026-11-19T20:06:16+01:00",
        "guest-4864",
        "web",
        '{"country":"DE","currency":"EUR","dish":"Chana masala","items":4,"status":"collected","total":35.7}',
    ),
    (
        "bistro-20261119-cart-0-delivery",
        "delivery.finished",
        "2026-11-19T20:36:44+01:00",
        "guest-4864",
        "web",
        '{"country":"DE","courier":"Counter","minutes_late":0,"wait":{"seconds":301}}',
    ),
]


def test_there_are_about_a_thousand_orders_a_month(month):
    counts = Counter(event.type for event in month)

    assert counts == {
        "cart.created": 1747,
        "cart.checked_out": 1150,
        "order.paid": 1031,
        "delivery.finished": 944,
        "promo.started": 2,
    }


def test_the_funnel_narrows_from_carts_to_deliveries(month):
    """As shares of the customers with a cart: 69 %, 59 %, and 56 %, within 3 points."""
    customers = [len(users(month, step)) for step in STEPS]

    shares = [round(count / customers[0], 2) for count in customers]
    assert shares == pytest.approx([1, 0.69, 0.59, 0.56], abs=0.03)


def test_an_order_has_a_total_in_cents_and_everything_that_boards_break_down_by(month):
    orders = properties(month, "order.paid")

    assert {frozenset(order) for order in orders} == {
        frozenset({"country", "currency", "dish", "items", "status", "total"})
    }
    assert {order["currency"] for order in orders} == {"EUR"}
    assert {order["country"] for order in orders} == {"DE", "AT", "NL", "CH", "FR", "BE"}
    assert len({order["dish"] for order in orders}) == 25
    assert all(round(order["total"], 2) == order["total"] for order in orders)


def test_an_average_order_costs_about_18_euros(month):
    totals = [order["total"] for order in properties(month, "order.paid")]

    assert round(sum(totals) / len(totals), 1) == 18.5


def test_a_refund_takes_back_the_total_of_an_earlier_order(month):
    orders = {event.id: event for event in month if event.type == "order.paid"}
    refunds = [event for event in orders.values() if event.id.endswith("-refund")]

    assert len(refunds) == 48
    for refund in refunds:
        taken = json.loads(refund.properties)
        order = orders.get(refund.id.replace("-refund", "-order"))
        assert taken["status"] == "refunded"
        if order is not None:  # otherwise it was paid before the first day
            paid = json.loads(order.properties)
            assert taken["total"] == -paid["total"] < 0
            assert refund.occurred_at > order.occurred_at


def test_about_one_delivery_in_24_is_late(month):
    deliveries = properties(month, "delivery.finished")
    late = [delivery for delivery in deliveries if delivery["minutes_late"] >= 10]

    assert 0.03 <= len(late) / len(deliveries) <= 0.055
    assert {frozenset(delivery) for delivery in deliveries} == {
        frozenset({"country", "courier", "minutes_late", "wait"})
    }


def test_orders_peak_at_lunch_and_dinner_and_on_weekends(month):
    carts = [local_time(event) for event in month if event.type == "cart.created"]
    hours = Counter(moment.hour for moment in carts)
    weekdays = Counter(moment.weekday() for moment in carts)

    assert hours.most_common(1)[0][0] == 19
    assert hours[12] > 2 * hours[15]
    assert sum(hours[hour] for hour in range(1, 8)) == 0
    assert weekdays[5] > 1.5 * weekdays[1]


def test_orders_grow():
    def orders(now):
        events = product_events(SHOP, "bistro", BERLIN, now, 28)
        return sum(event.type == "order.paid" for event in events)

    assert orders(NOON) > 1.05 * orders(NOON - 168 * DAY)


def test_a_promotion_starts_every_two_weeks(month):
    starts = [event for event in month if event.type == "promo.started"]

    assert [local_time(event).date().isoformat() for event in starts] == [
        "2026-10-25",
        "2026-11-08",
    ]


def test_the_same_days_have_the_same_events():
    longer = list(product_events(SHOP, "bistro", BERLIN, NOON, 5))
    shorter = list(product_events(SHOP, "bistro", BERLIN, NOON, 2))

    assert set(shorter) <= set(longer)
    assert len({event.id for event in longer}) == len(longer)
    assert max(from_us(event.occurred_at) for event in longer) < NOON


def test_every_event_could_have_been_sent(month):
    for event in month:
        sent = {**event._asdict(), "occurred_at": to_text(from_us(event.occurred_at))}
        sent["properties"] = json.loads(event.properties)
        assert make_event(sent, received_at=NOON) == event


def test_live_orders_arrive_day_and_night():
    events = list(shop_live_events("bistro", NOON, NOON + DAY))
    carts_by_hour = Counter(
        from_us(event.occurred_at).hour for event in events if event.type == "cart.created"
    )

    assert min(carts_by_hour[hour] for hour in range(24)) >= 5
    assert max(carts_by_hour.values()) <= 30
    assert {event.type for event in events} == set(STEPS)


@settings(max_examples=scaled(15))
@given(st.lists(SECONDS, min_size=2, max_size=6).map(sorted))
def test_each_live_event_arrives_once_however_time_is_divided(moments):
    whole = list(shop_live_events("bistro", moments[0], moments[-1]))
    pieces = [
        event
        for after, until in zip(moments, moments[1:], strict=False)
        for event in shop_live_events("bistro", after, until)
    ]

    assert sorted(pieces) == sorted(whole)
    assert all(moments[0] < from_us(event.occurred_at) <= moments[-1] for event in whole)


def test_live_ids_differ_from_those_of_past_days():
    live = {event.id for event in shop_live_events("x" * 63, NOON, NOON + DAY)}
    past = {event.id for event in product_events(SHOP, "x" * 63, BERLIN, NOON + DAY, 2)}

    assert not live & past
    assert max(map(len, live | past)) <= 64
