"""Sample events that come in while a demo is served: a few a minute, by day and by night.

A pure function of org and minute: making a minute again makes the same events. Their ids begin like
no other sample's.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

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
from dashapp.domain.time.instant import EPOCH, to_us

_MINUTE = timedelta(minutes=1)
_LONGEST = timedelta(minutes=5)  # after the beginning of its minute, whatever begins in it is over
_STARTED_AFTER, _ENDED_AFTER = timedelta(seconds=5), timedelta(seconds=50)
_MOST = 3  # things that begin in a minute
_RUNS, _SEARCHES, _LOGINS = 8, 40, 52  # of a hundred: up to here; the rest are page views
_FAILS = 15  # of a hundred


def live_events(org: str, after: datetime, until: datetime) -> Iterator[Event]:
    """What happens in `after < t <= until`, roughly in order."""
    low, high = to_us(after), to_us(until)
    first, last = (after - _LONGEST - EPOCH) // _MINUTE, (until - EPOCH) // _MINUTE
    for minute in range(first, last + 1):
        for number in range(1 + noise(f"{org} {minute}") % _MOST):
            for event in _happening(org, minute, number):
                if low < event.occurred_at <= high:
                    yield event


def _happening(org: str, minute: int, number: int) -> Iterator[Event]:
    name = f"{id_prefix(org)}-live-{minute}-{number}"
    at = EPOCH + minute * _MINUTE + timedelta(seconds=noise(f"{name} at") * 60 // 100)
    user, drawn = sample_user(name), noise(name)
    channel = "api" if drawn % 2 == 0 else "web"
    if drawn < _RUNS:
        fails = noise(f"{name} fails") < _FAILS
        steps = (_STARTED_AFTER, _ENDED_AFTER)
        yield from run_events(Run(name, at, (user, channel), 1 + drawn, fails, *steps))
    elif drawn < _SEARCHES:
        yield from conversation_events(name, at, user, name, drawn)
    elif drawn < _LOGINS:
        yield sample_event(f"{name}-login", "user.logged_in", at, (user, "web"), {})
    else:
        yield sample_event(f"{name}-view", "page.viewed", at, (user, channel), {})
