"""Times as text for people: in the zone of the range and the language of the viewer."""

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dashapp.domain.language import Language, current_language, say, say_date, say_day, say_weekday
from dashapp.domain.time.time_range import Bucket, TimeRange
from dashapp.domain.time.zones import is_day_start, wall_clock

_SUB_DAY = frozenset({"5m", "15m", "1h"})
_MINUTE = timedelta(minutes=1)


def range_label(time_range: TimeRange, *, has_year: bool = False) -> str:
    """Label a range, like `5 – 12 June`, with years and clock times where needed.

    The current year is omitted unless `has_year` is set, as it is for print and files, which are
    read later.
    """
    return span_label(time_range, time_range.start, time_range.end, has_year=has_year)


def span_label(
    time_range: TimeRange, low: datetime, high: datetime, *, has_year: bool = False
) -> str:
    """Label a part of time as `range_label` labels the range."""
    start, end = low.astimezone(time_range.zone), high.astimezone(time_range.zone)
    last = (high - timedelta(microseconds=1)).astimezone(time_range.zone)
    is_this_year = start.year == last.year == time_range.now.astimezone(time_range.zone).year
    say_last = say_day if is_this_year and not has_year else say_date
    is_whole = is_day_start(low, time_range.zone) and is_day_start(high, time_range.zone)
    if not is_whole and (time_range.bucket in _SUB_DAY or time_range.preset is None):
        if start.date() == end.date():
            return f"{say_last(start)}, {start:%H:%M} – {end:%H:%M}"
        first = say_day(start) if start.year == end.year else say_date(start)
        return f"{first}, {start:%H:%M} – {say_last(end)}, {end:%H:%M}"
    if start.date() == last.date():
        return say_last(start)
    if start.year != last.year:
        return f"{say_date(start)} – {say_date(last)}"
    first = f"{start.day}" if start.month == last.month else say_day(start)
    return f"{first} – {say_last(last)}"


def zone_label(zone: ZoneInfo, moment: datetime) -> str:
    """Label a zone, like `Europe/Berlin, UTC+2`."""
    name = str(zone)
    return name if name == "UTC" else f"{name}, {_offset(moment.astimezone(zone))}"


def clock_label(moment: datetime, zone: ZoneInfo, today: datetime) -> str:
    """Label a time, like `09:41`, with the date if it is not today."""
    local = moment.astimezone(zone)
    if local.date() == today.astimezone(zone).date():
        return f"{local:%H:%M}"
    return moment_label(moment, zone)


def moment_label(moment: datetime, zone: ZoneInfo) -> str:
    """Label a time with its date, for print: `20 November 2026, 09:41`."""
    local = moment.astimezone(zone)
    return f"{say_date(local)}, {local:%H:%M}"


def bucket_labels(time_range: TimeRange) -> list[str]:
    """Return a distinct label per bucket; hours that a clock change repeats show their offset."""
    return list(_labels(time_range, current_language()))


@lru_cache(maxsize=16)
def _labels(time_range: TimeRange, _language: Language) -> list[str]:
    """Compute the labels once: all charts of a dashboard share them."""
    labels = [_bucket_label(bucket, time_range) for bucket in time_range.buckets]
    repeated = {label for label in labels if labels.count(label) > 1}
    return [
        f"{label} ({_offset(bucket.start.astimezone(time_range.zone))})"
        if label in repeated
        else label
        for label, bucket in zip(labels, time_range.buckets, strict=True)
    ]


def short_label(bucket: Bucket, time_range: TimeRange) -> str:
    """Label a bucket within a sentence: `Sun 1 November`, without the current year."""
    start = bucket.start.astimezone(time_range.zone)
    if time_range.bucket in _SUB_DAY:
        return _whole_bucket_label(start, bucket, time_range)
    label = span_label(time_range, bucket.start, bucket.end)
    return f"{say_weekday(start)} {label}" if time_range.bucket == "1d" else label


def local_label(moment: datetime, time_range: TimeRange) -> str:
    """Format a moment for spreadsheets, in the zone of the range.

    `2026-11-20`, or `2026-11-20 09:30` if buckets are shorter than a day. Seconds appear only
    where the range cuts a bucket.
    """
    local = moment.astimezone(time_range.zone).replace(tzinfo=None)
    if time_range.bucket not in _SUB_DAY:
        return local.date().isoformat()
    is_cut = local.second or local.microsecond
    return local.isoformat(sep=" ", timespec="seconds" if is_cut else "minutes")


def comparison_title(time_range: TimeRange) -> str:
    """Return what numbers are compared with, translated: `previous 7 days`."""
    return say(time_range.compared.title)


def previous_bucket_labels(time_range: TimeRange) -> list[str]:
    """Return the label of each bucket's counterpart in the compared range."""
    return [
        _whole_bucket_label(low.astimezone(time_range.zone), Bucket(low, high, True), time_range)
        for low, high in time_range.previous_buckets
    ]


def previous_label(time_range: TimeRange, *, has_year: bool = False) -> str:
    """Label the compared range in the format of `range_label`."""
    low, high = time_range.previous_start, time_range.previous_end
    return span_label(time_range, low, high, has_year=has_year)


def _bucket_label(bucket: Bucket, time_range: TimeRange) -> str:
    start = bucket.start.astimezone(time_range.zone)
    label = _whole_bucket_label(start, bucket, time_range)
    if bucket.complete:
        return label
    if bucket.end >= time_range.as_of:
        return say("%(label)s, so far", label=label)
    return say("%(label)s, partial", label=label)


def _whole_bucket_label(start: datetime, bucket: Bucket, time_range: TimeRange) -> str:
    match time_range.bucket:
        case "5m" | "15m" | "1h":
            # The end by elapsed time: the clocks may change within the bucket.
            end = wall_clock(start) + (bucket.end - bucket.start)
            return f"{say_weekday(start)} {say_day(start)}, {start:%H:%M}–{end:%H:%M}"
        case "1d":
            return f"{say_weekday(start)} {_date(start, time_range)}"
        case "1w":
            return say("Week of %(date)s", date=_date(start, time_range))
        case _:
            month = current_language().months[start.month]
            return say("%(month)s %(year)s", month=month, year=start.year)


def _date(local: datetime, time_range: TimeRange) -> str:
    """Format a date, without the current year."""
    is_this_year = local.year == time_range.now.astimezone(time_range.zone).year
    return (say_day if is_this_year else say_date)(local)


def _offset(local: datetime) -> str:
    minutes = (local.utcoffset() or timedelta()) // _MINUTE
    sign, minutes = ("−" if minutes < 0 else "+"), abs(minutes)
    hours, rest = divmod(minutes, 60)
    return f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")
