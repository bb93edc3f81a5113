"""What a visitor may choose: the presets, and who may have which of them."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dashapp.domain.language import _
from dashapp.domain.zones import BucketName, add_months


class Preset(NamedTuple):
    """A word that a visitor can choose. Exactly one of hours, days and months is set.

    Its titles are keys that are translated when shown.
    """

    word: str
    title: str
    before_title: str
    bucket: BucketName
    hours: int = 0
    days: int = 0
    months: int = 0

    def before(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The instant one length of this preset before `moment`, both in UTC."""
        return self._moved(moment, zone, -1)

    def after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The instant one length of this preset after `moment`, both in UTC."""
        return self._moved(moment, zone, 1)

    def _moved(self, moment: datetime, zone: ZoneInfo, times: int) -> datetime:
        if self.hours:
            return moment + times * timedelta(hours=self.hours)
        local = moment.astimezone(zone)
        if self.days:
            return (local + times * timedelta(days=self.days)).astimezone(UTC)
        return add_months(local, times * self.months).astimezone(UTC)


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
DEFAULT_PRESET = PRESETS["24h"]


class Choice(NamedTuple):
    """What a visitor asked for, as text. Untrusted."""

    time_range: str | None = None
    as_of: str | None = None
    from_: str | None = None
    to: str | None = None
    tz: str | None = None


class TimeLimits(NamedTuple):
    """What somebody may choose: presets (None is all), where it opens, the longest, or nothing.

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
        """Whether only ranges up to now may be had."""
        return self.is_locked or self.allowed is not None

    @property
    def presets(self) -> tuple[str, ...]:
        """The words that can be chosen, in the order of the menu."""
        words = list(PRESETS)
        if self.most is not None:
            words = words[: words.index(self.most) + 1]
        return tuple(word for word in words if self.allowed is None or word in self.allowed)


NO_LIMITS = TimeLimits()


def opening_preset(opens_with: str | None, limits: TimeLimits = NO_LIMITS) -> Preset:
    """What is shown where nothing is asked for, or what may not be had."""
    words = limits.presets
    for word in (limits.default, opens_with, DEFAULT_PRESET.word, words[-1]):
        if word in words:
            return PRESETS[word]
    raise AssertionError("the last one is one of them")


def preset_of(
    choice: Choice, opens_with: str | None = None, limits: TimeLimits = NO_LIMITS
) -> Preset | None:
    """The preset that was asked for; None is a custom range.

    An unknown word, none, or one that is not allowed, is what the dashboard opens with.
    """
    if choice.from_ or choice.to:
        return None
    opening = opening_preset(opens_with, limits)
    is_allowed = choice.time_range in limits.presets and not limits.is_locked
    return PRESETS[str(choice.time_range)] if is_allowed else opening
