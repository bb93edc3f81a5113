"""The sentence over a board: what its panels show that is not just chance.

`domain/insights.py` has the rules. A board says at most one thing of each kind: the largest real
change of a number, the first peak of a chart, and the first new leader of a list.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from dashapp.domain.insights import Course, Ranked, can_judge, new_leader, peak, real_change
from dashapp.domain.language import say
from dashapp.domain.series import ScalarRow, SeriesRow, TopRow
from dashapp.domain.time.labels import comparison_title, short_label
from dashapp.domain.time.time_range import TimeRange
from dashapp.domain.units import Format
from dashapp.widgets.answers import Answer
from dashapp.widgets.look import Look

Status = Literal["found", "usual", "too_short", "silent"]


class Insight(NamedTuple):
    """One finding, in words. `change` is relative; `start` and `end` are those of a peak.

    `filter` is the filter that shows only a new leader.
    """

    kind: Literal["change", "peak", "new"]
    panel: str
    text: str
    change: float | None = None
    label: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    filter: str | None = None

    @property
    def sentence(self) -> str:
        return f"{self.text}."


class Insights(NamedTuple):
    """What stands out. `usual`: nothing does; `too_short`: there is nothing to compare with yet.

    `silent`: the board has no numbers that could be judged, or some of them are missing.
    """

    status: Status
    found: Sequence[Insight] = ()


_SILENT = Insights("silent")


def insights(answers: Sequence[Answer], time_range: TimeRange) -> Insights:
    """Return what stands out on a board. If a panel failed, nothing is concluded from the rest."""
    if any(answer.status == "error" for answer in answers) or time_range.is_ahead:
        return _SILENT
    kinds = (_change(answers, time_range), _peak(answers, time_range), _new_leader(answers))
    found = [insight for insight in kinds if insight]
    if found:
        return Insights("found", found)
    numbers = list(_numbers(answers))
    if not numbers or not time_range.has_comparison:
        return _SILENT
    if not any(row.is_comparable for _answer, _look, row in numbers):
        is_live = time_range.preset is not None and time_range.as_of == time_range.now
        return Insights("too_short") if is_live else _SILENT  # there will be no earlier data
    has_judged = any(can_judge(_whole(row.trend, time_range)) for _a, _look, row in numbers)
    return Insights("usual") if has_judged else _SILENT


def _change(answers: Sequence[Answer], time_range: TimeRange) -> Insight | None:
    """Return the largest real change of a number."""
    changes: list[tuple[float, Insight]] = []
    for answer, look, row in _numbers(answers):
        if row.value is None or row.previous is None or look.is_extreme:
            continue
        value, previous = float(row.value), float(row.previous)
        buckets = _whole(row.trend, time_range)
        change = real_change(Course(value, previous, buckets, look.is_count))
        if change is not None:
            insight = _changed(answer, look, row, time_range)
            changes.append((abs(change), insight._replace(change=change)))
    return max(changes, key=lambda item: item[0])[1] if changes else None


def _changed(answer: Answer, look: Look, row: ScalarRow, time_range: TimeRange) -> Insight:
    unit_format = Format(look.unit, look.decimals)
    value, previous = row.value or 0, row.previous or 0
    difference = unit_format.difference(value, previous)
    size = unit_format.change(difference, previous)[1:]  # without its sign
    values = {"title": answer.title, "size": size, "range": comparison_title(time_range)}
    text = (
        say("%(title)s up %(size)s vs %(range)s", **values)
        if difference > 0
        else say("%(title)s down %(size)s vs %(range)s", **values)
    )
    return Insight("change", answer.slug, text)


def _peak(answers: Sequence[Answer], time_range: TimeRange) -> Insight | None:
    """Return the peak of the first chart that has one, of all its series together."""
    whole = [n for n, bucket in enumerate(time_range.buckets) if bucket.complete]
    for answer, look in _of(answers, SeriesRow):
        if not look.is_additive or not _adds_up(answer.rows, look):
            continue
        totals = _totals(answer.rows, time_range)
        at = peak([totals[n] for n in whole], is_count=look.is_count)
        if at is not None:
            bucket = time_range.buckets[whole[at]]
            when = short_label(bucket, time_range)
            value = Format(look.unit, look.decimals).text(totals[whole[at]])
            text = say("Peak of %(title)s: %(when)s (%(value)s)", title=answer.title, when=when,
                       value=value)  # fmt: skip
            return Insight("peak", answer.slug, text, start=bucket.start, end=bucket.end)
    return None


def _adds_up(rows: Sequence[SeriesRow], look: Look) -> bool:
    """Whether the series are parts of one metric: the values of a field, or a single series."""
    return bool(look.label) or all(row.series == rows[0].series for row in rows)


def _totals(rows: Sequence[SeriesRow], time_range: TimeRange) -> list[float]:
    """Return the sum of all series in each bucket."""
    totals = {bucket.start: 0.0 for bucket in time_range.buckets}
    for row in rows:
        totals[row.start] += float(row.value or 0)
    return [*totals.values()]


def _new_leader(answers: Sequence[Answer]) -> Insight | None:
    """Return the new leader of the first list that has one."""
    for answer, look in _of(answers, TopRow):
        rows: list[TopRow] = [row for row in answer.rows if not row.is_other]
        if not all(row.is_compared for row in rows):
            continue
        ranked = [Ranked(row.label, float(row.value or 0), row.rank_before is None) for row in rows]
        leader = new_leader(ranked, is_count=look.is_count)
        if leader:
            name = say(look.names[leader.label]) if leader.label in look.names else leader.label
            text = say("New in the top 3 of %(title)s: %(name)s", title=answer.title, name=name)
            by = answer.widget.by if answer.widget else None
            filter_ = by.filter_of(leader.label) if by else None
            return Insight("new", answer.slug, text, label=leader.label, filter=filter_)
    return None


def _numbers(answers: Sequence[Answer]) -> Iterator[tuple[Answer, Look, ScalarRow]]:
    for answer, look in _of(answers, ScalarRow):
        yield answer, look, answer.rows[0]


def _of(answers: Sequence[Answer], row_type: type[Any]) -> Iterator[tuple[Answer, Look]]:
    """Yield the panels with rows of one type whose drawing says what the values are."""
    for answer in answers:
        look = answer.widget.draw.look if answer.widget else None
        if look and answer.rows and isinstance(answer.rows[0], row_type):
            yield answer, look


def _whole(trend: Sequence[Any], time_range: TimeRange) -> list[float]:
    """Return the numbers of the buckets that the range does not cut."""
    pairs = zip(trend, time_range.buckets, strict=False)
    return [float(value) for value, bucket in pairs if bucket.complete and value is not None]
