"""The typed rows that queries return."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, NamedTuple

# Fields that only drawings use: the API and CSV exports omit them.
_FOR_DRAWINGS = frozenset(
    {
        "trend",
        "is_comparable",
        "marks",
        "before",
        "rank_before",
        "is_compared",
        "is_rest",
        "goal",
        "without_number",
        "others",
        "peers",
        "total",
    }
)
Number = int | float | Decimal  # sums are whole or decimal, quotients are floats
RANKED_PER_LABEL = 2  # ranks known in the compared range, per label shown


class Goal(NamedTuple):
    """A target for the shown range.

    `period`: the range is the target's period up to now; `amount` is the whole period's target.
    `prorated`: another range; `amount` is its part of the target. `level`: a value to stay above or
    below, such as a rate. `expected` is the share of a period's target, from 0 to 1, that is usual
    by now, from the same weekdays of the last weeks, or from calendar days (`is_by_calendar`).
    """

    amount: float
    kind: Literal["period", "prorated", "level"]
    per: str | None = None
    expected: float | None = None
    is_by_calendar: bool = False


class ScalarRow(NamedTuple):
    """One number. `value` is None without data, `previous` is None without a comparison.

    `trend` has the number of each bucket. `is_comparable` is true when the org's events go back to
    the start of the compared range. `without_number` is how many events were left out because the
    measured property is no number.
    """

    value: Number | None
    previous: Number | None
    trend: tuple[Number | None, ...] = ()
    is_comparable: bool = False
    goal: Goal | None = None
    without_number: int = 0


class Mark(NamedTuple):
    """One action at one moment and the user who did it, or several actions as a count."""

    at: datetime
    type: str
    user: str | None = None
    times: int = 1


class SeriesRow(NamedTuple):
    """One bucket of one series; `marks` are drawn on its axis.

    `before` is the value of the same bucket in the compared range, or None without a comparison.
    `is_rest` marks the series that combines all remaining values. It is a flag and not a name,
    because a real value may also be called “other”. `peers` are the series that there would be
    without the viewer's filters: colors are told apart among them, so that a filter changes none.
    """

    start: datetime
    series: str
    value: Number | None
    complete: bool
    marks: tuple[Mark, ...] = ()
    before: Number | None = None
    is_rest: bool = False
    peers: tuple[str, ...] = ()


class TopRow(NamedTuple):
    """One of the most frequent labels, or all remaining labels together.

    `share` is value divided by total, from 0 to 1. `is_other` marks the row that combines the
    remaining labels; it is a flag because a real label may also be called “other”. `rank_before`
    is the label's rank, from 1, in the compared range: None if the label had no events there, or
    if `is_compared` is false. Ranks beyond RANKED_PER_LABEL times the number of labels are not
    exact. `share` is None if a value is negative or values do not add up. `more` has the values of
    the panel's other metrics, by metric. `before` is the label's value in the compared range.
    `others` is how many labels the row of the remaining ones combines, None if that is not known.
    """

    label: str
    value: Number | None
    share: float | None
    rank_before: int | None = None
    is_compared: bool = False
    is_other: bool = False
    more: tuple[tuple[str, Number | None], ...] = ()
    before: Number | None = None
    others: int | None = None


class HeatRow(NamedTuple):
    """One hour of the week. `weekday` is 1 for Monday to 7, `hour` 0 to 23 in the board's zone."""

    weekday: int
    hour: int
    value: Number | None


class FunnelRow(NamedTuple):
    """One step of a funnel: how many users reached it, in the range and in the previous one.

    `rate` is the share of the users of the first step, None without any.
    """

    step: str
    value: int
    rate: float | None
    previous: int | None


class FunnelByRow(NamedTuple):
    """One step of a funnel for one value of a field at the first step, as in `FunnelRow`.

    `is_other` marks the rows of all remaining values together.
    """

    step: str
    series: str
    value: int
    rate: float | None
    previous: int | None
    is_other: bool = False


class EventRow(NamedTuple):
    """One event of a list. `fields` has its time, its type and the panel's columns, in order.

    `total` is how many events the whole list would have.
    """

    fields: Mapping[str, Any]
    total: int = 0


_ROW_TYPES = (ScalarRow, SeriesRow, TopRow, HeatRow, FunnelRow, FunnelByRow)


def public_fields(row: Any, columns: Sequence[str] = ()) -> dict[str, Any]:
    """Return the fields of a row that the API and CSV exports contain, in order.

    Rows of other types have all of their fields, or those named by `columns`.
    """
    if isinstance(row, EventRow):
        return dict(row.fields)
    fields: dict[str, Any] = row._asdict()
    if not isinstance(row, _ROW_TYPES):
        return {name: fields[name] for name in columns or fields}
    fields.update(fields.pop("more", ()))
    return {name: value for name, value in fields.items() if name not in _FOR_DRAWINGS}


def public_field_names(row_type: type[Any]) -> tuple[str, ...]:
    """Return the names of the public fields, for an export without rows."""
    hidden = {*_FOR_DRAWINGS, "more", "fields"}
    return tuple(name for name in row_type._fields if name not in hidden)
