"""Rows as JSON: of panels, and of answers to questions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dashapp.domain.series import SeriesRow, TopRow, public_fields
from dashapp.domain.time.instant import to_text
from dashapp.domain.time.labels import local_label
from dashapp.domain.time.time_range import TimeRange
from dashapp.web.api.schemas import ResolvedRange

START, LOCAL = "start", "local"


def resolved(time_range: TimeRange) -> ResolvedRange:
    """Return a time range as JSON."""
    return ResolvedRange(
        time_range.preset.word if time_range.preset else None,
        to_text(time_range.start),
        to_text(time_range.end),
        str(time_range.zone),
        time_range.bucket,
    )


def json_rows(
    rows: Sequence[Any],
    time_range: TimeRange,
    columns: Sequence[str] = (),
    *,
    has_previous: bool = False,
) -> list[dict[str, Any]]:
    """Return rows as JSON: fields in order, times as text. Rows of series get the local time too.

    If one series combines all other values, each row says whether it belongs to that series. Rows
    of a plug-in's own type have the fields in `columns`, or all. `has_previous` adds the values of
    the compared range to the rows of a list.
    """
    if rows and isinstance(rows[0], SeriesRow):
        return _series_rows(rows, time_range)
    if has_previous and rows and isinstance(rows[0], TopRow):
        return [{**_json_row(row, columns), "previous": row.before} for row in rows]
    return [_json_row(row, columns) for row in rows]


def _series_rows(rows: Sequence[SeriesRow], time_range: TimeRange) -> list[dict[str, Any]]:
    """Return rows of series. Each bucket's times are written once."""
    times = {
        start: {START: to_text(start), LOCAL: local_label(start, time_range)}
        for start in dict.fromkeys(row.start for row in rows)
    }
    has_rest = any(row.is_rest for row in rows)
    return [
        {
            **times[row.start],
            "series": row.series,
            "value": row.value,
            "complete": row.complete,
            **({"is_other": row.is_rest} if has_rest else {}),
        }
        for row in rows
    ]


def _json_row(row: Any, columns: Sequence[str]) -> dict[str, Any]:
    return {
        name: to_text(value) if isinstance(value, datetime) else value
        for name, value in public_fields(row, columns).items()
    }
