"""Sample events of an ordering product: carts, orders, deliveries, and promotions.

There are about 1,000 orders a month, most of them at dinner and on weekends, and a few more each
month. Of 100 carts, 69 are checked out, 59 are paid, and 56 are delivered.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from dashapp.domain.demo.days import Product, about, moment_on, sample_id
from dashapp.domain.demo.draws import Draws, Weighted
from dashapp.domain.demo.samples import id_prefix, sample_event
from dashapp.domain.events.event import Event
from dashapp.domain.time.instant import EPOCH, to_us

_DISHES = {  # price in cents, and how often it is ordered
    "Margherita": (890, 95),
    "Chicken pad thai": (1290, 62),
    "Falafel bowl": (1090, 60),
    "Beef burger, fries": (1390, 44),
    "Salmon poke": (1450, 34),
    "Miso ramen": (1350, 33),
    "Pumpkin gnocchi": (1190, 30),
    "Quattro formaggi": (1150, 28),
    "Chana masala": (1050, 26),
    "Tiramisu": (620, 34),
    "Caesar salad": (990, 22),
    "Lentil soup": (720, 22),
    "Butter chicken": (1340, 21),
    "Veggie burger": (1240, 20),
    "Bibimbap": (1320, 18),
    "Spinach lasagne": (1210, 17),
    "Prawn curry": (1490, 15),
    "Shakshuka": (980, 14),
    "Mushroom risotto": (1280, 13),
    "Fish and chips": (1360, 12),
    "Halloumi wrap": (940, 12),
    "Summer rolls": (790, 11),
    "Lamb kebab": (1420, 10),
    "Cheesecake": (590, 10),
    "Duck noodles": (1470, 7),
}
_DISH = Weighted({dish: weight for dish, (_price, weight) in _DISHES.items()})
_COUNTRY = Weighted({"DE": 54, "AT": 19, "NL": 12, "CH": 8, "FR": 4, "BE": 3})
_ITEMS = Weighted({1: 50, 2: 27, 3: 14, 4: 6, 5: 3})
_CHANNEL = Weighted({"web": 62, "ios": 22, "android": 16})
_HOUR = Weighted(
    {0: 7, 8: 3, 9: 8, 10: 16, 11: 56, 12: 109, 13: 91, 14: 42, 15: 24, 16: 40,
     17: 102, 18: 150, 19: 185, 20: 137, 21: 73, 22: 37, 23: 16}
)  # fmt: skip
_WEEKDAYS = (0.72, 0.74, 0.74, 0.88, 1.26, 1.56, 1.1)  # from Monday, relative to the mean
_CARTS_PER_DAY = 58  # in the month of _REFERENCE
_REFERENCE, _GROWTH = date(2026, 11, 1), 1.3  # a year
_MAX_GROWTH = 3.0
_CHECKED_OUT, _PAID, _DELIVERED = 0.66, 0.84, 0.956  # each of the step before
_COLLECTED, _REFUNDED = 0.34, 0.04
_GUESTS = 6_000
_COURIERS = 34
_EXTRA, _FEE = (490, 1_190), 240  # cents: another item, the delivery
_PROMOS = ("Two for one", "Free delivery", "Pasta week", "Late lunch")
_PROMO_DAYS, _PROMO_EFFECT = 14, 1.25
_LIVE_EVERY = 4  # minutes, on average
_MINUTE = timedelta(minutes=1)


class _Pace(NamedTuple):
    """How long the steps of an order take."""

    to_checkout: tuple[float, float]  # seconds, from and to
    to_payment: tuple[float, float]
    to_door: tuple[float, float]
    to_refund: tuple[float, float]


_REAL = _Pace((90, 600), (20, 120), (1_200, 3_000), (3_600, 14_400))
_LIVE = _Pace((20, 50), (5, 20), (60, 180), (200, 240))  # so that a demo shows all steps
_MAX_LIVE = timedelta(minutes=10)  # all steps end within this time


def shop_day(org: str, zone: ZoneInfo, day: date) -> Iterator[Event]:
    """Yield a promotion, if one starts on this day, and what follows from each cart of the day."""
    yield from _promo(org, zone, day)
    for index in range(_cart_count(org, day)):
        cart_id = sample_id(org, day, f"cart-{index}")
        draws = Draws(cart_id)
        at = moment_on(zone, day, _HOUR.drawn(draws), draws)
        yield from _cart(cart_id, at, draws, _REAL)


def shop_live_events(org: str, after: datetime, until: datetime) -> Iterator[Event]:
    """Yield the events of `after < t <= until` that arrive while a demo runs, day and night."""
    low, high = to_us(after), to_us(until)
    first, last = (after - _MAX_LIVE - EPOCH) // _MINUTE, (until - EPOCH) // _MINUTE
    for minute in range(first, last + 1):
        cart_id = f"{id_prefix(org)}-live-cart-{minute}"
        draws = Draws(cart_id)
        if not draws.happens(1 / _LIVE_EVERY):
            continue
        at = EPOCH + minute * _MINUTE + timedelta(seconds=draws.whole(0, 59))
        for event in _cart(cart_id, at, draws, _LIVE):
            if low < event.occurred_at <= high:
                yield event


def _cart_count(org: str, day: date) -> int:
    growth = min(_MAX_GROWTH, _GROWTH ** ((day - _REFERENCE).days / 365))
    promo = _PROMO_EFFECT if _has_promo(day) else 1
    per_day = _CARTS_PER_DAY * growth * _WEEKDAYS[day.weekday()] * promo
    return about(per_day, Draws(f"{org} {day} carts"))


def _has_promo(day: date) -> bool:
    return day.toordinal() % _PROMO_DAYS == 0


def _promo(org: str, zone: ZoneInfo, day: date) -> Iterator[Event]:
    if _has_promo(day):
        draws = Draws(f"{org} {day} promo")
        properties = {"promo": draws.pick(_PROMOS), "percent": draws.pick((10, 15, 20))}
        at = moment_on(zone, day, 10, draws)
        yield sample_event(
            sample_id(org, day, "promo"), "promo.started", at, ("marketing", "web"), properties
        )


def _cart(cart_id: str, at: datetime, draws: Draws, pace: _Pace) -> Iterator[Event]:
    """Yield a cart, and unless it is abandoned its checkout, payment, delivery, and refund."""
    source = (f"guest-{int(_GUESTS * draws.share()) + 1:04d}", _CHANNEL.drawn(draws))
    country, dish, items = _COUNTRY.drawn(draws), _DISH.drawn(draws), _ITEMS.drawn(draws)
    properties = {"country": country, "dish": dish, "items": items}
    yield sample_event(cart_id, "cart.created", at, source, properties)
    if not draws.happens(_CHECKED_OUT):
        return
    at += _after(draws, pace.to_checkout)
    yield sample_event(f"{cart_id}-checkout", "cart.checked_out", at, source, properties)
    if not draws.happens(_PAID):
        return
    at += _after(draws, pace.to_payment)
    is_collected = draws.happens(_COLLECTED)
    order: dict[str, Any] = {
        **properties,
        "currency": "EUR",
        "status": "collected" if is_collected else "paid",
        "total": _total(dish, items, draws, is_collected=is_collected),
    }
    yield sample_event(f"{cart_id}-order", "order.paid", at, source, order)
    yield from _after_payment(cart_id, at, source, order, pace)


def _after_payment(
    cart_id: str, at: datetime, source: tuple[str, str], order: dict[str, Any], pace: _Pace
) -> Iterator[Event]:
    """Yield the delivery and the refund of an order. A refund is an order with a negative total."""
    draws = Draws(f"{cart_id} paid")
    if draws.happens(_DELIVERED):
        delivered_at = at + _after(draws, pace.to_door)
        courier = f"Courier {draws.whole(1, _COURIERS)}"
        minutes_late = _minutes_late(delivered_at, draws)
        is_collected = order["status"] == "collected"
        delivery = {
            "country": order["country"],
            "courier": "Counter" if is_collected else courier,
            "minutes_late": 0 if is_collected else minutes_late,
            "wait": {"seconds": draws.whole(240, 1_100)},
        }
        yield sample_event(
            f"{cart_id}-delivery", "delivery.finished", delivered_at, source, delivery
        )
    if draws.happens(_REFUNDED):
        refund = {**order, "status": "refunded", "total": -order["total"]}
        at += _after(draws, pace.to_refund)
        yield sample_event(f"{cart_id}-refund", "order.paid", at, source, refund)


def _after(draws: Draws, seconds: tuple[float, float]) -> timedelta:
    return timedelta(seconds=round(draws.between(*seconds)))


def _total(dish: str, items: int, draws: Draws, *, is_collected: bool) -> float:
    """Return the price of the dish and of the other items, with the delivery fee."""
    extras = (items - 1) * round(draws.between(*_EXTRA), -1)
    return (_DISHES[dish][0] + extras + (0 if is_collected else _FEE)) / 100


def _minutes_late(at: datetime, draws: Draws) -> int:
    """Return 10 or more for about one delivery in 24; for more of them in every other month."""
    if draws.happens(0.03 if at.month % 2 else 0.045):
        return 10 + int(38 * draws.share() ** 2)
    return max(0, int(13 * draws.share()) - 3)


SHOP = Product(shop_day)
