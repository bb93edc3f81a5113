"""How often each weekday occurs in a range, where that explains a difference between them."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from dashapp.domain.language import _, current_language, say
from dashapp.domain.time.time_range import TimeRange

_SMALL = 0.1  # of the most frequent weekday: smaller differences do not matter
_RUN = 3  # weekdays in a row that are written as a span
_TIMES = {0: _("%(days)s never"), 1: _("%(days)s once"), 2: _("%(days)s twice")}
_DAY, _INSTANT = timedelta(days=1), timedelta(microseconds=1)


def weekday_note(time_range: TimeRange) -> str:
    """Say how often weekdays occur: `Mon – Fri and Sun 3 times, Sat twice`.

    Empty if all occur equally often, or almost.
    """
    counts = _counts(time_range)
    if max(counts) - min(counts) <= max(counts) * _SMALL:
        return ""
    parts = []
    for count in sorted(set(counts), reverse=True):
        days = _spans([day for day in range(7) if counts[day] == count])
        text = _TIMES.get(count)
        times = (
            say(text, days=days)
            if text
            else say("%(days)s %(count)s times", days=days, count=count)
        )
        parts.append(times)
    return ", ".join(parts)


def _counts(time_range: TimeRange) -> list[int]:
    """How often each weekday occurs, Monday first. A part of a day counts, the future does not."""
    day = time_range.start.astimezone(time_range.zone).date()
    end = min(time_range.end, time_range.as_of)
    last = (end - _INSTANT).astimezone(time_range.zone).date()
    counts: Counter[int] = Counter()
    while day <= last:
        counts[day.weekday()] += 1
        day += _DAY
    return [counts[number] for number in range(7)]


def _spans(days: Sequence[int]) -> str:
    """Name weekdays: `Mon – Fri and Sun`."""
    names = current_language().short_weekdays
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    parts: list[str] = []
    for run in runs:
        is_span = len(run) >= _RUN
        parts += [f"{names[run[0]]} – {names[run[-1]]}"] if is_span else [names[day] for day in run]
    if len(parts) == 1:
        return parts[0]
    return say("%(days)s and %(day)s", days=", ".join(parts[:-1]), day=parts[-1])
