"""One panel's rows as a file: its columns, its cells and its name."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote

from dashapp.domain.access.scope import Scope
from dashapp.domain.time.labels import span_label
from dashapp.domain.time.time_range import TimeRange
from dashapp.web.api.rows import LOCAL, START, json_rows
from dashapp.web.http.files.csv_lines import csv_line
from dashapp.widgets.answers import Answer

_BOM = "\ufeff"
_MAX_TITLE = 60  # characters; most file systems limit a file name to 255 bytes


def panel_rows(panel: Answer, time_range: TimeRange) -> list[dict[str, Any]]:
    """Return a panel's rows as JSON."""
    columns = panel.widget.draw.columns if panel.widget else ()
    return json_rows(panel.rows, time_range, columns)


def csv_of(
    rows: Sequence[dict[str, Any]], columns: Sequence[str] = (), *, has_bom: bool = False
) -> str:
    """Return CSV as in RFC 4180: a header of JSON's keys, CRLF, and quotes where needed.

    `columns` is the header of a file without rows. `has_bom` adds the byte order mark by which
    spreadsheets recognize UTF-8.
    """
    names = list(rows[0]) if rows else list(columns)
    lines: list[Sequence[object]] = [names] if names else []
    lines += ([row[name] for name in names] for row in rows)
    text = "".join(map(csv_line, lines))
    return f"{_BOM if has_bom else ''}{text}"


def columns_of(panel: Answer) -> list[str]:
    """Return the header of a file without rows."""
    names = list(panel.widget.draw.columns) if panel.widget else []
    if START in names and "series" in names:
        names.insert(names.index(START) + 1, LOCAL)
    return names


def disposition(scope: Scope, panel: Answer, time_range: TimeRange, kind: str) -> str:
    """Return the Content-Disposition of a panel's file."""
    return FileName(scope, panel.slug, [panel.title], time_range).disposition(kind)


class FileName(NamedTuple):
    """What the name of a file is made of. `within` are the ends of a part of the range."""

    scope: Scope
    slug: str
    titles: Sequence[str]
    time_range: TimeRange
    within: tuple[datetime, datetime] | None = None

    def disposition(self, kind: str) -> str:
        """Return a Content-Disposition: an ASCII name, and one with title and dates (RFC 6266)."""
        scope, preset = self.scope, self.time_range.preset
        range_word = preset.word if preset else "custom"
        ascii_name = "_".join((scope.org.slug, str(scope.dashboard), self.slug, range_word))
        titles = ", ".join(dict.fromkeys(self.titles))
        title = _safe(f"{scope.org.name} – {titles}")[:_MAX_TITLE].strip(" .")
        encoded_name = quote(f"{title}, {_safe(self._dates())}.{kind}", safe="")
        return f"attachment; filename=\"{ascii_name}.{kind}\"; filename*=UTF-8''{encoded_name}"

    def _dates(self) -> str:
        start, end = self.time_range.start, self.time_range.end
        low, high = self.within or (start, end)
        if low >= end or high <= start:
            low, high = start, end  # a part outside the range has no rows
        return span_label(self.time_range, max(low, start), min(high, end), has_year=True)


def _safe(text: str) -> str:
    """Replace the characters that a file name cannot contain."""
    return "".join("-" if c in '/\\:*?"<>|' or not c.isprintable() else c for c in text)
