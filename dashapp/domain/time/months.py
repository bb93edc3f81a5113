"""Calendar months in UTC: what usage is counted by."""

import re
from datetime import date
from typing import NamedTuple

from dashapp.domain.errors import BadInput
from dashapp.domain.time.instant import EPOCH, from_us

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)


class Month(NamedTuple):
    """A month of a year; `number` is from 1 to 12."""

    year: int
    number: int

    @property
    def position(self) -> int:
        """The months since the year 0."""
        return self.year * 12 + self.number - 1

    @property
    def first_day(self) -> int:
        """The number of its first day, counted from 1970."""
        return (date(self.year, self.number, 1) - EPOCH.date()).days

    @property
    def end_day(self) -> int:
        """The number of the day after its last one."""
        return _at(self.position + 1).first_day

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02}"


def _at(index: int) -> Month:
    year, number = divmod(index, 12)
    return Month(year, number + 1)


def month_of(at: int) -> Month:
    """Return the month of a moment in microseconds."""
    day = from_us(at).date()
    return Month(day.year, day.month)


def parse_month(text: str | None) -> Month:
    """Return the month that a text such as 2026-11 names. Raises BadInput."""
    match = _MONTH.fullmatch(text or "")
    if match is None or not 1970 <= int(match[1]) <= 9998:  # noqa: PLR2004
        raise BadInput("month must be a year and a month, such as 2026-11.")
    return Month(int(match[1]), int(match[2]))
