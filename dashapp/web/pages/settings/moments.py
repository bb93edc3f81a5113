"""Times as settings pages show them: in the org's zone and the reader's language."""

from datetime import datetime, timedelta

from babel.dates import format_timedelta

from dashapp.domain.access.scope import current_scope
from dashapp.domain.language import current_language, say, say_date
from dashapp.domain.time.instant import from_us
from dashapp.domain.time.zones import zone_named
from dashapp.web.services import services

_RECENT = timedelta(minutes=1)
_DAYS_AGO = timedelta(days=7)


def ago(at: int) -> str:
    """Return `Just now`, `2 hours ago`, or the date after a week; `at` in microseconds."""
    moment = from_us(at)
    age = services().clock() - moment
    if age < _RECENT:
        return say("Just now")
    if age < _DAYS_AGO:
        locale = current_language().locale
        return format_timedelta(-age, add_direction=True, locale=locale)
    return day(at)


def day(at: int) -> str:
    """Return the date in the org's zone: `13 November 2026`."""
    return say_date(local(at))


def local(at: int) -> datetime:
    return from_us(at).astimezone(zone_named(current_scope().org.timezone))


def second(at: int) -> str:
    """Return the date and the time of day in the org's zone."""
    moment = local(at)
    return f"{say_date(moment)}, {moment:%H:%M:%S}"
