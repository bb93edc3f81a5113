"""The range that the numbers of another range are compared with."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dashapp.domain.errors import BadInput
from dashapp.domain.language import _
from dashapp.domain.time.instant import parse_query_param, to_text
from dashapp.domain.time.presets import Preset
from dashapp.domain.time.shifts import Shift, calendar_length, days_between, whole_weeks_back
from dashapp.domain.time.zones import is_day_start

PREVIOUS, WEEKDAYS, YEAR, OFF = COMPARISONS = ("previous", "weekdays", "year", "off")
CUSTOM = "custom"
_YEAR = Shift(months=12)
_TITLES = {
    PREVIOUS: _("previous period"),
    WEEKDAYS: _("same weekdays earlier"),
    YEAR: _("same period last year"),
    CUSTOM: _("selected range"),
    OFF: "",
}


class Comparison(NamedTuple):
    """The range that numbers are compared with, half-open, in UTC.

    `shift` is the distance from a moment in the shown range back to its counterpart. `title` is a
    message key, translated when shown.
    """

    word: str
    start: datetime
    end: datetime
    shift: Shift
    title: str


class Range(NamedTuple):
    """The shown range, as a comparison needs it. Custom ranges have no preset."""

    preset: Preset | None
    start: datetime
    end: datetime
    zone: ZoneInfo


def comparison_for(time_range: Range, word: str | None) -> Comparison:
    """Resolve `word`, one of COMPARISONS or `FROM/TO`, for a range. Raises BadInput."""
    if word in {None, "", PREVIOUS}:
        return previous_comparison(time_range)
    if word == WEEKDAYS:
        shift = whole_weeks_back(time_range.start, time_range.end, time_range.zone)
        return _moved(time_range, WEEKDAYS, shift)
    if word == YEAR:
        return _moved(time_range, YEAR, _YEAR)
    if word == OFF:
        return Comparison(OFF, time_range.start, time_range.start, Shift(), _TITLES[OFF])
    return _custom(time_range, str(word))


def is_comparison(word: str) -> bool:
    """Whether `comparison_for` accepts this word."""
    try:
        return word in COMPARISONS or bool(_bounds(word))
    except BadInput:
        return False


def previous_comparison(time_range: Range) -> Comparison:
    """Return the previous range of the same length; it never overlaps this one."""
    zone = time_range.zone
    length = (
        time_range.preset.length
        if time_range.preset
        else calendar_length(time_range.start, time_range.end, zone)
    )
    start = length.move_back(time_range.start, zone)
    end = max(start, min(length.move_back(time_range.end, zone), time_range.start))
    title = time_range.preset.before_title if time_range.preset else _TITLES[PREVIOUS]
    return Comparison(PREVIOUS, start, end, _counterpart_shift(time_range, start, length), title)


def _moved(time_range: Range, word: str, shift: Shift) -> Comparison:
    zone = time_range.zone
    start, end = (shift.move_back(moment, zone) for moment in (time_range.start, time_range.end))
    return Comparison(word, start, max(start, end), shift, _TITLES[word])


def _custom(time_range: Range, word: str) -> Comparison:
    start, end = _bounds(word)
    shift = _counterpart_shift(time_range, start, Shift(elapsed=time_range.start - start))
    return Comparison(CUSTOM, start, end, shift, _TITLES[CUSTOM])


def _counterpart_shift(time_range: Range, start: datetime, shift: Shift) -> Shift:
    """Return a shift in whole days if both ranges begin a day, because months differ in length."""
    if shift.months % 12 == 0 and shift.months:
        return shift
    if is_day_start(time_range.start, time_range.zone) and is_day_start(start, time_range.zone):
        return days_between(start, time_range.start, time_range.zone)
    return shift


def _bounds(word: str) -> tuple[datetime, datetime]:
    """Parse `FROM/TO` into start and end. Raises BadInput."""
    first, slash, last = word.partition("/")
    if not slash:
        raise BadInput(
            _("Unknown comparison “%(word)s”. Use %(words)s, or two times as FROM/TO."),
            word=word[:40],
            words=", ".join(COMPARISONS),
        )
    start, end = parse_query_param(first), parse_query_param(last)
    if start >= end:
        raise BadInput(_("“from” must be before “to”."))
    return start, end


def comparison_param(comparison: Comparison) -> str:
    """Return a comparison as its query parameter."""
    if comparison.word != CUSTOM:
        return comparison.word
    return f"{to_text(comparison.start)}/{to_text(comparison.end)}"
