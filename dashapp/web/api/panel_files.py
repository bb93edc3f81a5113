"""One panel's rows as a file: its columns, its cells and its name."""

import csv
import io
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from dashapp.domain.access.scope import Scope
from dashapp.domain.series import SeriesRow, public_fields
from dashapp.domain.time.instant import to_text
from dashapp.domain.time.labels import local_label, range_label
from dashapp.domain.time.time_range import TimeRange
from dashapp.widgets.answers import Answer

# Text that a spreadsheet runs as a formula (OWASP, CSV injection), also in full-width characters
# and after spaces, quotes or invisible characters.
_FORMULA = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\"'“”]*[\t\r\n=+\-@＝＋－＠]")
_BOM = "\ufeff"
_START, _LOCAL = "start", "local"
_MAX_TITLE = 60  # characters; most file systems limit a file name to 255 bytes


def json_rows(panel: Answer, time_range: TimeRange) -> list[dict[str, Any]]:
    """Return rows as JSON: fields in order, times as text. Rows of series get the local time too.

    If one series combines all other values, each row says whether it belongs to that series.
    """
    if panel.rows and isinstance(panel.rows[0], SeriesRow):
        return _series_rows(panel.rows, time_range)
    return [_json_row(row) for row in panel.rows]


def _series_rows(rows: Sequence[SeriesRow], time_range: TimeRange) -> list[dict[str, Any]]:
    """Return rows of series. Each bucket's times are written once."""
    times = {
        bucket.start: {_START: to_text(bucket.start), _LOCAL: local_label(bucket.start, time_range)}
        for bucket in time_range.buckets
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


def _json_row(row: Any) -> dict[str, Any]:
    return {
        name: to_text(value) if isinstance(value, datetime) else value
        for name, value in public_fields(row).items()
    }


def csv_of(
    rows: Sequence[dict[str, Any]], columns: Sequence[str] = (), *, has_bom: bool = False
) -> str:
    """Return CSV as in RFC 4180: a header of JSON's keys, CRLF, and quotes where needed.

    `columns` is the header of a file without rows. `has_bom` adds the byte order mark by which
    spreadsheets recognize UTF-8.
    """
    text = io.StringIO(newline="")
    text.write(_BOM if has_bom else "")
    names = list(rows[0]) if rows else list(columns)
    if names:
        writer = csv.DictWriter(text, fieldnames=names)
        writer.writeheader()
        writer.writerows({key: _cell(value) for key, value in row.items()} for row in rows)
    return text.getvalue()


def columns_of(panel: Answer) -> list[str]:
    """Return the header of a file without rows."""
    names = list(panel.widget.draw.columns) if panel.widget else []
    if _START in names:
        names.insert(names.index(_START) + 1, _LOCAL)
    return names


def _cell(value: object) -> object:
    """Return a cell's value, with an apostrophe before text that a spreadsheet would run."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and _FORMULA.match(value):
        return f"'{value}"
    return value


def disposition(scope: Scope, panel: Answer, time_range: TimeRange, kind: str) -> str:
    """Return a Content-Disposition: an ASCII name, and one with title and dates (RFC 6266)."""
    preset = time_range.preset.word if time_range.preset else "custom"
    ascii_name = "_".join((scope.org.slug, str(scope.dashboard), panel.slug, preset))
    title = _safe(f"{scope.org.name} – {panel.title}")[:_MAX_TITLE].strip(" .")
    encoded_name = quote(
        f"{title}, {_safe(range_label(time_range, has_year=True))}.{kind}", safe=""
    )
    return f"attachment; filename=\"{ascii_name}.{kind}\"; filename*=UTF-8''{encoded_name}"


def _safe(text: str) -> str:
    """Replace the characters that a file name cannot contain."""
    return "".join("-" if c in '/\\:*?"<>|' or not c.isprintable() else c for c in text)
