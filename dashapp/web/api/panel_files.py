"""One panel's rows as a file: its columns, its cells and its name."""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from dashapp.domain.access.scope import Scope
from dashapp.domain.time.labels import range_label
from dashapp.domain.time.time_range import TimeRange
from dashapp.web.api.rows import LOCAL, START, json_rows
from dashapp.widgets.answers import Answer

# Text that a spreadsheet runs as a formula (OWASP, CSV injection), also in full-width characters
# and after spaces, quotes or invisible characters.
_IGNORED = r"[\s\u200b-\u200f\u2060\ufeff\"'“”]*"
_FORMULA = re.compile(rf"{_IGNORED}[\t\r\n=+\-@＝＋－＠]")
# The same after what separates cells in other countries, where even quotes do not help: in
# `7,"a;=1"`, the second cell of a spreadsheet that splits at semicolons is `=1"`.
_FORMULA_INSIDE = re.compile(rf"([;\t|])(?={_IGNORED}[=+\-@＝＋－＠])")
_SPECIAL = re.compile(r"[\",;\t|\r\n]")
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
    lines += ([_cell(row[name]) for name in names] for row in rows)
    text = "".join(f"{_line(line)}\r\n" for line in lines)
    return f"{_BOM if has_bom else ''}{text}"


def _line(cells: Sequence[object]) -> str:
    return ",".join(map(_quoted, cells)) or '""'  # readers skip empty lines


def _quoted(cell: object) -> str:
    """Return a cell as it is written. What separates cells elsewhere is quoted, too."""
    text = "" if cell is None else repr(cell) if isinstance(cell, float) else str(cell)
    return '"{}"'.format(text.replace('"', '""')) if _SPECIAL.search(text) else text


def columns_of(panel: Answer) -> list[str]:
    """Return the header of a file without rows."""
    names = list(panel.widget.draw.columns) if panel.widget else []
    if START in names and "series" in names:
        names.insert(names.index(START) + 1, LOCAL)
    return names


def _cell(value: object) -> object:
    """Return a cell's value, with an apostrophe before text that a spreadsheet would run."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        text = _FORMULA_INSIDE.sub(r"\1'", value)
        return f"'{text}" if _FORMULA.match(value) else text
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
