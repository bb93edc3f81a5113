"""The comparisons that a viewer can choose for a range, each with its dates."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from dashapp.domain.language import _
from dashapp.domain.time.comparison import (
    CUSTOM,
    OFF,
    PREVIOUS,
    WEEKDAYS,
    YEAR,
    Range,
    comparison_for,
)
from dashapp.domain.time.instant import from_us, to_us
from dashapp.domain.time.time_range import TimeRange
from dashapp.domain.time.zones import day_at

_OFFERED = (PREVIOUS, WEEKDAYS, YEAR)
_ONE_DAY = timedelta(days=1)
_NOT_THAT_FAR = _("no data that far back")


class ComparisonOption(NamedTuple):
    """One comparison. `title` and `obstacle` are message keys, translated when shown.

    `obstacle` says why it cannot be chosen; empty if it can. Without bounds, the viewer chooses
    them, or nothing is compared. `has_other_weekdays` means that days are compared with days of
    another weekday.
    """

    word: str
    title: str
    bounds: tuple[datetime, datetime] | None
    is_chosen: bool
    obstacle: str = ""
    has_other_weekdays: bool = False


def comparison_options(
    time_range: TimeRange, comparable_from: int | None
) -> Sequence[ComparisonOption]:
    """Return all options in order.

    `comparable_from` is the first moment, in microseconds, at which a compared range can start;
    None for any moment.
    """
    custom_bounds = (time_range.previous_start, time_range.previous_end)
    is_custom = time_range.compared.word == CUSTOM
    has_earlier_day = first_days(time_range, comparable_from) is not None
    return (
        *(_moved(time_range, word, comparable_from) for word in _OFFERED),
        ComparisonOption(
            CUSTOM,
            _("Custom…"),
            custom_bounds if is_custom else None,
            is_custom,
            "" if has_earlier_day else _NOT_THAT_FAR,
        ),
        ComparisonOption(OFF, _("No comparison"), None, time_range.compared.word == OFF),
    )


def first_days(
    time_range: TimeRange, comparable_from: int | None
) -> tuple[date | None, date] | None:
    """Return the earliest and the latest first day of a custom comparison; None if there is none.

    The earliest day is None if any day is early enough.
    """
    zone = time_range.zone
    latest = day_at(time_range.start, zone) - _ONE_DAY
    if comparable_from is None:
        return None, latest
    if comparable_from > to_us(time_range.start):
        return None
    earliest = day_at(from_us(comparable_from), zone) + _ONE_DAY
    return (earliest, latest) if earliest <= latest else None


def _moved(time_range: TimeRange, word: str, comparable_from: int | None) -> ComparisonOption:
    shown = Range(time_range.preset, time_range.start, time_range.end, time_range.zone)
    is_chosen = time_range.compared.word == word
    try:
        comparison = comparison_for(shown, word)
    except OverflowError:
        return ComparisonOption(word, "", None, is_chosen, _NOT_THAT_FAR)
    is_possible = comparable_from is None or to_us(comparison.start) >= comparable_from
    obstacle = "" if is_possible else _NOT_THAT_FAR
    bounds = (comparison.start, comparison.end)
    weekdays = {day_at(one.start, shown.zone).weekday() for one in (shown, comparison)}
    has_other_weekdays = time_range.bucket == "1d" and len(weekdays) > 1
    return ComparisonOption(word, comparison.title, bounds, is_chosen, obstacle, has_other_weekdays)
