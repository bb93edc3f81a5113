"""Which other range the numbers of a range are compared with."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dashapp.domain.errors import BadInput
from dashapp.domain.language import _
from dashapp.domain.time.instant import parse_address, to_text
from dashapp.domain.time.presets import Preset
from dashapp.domain.time.shifts import Shift, days_between, same_weekdays, whole_length
from dashapp.domain.time.zones import is_day_start

PREVIOUS, WEEKDAYS, YEAR, OFF = COMPARISONS = ("previous", "weekdays", "year", "off")
CUSTOM = "custom"
_YEAR = Shift(months=12)
_TITLES = {
    PREVIOUS: _("previous range"),
    WEEKDAYS: _("same weekdays before"),
    YEAR: _("same dates a year before"),
    CUSTOM: _("chosen range"),
    OFF: "",
}


class Compared(NamedTuple):
    """The range that numbers are compared with, half-open, in UTC.

    `shift` leads from a moment of the range to its counterpart. `title` is a key that is
    translated when shown.
    """

    word: str
    start: datetime
    end: datetime
    shift: Shift
    title: str


class Range(NamedTuple):
    """The range that is shown, as far as comparing needs it. Custom ranges have no preset."""

    preset: Preset | None
    start: datetime
    end: datetime
    zone: ZoneInfo


def compare(shown: Range, word: str | None) -> Compared:
    """What `word`, one of COMPARISONS or `FROM/TO`, compares a range with. Raises BadInput."""
    if word in {None, "", PREVIOUS}:
        return previous(shown)
    if word == WEEKDAYS:
        shift = same_weekdays(shown.start, shown.end, shown.zone)
        return _moved(shown, WEEKDAYS, shift)
    if word == YEAR:
        return _moved(shown, YEAR, _YEAR)
    if word == OFF:
        return Compared(OFF, shown.start, shown.start, Shift(), _TITLES[OFF])
    return _custom(shown, str(word))


def is_comparison(word: str) -> bool:
    """Whether `compare` takes this word."""
    try:
        return word in COMPARISONS or bool(_bounds(word))
    except BadInput:
        return False


def previous(shown: Range) -> Compared:
    """The range of the same length before, which ends where this one begins or earlier."""
    zone = shown.zone
    length = shown.preset.length if shown.preset else whole_length(shown.start, shown.end, zone)
    start = length.back(shown.start, zone)
    end = max(start, min(length.back(shown.end, zone), shown.start))
    title = shown.preset.before_title if shown.preset else _TITLES[PREVIOUS]
    return Compared(PREVIOUS, start, end, _counterpart(shown, start, length), title)


def _moved(shown: Range, word: str, shift: Shift) -> Compared:
    start, end = shift.back(shown.start, shown.zone), shift.back(shown.end, shown.zone)
    return Compared(word, start, max(start, end), shift, _TITLES[word])


def _custom(shown: Range, word: str) -> Compared:
    start, end = _bounds(word)
    shift = _counterpart(shown, start, Shift(elapsed=shown.start - start))
    return Compared(CUSTOM, start, end, shift, _TITLES[CUSTOM])


def _counterpart(shown: Range, start: datetime, shift: Shift) -> Shift:
    """Days are compared with days in their order, though months differ in length."""
    if shift.months % 12 == 0 and shift.months:
        return shift
    if is_day_start(shown.start, shown.zone) and is_day_start(start, shown.zone):
        return days_between(start, shown.start, shown.zone)
    return shift


def _bounds(word: str) -> tuple[datetime, datetime]:
    """Start and end from `FROM/TO`. Raises BadInput."""
    first, slash, last = word.partition("/")
    if not slash:
        raise BadInput(
            _("“%(word)s” is not a comparison. Use %(words)s or FROM/TO, two times."),
            word=word[:40],
            words=", ".join(COMPARISONS),
        )
    start, end = parse_address(first), parse_address(last)
    if start >= end:
        raise BadInput(_("“from” must be before “to”."))
    return start, end


def said(compared: Compared) -> str:
    """A comparison as it stands in an address."""
    if compared.word != CUSTOM:
        return compared.word
    return f"{to_text(compared.start)}/{to_text(compared.end)}"
