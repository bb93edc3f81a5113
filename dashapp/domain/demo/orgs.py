"""The sample orgs of `dashapp demo`: their products, past events, and live events."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dashapp.domain.demo.days import product_events
from dashapp.domain.demo.history import Plan, demo_events
from dashapp.domain.demo.live import live_events
from dashapp.domain.demo.shop import SHOP, shop_live_events
from dashapp.domain.events.event import Event

DAYS = 190  # of past events
PastEvents = Callable[[str, ZoneInfo, datetime, int], Iterator[Event]]
LiveEvents = Callable[[str, datetime, datetime], Iterator[Event]]


class SampleOrg(NamedTuple):
    """A sample org, and its events: those of the last days up to now, and those between two times.

    `boards` are the dashboards that it starts with.
    """

    name: str
    timezone: str
    past_events: PastEvents
    live_events: LiveEvents
    boards: tuple[str, ...]
    currency: str | None = None


def validations(runs_per_day: int, logins_per_day: int) -> PastEvents:
    """Return the past events of a validation product."""

    def past_events(org: str, zone: ZoneInfo, now: datetime, days: int) -> Iterator[Event]:
        plan = Plan(days, runs_per_day, logins_per_day, is_varied=True)
        return demo_events(org, zone, now, plan)

    return past_events


def orders(org: str, zone: ZoneInfo, now: datetime, days: int) -> Iterator[Event]:
    """Yield the past events of an ordering product."""
    return product_events(SHOP, org, zone, now, days)


_VALIDATION_BOARDS = ("operations", "conversations")
SAMPLE_ORGS: Mapping[str, SampleOrg] = {
    "acme": SampleOrg(
        "Acme", "Europe/Berlin", validations(24, 12), live_events, _VALIDATION_BOARDS
    ),
    "rival": SampleOrg(
        "Rival", "America/New_York", validations(9, 5), live_events, _VALIDATION_BOARDS
    ),
    "bistro": SampleOrg("Bistro", "Europe/Berlin", orders, shop_live_events, ("shop",), "EUR"),
}
