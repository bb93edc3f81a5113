"""Sample events that arrive while a demo runs: a few per minute, day and night.

Events are a pure function of org and minute: generating a minute again produces the same events.
Their ids never collide with those of other sample events.
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
# All activities of a minute end within this time after its start.
_MAX_DURATION = timedelta(minutes=5)
_STARTED_AFTER, _ENDED_AFTER = timedelta(seconds=5), timedelta(seconds=50)
_MAX_PER_MINUTE = 3  # activities that begin in one minute
# Cumulative percentages; the remaining activities are page views.
_RUNS, _SEARCHES, _LOGINS = 8, 40, 52
_FAILURES = 15  # percent of runs


def live_events(org: str, after: datetime, until: datetime) -> Iterator[Event]:
    """Yield the events of `after < t <= until`, roughly in order."""
    low, high = to_us(after), to_us(until)
    first, last = (after - _MAX_DURATION - EPOCH) // _MINUTE, (until - EPOCH) // _MINUTE
    for minute in range(first, last + 1):
        for index in range(1 + noise(f"{org} {minute}") % _MAX_PER_MINUTE):
            for event in _activity(org, minute, index):
                if low < event.occurred_at <= high:
                    yield event


def _activity(org: str, minute: int, index: int) -> Iterator[Event]:
    activity_id = f"{id_prefix(org)}-live-{minute}-{index}"
    at = EPOCH + minute * _MINUTE + timedelta(seconds=noise(f"{activity_id} at") * 60 // 100)
    user, percentile = sample_user(activity_id), noise(activity_id)
    channel = "api" if percentile % 2 == 0 else "web"
    if percentile < _RUNS:
        fails = noise(f"{activity_id} fails") < _FAILURES
        steps = (_STARTED_AFTER, _ENDED_AFTER)
        yield from run_events(Run(activity_id, at, (user, channel), 1 + percentile, fails, *steps))
    elif percentile < _SEARCHES:
        yield from conversation_events(activity_id, at, user, activity_id, percentile)
    elif percentile < _LOGINS:
        yield sample_event(f"{activity_id}-login", "user.logged_in", at, (user, "web"), {})
    else:
        yield sample_event(f"{activity_id}-view", "page.viewed", at, (user, channel), {})
