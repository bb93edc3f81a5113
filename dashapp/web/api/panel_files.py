"""One panel's rows as a file: what its cells hold, and what it is called."""

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

# What a spreadsheet takes for a formula (OWASP, CSV injection): also full width, and behind blanks,
# quotes and what nobody sees.
_FORMULA = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\"'“”]*[\t\r\n=+\-@＝＋－＠]")
_BOM = "\ufeff"
_START, _LOCAL = "start", "local"
_LONGEST_TITLE = 60  # letters: a file's name has 255 bytes on most disks


def json_rows(panel: Answer, time_range: TimeRange) -> list[dict[str, Any]]:
    """Rows as JSON: their fields in order, times as text; those of series with local times too.

    Where a series is that of all other values, each row says whether it is one of its.
    """
    has_rest = any(isinstance(row, SeriesRow) and row.is_rest for row in panel.rows)
    return [_json_row(row, time_range, has_rest=has_rest) for row in panel.rows]


def _json_row(row: Any, time_range: TimeRange, *, has_rest: bool) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in public_fields(row).items():
        fields[name] = to_text(value) if isinstance(value, datetime) else value
        if name == _START and isinstance(row, SeriesRow):
            fields[_LOCAL] = local_label(row.start, time_range)
    if has_rest:
        fields["is_other"] = row.is_rest
    return fields


def csv_of(
    rows: Sequence[dict[str, Any]], columns: Sequence[str] = (), *, has_bom: bool = False
) -> str:
    """RFC 4180: a header of JSON's keys, CRLF, quotes where they are needed.

    `columns` head a file without rows. `has_bom` starts it with the mark by which spreadsheets
    recognize UTF-8.
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
    """The header of a file without rows."""
    names = list(panel.widget.draw.columns) if panel.widget else []
    if _START in names:
        names.insert(names.index(_START) + 1, _LOCAL)
    return names


def _cell(value: object) -> object:
    """Text that a spreadsheet would run gets an apostrophe, which makes it text there."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and _FORMULA.match(value):
        return f"'{value}"
    return value


def disposition(scope: Scope, panel: Answer, time_range: TimeRange, kind: str) -> str:
    """A download's name: for old programs in ASCII, for people with title and dates (RFC 6266)."""
    word = time_range.preset.word if time_range.preset else "custom"
    plain = "_".join((scope.org.slug, str(scope.dashboard), panel.slug, word))
    title = _safe(f"{scope.org.name} – {panel.title}")[:_LONGEST_TITLE].strip(" .")
    named = quote(f"{title}, {_safe(range_label(time_range, has_year=True))}.{kind}", safe="")
    return f"attachment; filename=\"{plain}.{kind}\"; filename*=UTF-8''{named}"


def _safe(text: str) -> str:
    """Without what a file's name cannot hold."""
    return "".join("-" if c in '/\\:*?"<>|' or not c.isprintable() else c for c in text)
