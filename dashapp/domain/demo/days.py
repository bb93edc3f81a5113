"""Sample events day by day, for the products in this folder other than validations.

Each product is a function from an org, a zone, and a local day to what began on that day. Its
events are a pure function of these, and so are their ids: the same days always give the same
events.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dashapp.domain.demo.draws import Draws
from dashapp.domain.demo.samples import id_prefix
from dashapp.domain.events.event import Event
from dashapp.domain.time.instant import to_us
from dashapp.domain.time.zones import day_start

DayEvents = Callable[[str, ZoneInfo, date], Iterator[Event]]


class Product(NamedTuple):
    """A product whose users send events: what begins on a day, and how many days it can take."""

    day_events: DayEvents
    longest: int = 1


def product_events(
    product: Product, org: str, zone: ZoneInfo, now: datetime, days: int
) -> Iterator[Event]:
    """Yield the events of the last `days` whole local days and of today before `now`.

    They are roughly in order.
    """
    today = now.astimezone(zone).date()
    low, high = to_us(day_start(today - timedelta(days=days), zone)), to_us(now)
    for days_ago in range(days + product.longest, -1, -1):
        for event in product.day_events(org, zone, today - timedelta(days=days_ago)):
            if low <= event.occurred_at < high:
                yield event


def sample_id(org: str, day: date, rest: str) -> str:
    """Return an id that no other day and no other kind of sample event has."""
    return f"{id_prefix(org)}-{day:%Y%m%d}-{rest}"


def moment_on(zone: ZoneInfo, day: date, hour: int, draws: Draws) -> datetime:
    """Return a moment within a local hour, in UTC."""
    second = draws.whole(0, 3_599)
    local = datetime.combine(day, time(hour, second // 60, second % 60), zone)
    return local.astimezone(UTC)


def about(count: float, draws: Draws) -> int:
    """Return a number within 12 % of `count`."""
    return round(count * draws.between(0.88, 1.12))
