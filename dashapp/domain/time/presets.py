"""Presets: the time ranges that a viewer chooses by a word, and limits on the choice."""

from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from dashapp.domain.language import _
from dashapp.domain.time.shifts import Shift
from dashapp.domain.time.zones import BucketName, day_at, day_start

_ONE_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)
_DAYS_A_MONTH = 31  # for comparing lengths: 12 times 30 days would be shorter than a year


class Preset(NamedTuple):
    """A named range: elapsed hours, or local days or months that end today.

    Exactly one of hours, days and months is set. It is the nominal length and the distance to the
    previous range. With `part`, the range is the current calendar day, week, month or year, or the
    one before if `is_over` is set. Titles are message keys, translated when shown.
    """

    word: str
    title: str
    before_title: str
    bucket: BucketName
    hours: int = 0
    days: int = 0
    months: int = 0
    part: Literal["day", "week", "month", "year"] | None = None
    is_over: bool = False

    @property
    def length(self) -> Shift:
        return Shift(timedelta(hours=self.hours), self.days, self.months)

    @property
    def nominal_hours(self) -> int:
        """The length in hours, for comparing presets."""
        return self.hours + 24 * (self.days + _DAYS_A_MONTH * self.months)

    def bounds(self, as_of: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return start and end in UTC. At midnight, the last day is the one that just ended."""
        if self.hours:
            return self.length.move_back(as_of, zone), as_of
        first = self._first_day(day_at(as_of - _MICROSECOND, zone))
        if not self.is_over:
            return day_start(first, zone), as_of
        return day_start(self.length.move_day_back(first), zone), day_start(first, zone)

    def _first_day(self, last: date) -> date:
        """Return the first day of the range, or of the calendar part, that contains `last`."""
        match self.part:
            case "day":
                return last
            case "week":
                return last - timedelta(days=last.weekday())
            case "month":
                return last.replace(day=1)
            case "year":
                return last.replace(month=1, day=1)
        return self.length.move_day_back(last) + _ONE_DAY


# The presets of the board's range control, in order.
PRESETS: dict[str, Preset] = {
    preset.word: preset
    for preset in (
        Preset("1h", _("Last hour"), _("previous hour"), "5m", hours=1),
        Preset("6h", _("Last 6 hours"), _("previous 6 hours"), "15m", hours=6),
        Preset("24h", _("Last 24 hours"), _("previous 24 hours"), "1h", hours=24),
        Preset("7d", _("Last 7 days"), _("previous 7 days"), "1d", days=7),
        Preset("14d", _("Last 14 days"), _("previous 14 days"), "1d", days=14),
        Preset("30d", _("Last 30 days"), _("previous 30 days"), "1d", days=30),
        Preset("90d", _("Last 90 days"), _("previous 90 days"), "1d", days=90),
        Preset("180d", _("Last 180 days"), _("previous 180 days"), "1w", days=180),
        Preset("12mo", _("Last 12 months"), _("previous 12 months"), "1w", months=12),
    )
}
# Calendar presets, which the control lists below the others.
CALENDAR: dict[str, Preset] = {
    preset.word: preset
    for preset in (
        Preset("today", _("Today"), _("yesterday"), "1h", days=1, part="day"),
        Preset(
            "yesterday", _("Yesterday"), _("day before"), "1h", days=1, part="day", is_over=True
        ),
        Preset("week", _("This week"), _("previous week"), "1d", days=7, part="week"),
        Preset("month", _("This month"), _("previous month"), "1d", months=1, part="month"),
        Preset(
            "last-month", _("Last month"), _("month before"), "1d", months=1, part="month",
            is_over=True,
        ),
        Preset("year", _("Year to date"), _("previous year"), "1w", months=12, part="year"),
    )
}  # fmt: skip
DEFAULT_PRESET = PRESETS["24h"]


def known_presets() -> dict[str, Preset]:
    """Return every preset by its word, those of the menu first."""
    return PRESETS | CALENDAR


class Choice(NamedTuple):
    """The range that a viewer requested, as untrusted text."""

    time_range: str | None = None
    as_of: str | None = None
    from_: str | None = None
    to: str | None = None
    tz: str | None = None


class TimeLimits(NamedTuple):
    """Limits on the ranges that a viewer may choose.

    `allowed` lists presets (None allows all) and `default` is the one to open with. With `allowed`
    or `is_locked`, neither custom ranges nor past moments can be chosen. No range may be longer
    than the preset `longest`.
    """

    allowed: tuple[str, ...] | None = None
    default: str | None = None
    longest: str | None = None
    is_locked: bool = False
    is_zone_fixed: bool = False

    @property
    def is_restricted(self) -> bool:
        """Whether the viewer can choose only presets, and only up to now."""
        return self.is_locked or self.allowed is not None

    @property
    def words(self) -> tuple[str, ...]:
        """The words of all presets that the limits allow, in the order of the menu.

        That is the order of `allowed`, if it is set.
        """
        presets = known_presets()
        max_hours = None if self.longest is None else presets[self.longest].nominal_hours
        return tuple(
            word
            for word in dict.fromkeys(presets if self.allowed is None else self.allowed)
            if max_hours is None or presets[word].nominal_hours <= max_hours
        )


NO_LIMITS = TimeLimits()


def opening_preset(opens_with: str | None, limits: TimeLimits = NO_LIMITS) -> Preset:
    """Return the preset to show if the viewer chose none or one that is not allowed."""
    words = limits.words
    for word in (limits.default, opens_with, DEFAULT_PRESET.word, *reversed(known_presets())):
        if word in words:
            return known_presets()[word]
    raise AssertionError("the limits allow at least one preset")


def preset_of(
    choice: Choice, opens_with: str | None = None, limits: TimeLimits = NO_LIMITS
) -> Preset | None:
    """Return the chosen preset, or None for a custom range.

    The result is the opening preset if none was chosen or the choice is unknown or not allowed.
    """
    if choice.from_ or choice.to:
        return None
    opening = opening_preset(opens_with, limits)
    is_allowed = choice.time_range in limits.words and not limits.is_locked
    return known_presets()[str(choice.time_range)] if is_allowed else opening
