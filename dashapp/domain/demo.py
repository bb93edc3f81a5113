"""Sample events that look like a validation product's: a pure function of org, day and index.

Ids come from org, day and index: making the same days again makes the same events.
"""

import json
import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dashapp.domain.events import Event
from dashapp.domain.instant import to_us
from dashapp.domain.zones import day_start

_FIRST_RUN, _LAST_RUN = timedelta(hours=7), timedelta(hours=19)
_STARTED_AFTER, _ENDED_AFTER = timedelta(minutes=5), timedelta(minutes=15)
_EVERY_NTH_FAILS = 5
_USERS = 30
_SATURDAY = 5
_ORG_IN_ID = 24  # ids are unique per org anyway, and have 64 characters
_CODES = ("missing-field", "bad-reference", "unit-mismatch", "outdated-schema")
_WISHES = (
    ("running shoes", "Ridge 2 trail shoe"),
    ("rain jacket", "Drift shell jacket"),
    ("trail shoes women", "Ridge 2 trail shoe, women"),
    ("hiking backpack 30l", "Summit daypack 28"),
    ("merino base layer", "Merino crew 150"),
    ("gore-tex", "Drift shell jacket"),
    ("water bottle insulated", "Insulated bottle 0.75 l"),
    ("headlamp", "Lumen 400 headlamp"),
    ("kids sandals", "Kids sandal, strap"),
    ("gift card", "Gift card"),
    ("trekking poles", "Alpine trekking poles"),
    ("down vest", "Packable down vest"),
    ("camp mug", "Camp mug, enamel"),
    ("wool socks", "Trail sock, 3-pack"),
    ("tent 2 persons", "Dome tent 2"),
    ("sleeping mat", "Air mat, light"),
)
_SEVERITIES = ("WARNING", "INFO", "INFO", "WARNING", "ERROR", "INFO")  # by turns


class Plan(NamedTuple):
    """How much happens a day."""

    days: int = 7
    runs_per_day: int = 4
    logins_per_day: int = 2
    has_failures: bool = True
    is_varied: bool = False  # fewer at weekends, a little different each day: for the demo

    def on_day(self, per_day: int, day: date) -> int:
        """How many of something happen on a day."""
        if not self.is_varied:
            return per_day
        share = 0.35 if day.weekday() >= _SATURDAY else 0.8
        return max(1, round(per_day * (share + 0.4 * _noise(f"{day}") / 100)))


def demo_events(org: str, zone: ZoneInfo, now: datetime, plan: Plan) -> Iterator[Event]:
    """Events of the whole local days before today, oldest day first.

    A varied plan goes on today, up to now. There is never an event in the future.
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
    """A workflow is changed every ninth day, and a new one is begun now and then."""
    number = day.toordinal()
    if number % 9 in {4, 8} and day.weekday() < _SATURDAY:
        kind = "workflow.created" if number % 27 == 4 else "workflow.updated"  # noqa: PLR2004
        at = _moment(zone, day, number % 7, 9)
        change = f"{org[:_ORG_IN_ID]}-{day:%Y%m%d}-workflow"
        yield _event(change, kind, at, (_user(day, 0), "web"), {"workflow": f"v{number % 40}"})


def _conversations(org: str, zone: ZoneInfo, day: date, plan: Plan) -> Iterator[Event]:
    """What people ask a shop's assistant for; every third time something goes into the cart."""
    count = plan.on_day(2 * plan.runs_per_day, day)
    for index in range(count):
        at = _moment(zone, day, index, count)
        talk = f"{org[:_ORG_IN_ID]}-{day:%Y%m%d}-talk-{index}"
        who = (_user(day, index), "web")
        term, product = _WISHES[_rank(f"{day} {index} wish")]
        spelled = term.title() if index % 5 == 0 else term
        yield _event(f"{talk}-term", "conversation.search_term", at, who, {"term": spelled})
        if index % 3 == 0:
            later = at + timedelta(minutes=4)
            cart = {"product": product}
            yield _event(f"{talk}-cart", "conversation.product_added_to_cart", later, who, cart)


def _rank(text: str) -> int:
    """A place in the list of wishes: the first ones are drawn much more often."""
    return min(int(_noise(text) * _noise(f"{text}!") / 9_801 * len(_WISHES)), len(_WISHES) - 1)


def _runs(org: str, zone: ZoneInfo, day: date, plan: Plan) -> Iterator[Event]:
    count = plan.on_day(plan.runs_per_day, day)
    for index in range(count):
        created = _moment(zone, day, index, count)
        number = day.toordinal() * plan.runs_per_day + index
        fails = plan.has_failures and number % _EVERY_NTH_FAILS == 0
        end = "failed" if fails else "succeeded"
        run = f"{org[:_ORG_IN_ID]}-{day:%Y%m%d}-run-{index}"
        channel = "api" if number % 2 == 0 else "web"
        who = (_user(day, index), channel)
        steps = (("created", timedelta()), ("started", _STARTED_AFTER), (end, _ENDED_AFTER))
        for step, after in steps:
            yield _event(
                f"{run}-{step}", f"validation_run.{step}", created + after, who,
                {"run_id": run},
            )  # fmt: skip
        yield from _findings(run, created + _ENDED_AFTER, who, index, fails=fails)


def _findings(
    run: str, at: datetime, who: tuple[str, str], index: int, *, fails: bool
) -> Iterator[Event]:
    """Three severities by turns, an ERROR first where a run fails and once a day in any case."""
    for number in range(1 + index % 3 + (2 if fails else 0)):
        is_error = number == 0 and (fails or index == 0)
        severity = "ERROR" if is_error else _SEVERITIES[(index + number) % len(_SEVERITIES)]
        properties = {
            "run_id": run,
            "severity": severity,
            "code": _CODES[(index + number) % len(_CODES)],
        }
        yield _event(f"{run}-finding-{number}", "finding.recorded", at, who, properties)


def _logins(org: str, zone: ZoneInfo, day: date, plan: Plan) -> Iterator[Event]:
    count = plan.on_day(plan.logins_per_day, day)
    for index in range(count):
        at = _moment(zone, day, index, count) - timedelta(minutes=10)
        login = f"{org[:_ORG_IN_ID]}-{day:%Y%m%d}-login-{index}"
        yield _event(login, "user.logged_in", at, (_user(day, index), "web"), {})


def _moment(zone: ZoneInfo, day: date, index: int, count: int) -> datetime:
    """Spread over the working day, a little different each day."""
    share = (index + 0.5) / count
    shift = timedelta(minutes=(day.toordinal() * 7 + index * 13) % 23)
    moment = day_start(day, zone) + _FIRST_RUN + (_LAST_RUN - _FIRST_RUN) * share + shift
    return moment.astimezone(UTC).replace(microsecond=0)


def _user(day: date, index: int) -> str:
    return f"user-{_noise(f'{day} {index}') % _USERS + 1:02d}"


def _noise(text: str) -> int:
    """A number from 0 to 99 that always is the same for a text."""
    return zlib.crc32(text.encode()) % 100


def _event(
    event_id: str, kind: str, at: datetime, who: tuple[str, str], properties: dict[str, str]
) -> Event:
    return Event(
        id=event_id,
        type=kind,
        occurred_at=to_us(at),
        user=who[0],
        channel=who[1],
        project="default",
        properties=json.dumps(properties, separators=(",", ":"), sort_keys=True),
    )
