"""Sample events of a validation product for past days.

Events are a pure function of org, day and index, and so are their ids: generating the same days
again produces the same events.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dashapp.domain.demo.samples import (
    Run,
    conversation_events,
    id_prefix,
    noise,
    run_events,
    sample_event,
    sample_user,
)
from dashapp.domain.events.event import Event
from dashapp.domain.time.instant import to_us
from dashapp.domain.time.zones import day_start

_FIRST_RUN, _LAST_RUN = timedelta(hours=7), timedelta(hours=19)
_RUNS_PER_FAILURE = 5
_SATURDAY = 5


class Plan(NamedTuple):
    """How many sample events each day gets."""

    days: int = 7
    runs_per_day: int = 4
    logins_per_day: int = 2
    has_failures: bool = True
    is_varied: bool = False  # fewer on weekends, slightly different each day: for the demo

    def count_on_day(self, per_day: int, day: date) -> int:
        """Return how many of `per_day` things happen on this day."""
        if not self.is_varied:
            return per_day
        share = 0.35 if day.weekday() >= _SATURDAY else 0.8
        return max(1, round(per_day * (share + 0.4 * noise(f"{day}") / 100)))


def demo_events(org: str, zone: ZoneInfo, now: datetime, plan: Plan) -> Iterator[Event]:
    """Yield events of the whole local days before today, oldest day first.

    A varied plan continues today up to `now`. No event is in the future.
    """
    today = now.astimezone(zone).date()
    for days_ago in range(plan.days, 0, -1):
        yield from _day(org, zone, today - timedelta(days=days_ago), plan)
    if plan.is_varied:
        limit = to_us(now)
        yield from (e for e in _day(org, zone, today, plan) if e.occurred_at < limit)


def _day(org: str, zone: ZoneInfo, day: date, plan: Plan) -> Iterator[Event]:
    yield from _runs(org, zone, day, plan)
    yield from _logins(org, zone, day, plan)
    if plan.is_varied:
        yield from _changes(org, zone, day)
        yield from _conversations(org, zone, day, plan)


def _changes(org: str, zone: ZoneInfo, day: date) -> Iterator[Event]:
    """Yield changes of workflows: on two of nine days, sometimes a new workflow."""
    number = day.toordinal()
    if number % 9 in {4, 8} and day.weekday() < _SATURDAY:
        kind = "workflow.created" if number % 27 == 4 else "workflow.updated"  # noqa: PLR2004
        at = _moment(zone, day, number % 7, 9)
        event_id = f"{id_prefix(org)}-{day:%Y%m%d}-workflow"
        yield sample_event(
            event_id, kind, at, (_user(day, 0), "web"), {"workflow": f"v{number % 40}"}
        )


def _conversations(org: str, zone: ZoneInfo, day: date, plan: Plan) -> Iterator[Event]:
    """Yield searches in a shop's assistant; every third one ends with a product in the cart."""
    count = plan.count_on_day(2 * plan.runs_per_day, day)
    for index in range(count):
        at = _moment(zone, day, index, count)
        conversation_id = f"{id_prefix(org)}-{day:%Y%m%d}-talk-{index}"
        yield from conversation_events(
            conversation_id, at, _user(day, index), f"{day} {index} wish", index
        )


def _runs(org: str, zone: ZoneInfo, day: date, plan: Plan) -> Iterator[Event]:
    count = plan.count_on_day(plan.runs_per_day, day)
    for index in range(count):
        number = day.toordinal() * plan.runs_per_day + index
        channel = "api" if number % 2 == 0 else "web"
        yield from run_events(
            Run(
                f"{id_prefix(org)}-{day:%Y%m%d}-run-{index}",
                _moment(zone, day, index, count),
                (_user(day, index), channel),
                index,
                plan.has_failures and number % _RUNS_PER_FAILURE == 0,
            )
        )


def _logins(org: str, zone: ZoneInfo, day: date, plan: Plan) -> Iterator[Event]:
    count = plan.count_on_day(plan.logins_per_day, day)
    for index in range(count):
        at = _moment(zone, day, index, count) - timedelta(minutes=10)
        event_id = f"{id_prefix(org)}-{day:%Y%m%d}-login-{index}"
        yield sample_event(event_id, "user.logged_in", at, (_user(day, index), "web"), {})


def _moment(zone: ZoneInfo, day: date, index: int, count: int) -> datetime:
    """Return a moment of the working day; `count` moments are spread over it."""
    share = (index + 0.5) / count
    shift = timedelta(minutes=(day.toordinal() * 7 + index * 13) % 23)
    moment = day_start(day, zone) + _FIRST_RUN + (_LAST_RUN - _FIRST_RUN) * share + shift
    return moment.astimezone(UTC).replace(microsecond=0)


def _user(day: date, index: int) -> str:
    return sample_user(f"{day} {index}")
