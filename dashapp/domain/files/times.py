"""Convert the times of files to RFC 3339. Ambiguous times are rejected, never guessed."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from dashapp.domain.errors import BadInput, excerpt
from dashapp.domain.events.event import InvalidEvent
from dashapp.domain.files.notes import Notes
from dashapp.domain.time.instant import EPOCH, to_text
from dashapp.domain.time.zones import day_start, zone_named

FORMATS = ("auto", "rfc3339", "epoch", "epoch-ms")

# ISO 8601 as databases write it. PostgreSQL writes short offsets (+00, +05:30, +00:19:32).
_ISO = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)"
    r"(?:[Tt ](?P<minute>(?:[01]\d|2[0-3]):[0-5]\d)(?P<second>:\d\d(?:[.,]\d{1,9})?)?"
    r"(?: ?(?P<zone>[Zz]|UTC|GMT|[+-](?:0\d|1[0-5])(?::?[0-5]\d(?::?[0-5]\d)?)?))?)?",
    re.ASCII,
)
_NUMBER = re.compile(r"-?\d{1,19}(?:\.\d{0,20})?", re.ASCII)
_YEAR = re.compile(r"%(?:%|[YyGcxD])")
_SECOND = 1_000_000
_Reader = Callable[[str, int], datetime | None]  # text, line
# Digits before the point -> microseconds per unit. From 1973 to 2286, the lengths do not overlap.
_UNITS = {9: _SECOND, 10: _SECOND, 12: 1_000, 13: 1_000, 15: 1, 16: 1}
_SHORTEST, _LONGEST = len("2026-11-21T09:30:00Z"), len("2026-11-21T09:30:00.123456789Z")


def check_time_format(name: str, *, has_zone: bool) -> None:
    """Raise BadInput for a format that cannot read any time."""
    if name in FORMATS:
        return
    if "%" not in name:
        raise BadInput(
            f"Unknown --time-format {excerpt(name)}. Use auto, rfc3339, epoch, epoch-ms or a "
            "strptime format such as '%d.%m.%Y %H:%M'."
        )
    if "%Z" in name:
        raise BadInput(
            "--time-format: time zone abbreviations (%Z) are ambiguous. Use %z or --timezone."
        )
    try:
        datetime.strptime(datetime(2026, 11, 21, tzinfo=UTC).strftime(name), name)  # noqa: DTZ007
    except (ValueError, re.error, KeyError):
        raise BadInput(
            f"Invalid --time-format {excerpt(name)}. Use a strptime format: '%d.%m.%Y %H:%M'."
        ) from None
    if not any(directive != "%%" for directive in _YEAR.findall(name)):
        raise BadInput(f"--time-format {excerpt(name)} has no year. Add %Y (2026) or %y (26).")
    if "%z" not in name and not has_zone:
        raise BadInput(
            f"--time-format {excerpt(name)} has no offset (%z). Specify the time zone: "
            "--timezone Europe/Berlin, or --timezone UTC."
        )


class Times:
    """Reads the times of one file. With `is_local` (spreadsheets), UTC is the default zone."""

    def __init__(
        self, name: str, zone_name: str | None, notes: Notes, *, is_local: bool = False
    ) -> None:
        self._format = name
        self._is_assumed = is_local and zone_name is None
        zone = "UTC" if self._is_assumed else zone_name
        self._zone = zone_named(zone) if zone else None
        self._notes = notes
        readers: dict[str, _Reader] = {
            "auto": self._automatic,
            "rfc3339": self._rfc3339,
            "epoch": lambda text, _line: _from_epoch(text, _SECOND),
            "epoch-ms": lambda text, _line: _from_epoch(text, 1_000),
        }
        self._reader = readers.get(name, self._formatted)

    def read(self, value: Any, line: int) -> Any:
        """Return a time as RFC 3339, or other types unchanged. Raises InvalidEvent."""
        if isinstance(value, str):
            text = value.strip()
        elif isinstance(value, int | float) and not isinstance(value, bool):
            text = repr(value)
        else:
            return value
        is_plain = _SHORTEST <= len(text) <= _LONGEST and text[-1] in "Zz"
        if is_plain and self._format in {"auto", "rfc3339"}:
            return text
        try:
            moment = self._reader(text, line)
        except (ValueError, OverflowError):
            moment = None
        if moment is None:
            raise InvalidEvent(
                _FAULTS[self._format_name].format(excerpt(text)), code="invalid_time"
            )
        return to_text(moment)

    @property
    def _format_name(self) -> str:
        return self._format if self._format in FORMATS else "strptime"

    def _automatic(self, text: str, line: int) -> datetime | None:
        if _NUMBER.fullmatch(text):
            unit = _UNITS.get(len(text.lstrip("-").partition(".")[0]))
            return _from_epoch(text, unit) if unit else None
        return self._iso(text, line, is_strict=False)

    def _rfc3339(self, text: str, line: int) -> datetime | None:
        return self._iso(text, line, is_strict=True)

    def _iso(self, text: str, line: int, *, is_strict: bool) -> datetime | None:
        match = _ISO.fullmatch(text)
        if match is None or (is_strict and not (match["zone"] and match["second"])):
            return None
        day = date.fromisoformat(match["date"])
        if match["minute"] is None:
            return self._midnight(day, text, line)
        local = _clock_time(day, match["minute"], match["second"] or ":00")
        if match["zone"]:
            return local.replace(tzinfo=_offset(match["zone"])).astimezone(UTC)
        return self._local(local, text, line)

    def _formatted(self, text: str, line: int) -> datetime | None:
        moment = datetime.strptime(text, self._format)  # noqa: DTZ007 - the zone comes next
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
        return self._local(moment, text, line)

    def _midnight(self, day: date, text: str, line: int) -> datetime:
        return day_start(day, self._zone_for(text, line))

    def _local(self, local: datetime, text: str, line: int) -> datetime:
        """Convert a local time: a skipped one is rejected, of a repeated one the first is used."""
        zone = self._zone_for(text, line)
        first = local.replace(tzinfo=zone, fold=0)
        moment = first.astimezone(UTC)
        if moment.astimezone(zone).replace(tzinfo=None, fold=0) != local:
            raise InvalidEvent(
                f"“{excerpt(text)}” does not exist in {zone.key}: clocks were set forward.",
                code="skipped_time",
            )
        if first.replace(fold=1).utcoffset() != first.utcoffset():
            self._notes.count(
                line,
                f"in an hour that occurs twice in {zone.key}; read as the first",
                what=("time", "times"),
            )
        return moment

    def _zone_for(self, text: str, line: int) -> ZoneInfo:
        if self._zone is None:
            raise InvalidEvent(
                f"“{excerpt(text)}” has no time zone. Specify it: --timezone Europe/Berlin, "
                "or --timezone UTC.",
                code="no_zone",
            )
        if self._is_assumed:
            self._notes.count(
                line, "without a time zone; read as UTC. To change this, use --timezone ZONE",
                what=("time", "times"),
            )  # fmt: skip
        return self._zone


def _clock_time(day: date, minute: str, second: str) -> datetime:
    """Combine date and time; a leap second becomes the last microsecond of its minute."""
    whole, _, fraction = second[1:].replace(",", ".").partition(".")
    microsecond = int((fraction + "000000")[:6])
    is_leap = whole == "60"
    hours, minutes = int(minute[:2]), int(minute[3:])
    return datetime(  # noqa: DTZ001 - the zone comes next
        day.year, day.month, day.day, hours, minutes,
        59 if is_leap else int(whole), 999_999 if is_leap else microsecond,
    )  # fmt: skip


def _offset(text: str) -> timezone:
    if text in {"Z", "z", "UTC", "GMT"}:
        return UTC
    digits = text[1:].replace(":", "")
    parts = [int(digits[place : place + 2] or "0") for place in (0, 2, 4)]
    length = timedelta(hours=parts[0], minutes=parts[1], seconds=parts[2])
    return timezone(-length if text[0] == "-" else length)


def _from_epoch(text: str, unit: int) -> datetime | None:
    """Convert a number of units since 1970; digits beyond microseconds are dropped."""
    if not _NUMBER.fullmatch(text):
        return None
    return EPOCH + timedelta(microseconds=int(Decimal(text) * unit))


_FAULTS = {
    "auto": "Unknown time format: “{}”. Specify it: --time-format '%d.%m.%Y %H:%M' "
    "--timezone Europe/Berlin.",
    "rfc3339": "“{}” is not a time such as 2026-11-21T09:30:00Z or 2026-11-21T10:30:00+01:00.",
    "epoch": "“{}” is not a number of seconds since 1970.",
    "epoch-ms": "“{}” is not a number of milliseconds since 1970.",
    "strptime": "“{}” does not match --time-format.",
}
