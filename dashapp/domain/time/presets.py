"""The ranges that a visitor can choose by a word, and who may choose which."""

from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from dashapp.domain.language import _
from dashapp.domain.time.shifts import Shift
from dashapp.domain.time.zones import BucketName, day_at, day_start

_ONE_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)
_DAYS_A_MONTH = 31  # when lengths are compared: a year is longer than 12 times 30 days


class Preset(NamedTuple):
    """A range by a word: elapsed hours, or local days or months of which today is the last.

    Exactly one of hours, days and months is set: the preset's nominal length, and how far before it
    lies the range it is compared with. With `part`, the range is that part of the calendar: the
    current one, or the one before it where `is_over`. Titles are keys, translated when shown.
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
        """The length for comparison with other presets."""
        return self.hours + 24 * (self.days + _DAYS_A_MONTH * self.months)

    def bounds(self, as_of: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Start and end in UTC, as of a moment. At midnight the last day is the one that ended."""
        if self.hours:
            return self.length.back(as_of, zone), as_of
        first = self._first_day(day_at(as_of - _MICROSECOND, zone))
        if not self.is_over:
            return day_start(first, zone), as_of
        return day_start(self.length.day_before(first), zone), day_start(first, zone)

    def _first_day(self, last: date) -> date:
        """The first day of the range whose last day this is; of parts, the current one."""
        match self.part:
            case "day":
                return last
            case "week":
                return last - timedelta(days=last.weekday())
            case "month":
                return last.replace(day=1)
            case "year":
                return last.replace(month=1, day=1)
        return self.length.day_before(last) + _ONE_DAY


# The menu, in order: a preset that is added here appears in the board's range control.
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
# Parts of the calendar, for addresses, tokens and the API.
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
    """Every preset by its word, those of the menu first."""
    return PRESETS | CALENDAR


class Choice(NamedTuple):
    """The range a visitor asked for, as text. Untrusted."""

    time_range: str | None = None
    as_of: str | None = None
    from_: str | None = None
    to: str | None = None
    tz: str | None = None


class TimeLimits(NamedTuple):
    """Which ranges may be chosen: presets (None is all), where it opens, the longest, or none.

    Where presets are named, there are no custom ranges and no moments in the past; otherwise no
    custom range is longer than `most`.
    """

    allowed: tuple[str, ...] | None = None
    default: str | None = None
    most: str | None = None
    is_locked: bool = False
    is_zone_fixed: bool = False

    @property
    def is_present(self) -> bool:
        """Whether only the allowed presets up to now can be chosen."""
        return self.is_locked or self.allowed is not None

    @property
    def words(self) -> tuple[str, ...]:
        """The presets that can be chosen, by length for `most`."""
        known = known_presets()
        longest = None if self.most is None else known[self.most].nominal_hours
        return tuple(
            word
            for word, preset in known.items()
            if (longest is None or preset.nominal_hours <= longest)
            and (self.allowed is None or word in self.allowed)
        )

    @property
    def presets(self) -> tuple[str, ...]:
        """The words in the menu, in order: parts of the calendar only where they are named."""
        is_all = self.allowed is not None
        return tuple(w for w in self.words if w in PRESETS or is_all or w == self.default)

    @property
    def calendar(self) -> tuple[str, ...]:
        """The words that an address can ask for and that are not in the menu."""
        return tuple(word for word in self.words if word not in self.presets)


NO_LIMITS = TimeLimits()


def opening_preset(opens_with: str | None, limits: TimeLimits = NO_LIMITS) -> Preset:
    """The preset shown where none was chosen, or one that is not allowed."""
    words = limits.words
    for word in (limits.default, opens_with, DEFAULT_PRESET.word, limits.presets[-1]):
        if word in words:
            return known_presets()[word]
    raise AssertionError("the last one is one of them")


def preset_of(
    choice: Choice, opens_with: str | None = None, limits: TimeLimits = NO_LIMITS
) -> Preset | None:
    """The preset that was chosen; None is a custom range.

    Where none was chosen, or one that is unknown or not allowed, it is the opening one.
    """
    if choice.from_ or choice.to:
        return None
    opening = opening_preset(opens_with, limits)
    is_allowed = choice.time_range in limits.words and not limits.is_locked
    return known_presets()[str(choice.time_range)] if is_allowed else opening
