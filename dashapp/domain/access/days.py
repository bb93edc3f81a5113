"""Days of an org as instants."""

import re
from datetime import date, timedelta

from dashapp.domain.access.scope import Org
from dashapp.domain.errors import BadInput, excerpt
from dashapp.domain.language import _
from dashapp.domain.time.instant import to_us
from dashapp.domain.time.zones import day_start, zone_named

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def is_day(text: str) -> bool:
    """Whether a text is written like a day: 2026-11-20."""
    return _DAY.fullmatch(text) is not None


def day_start_of(text: str, org: Org) -> int:
    """Return the first microsecond of a day in the org's time zone. Raises BadInput."""
    return _start_of(text, org, days=0)


def day_end_of(text: str, org: Org) -> int:
    """Return the first microsecond after a day in the org's time zone. Raises BadInput."""
    return _start_of(text, org, days=1)


def _start_of(text: str, org: Org, days: int) -> int:
    """Return the start of the day that is `days` after a day."""
    try:
        day = date.fromisoformat(text) if is_day(text) else None
        if day is not None:
            return to_us(day_start(day + timedelta(days), zone_named(org.timezone)))
    except (ValueError, OverflowError):
        pass
    raise BadInput(
        _("“%(date)s” is not a valid date. Use a date such as 2026-11-20."), date=excerpt(text)
    )
