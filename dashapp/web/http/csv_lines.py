"""Lines of CSV files that spreadsheets open without running anything."""

import re
from collections.abc import Sequence

# Text that a spreadsheet runs as a formula (OWASP, CSV injection), also in full-width characters
# and after spaces, quotes or invisible characters.
_IGNORED = r"[\s\u200b-\u200f\u2060\ufeff\"'“”]*"
_FORMULA = re.compile(rf"{_IGNORED}[\t\r\n=+\-@＝＋－＠]")
# The same after what separates cells in other countries, where even quotes do not help: in
# `7,"a;=1"`, the second cell of a spreadsheet that splits at semicolons is `=1"`.
_FORMULA_INSIDE = re.compile(rf"([;\t|])(?={_IGNORED}[=+\-@＝＋－＠])")
_SPECIAL = re.compile(r"[\",;\t|\r\n]")


def csv_line(values: Sequence[object]) -> str:
    """Return one line as in RFC 4180: quotes where needed, and no formulas."""
    return _line([_cell(value) for value in values]) + "\r\n"


def _line(cells: Sequence[object]) -> str:
    return ",".join(map(_quoted, cells)) or '""'  # readers skip empty lines


def _quoted(cell: object) -> str:
    """Return a cell as it is written. What separates cells elsewhere is quoted, too."""
    text = "" if cell is None else repr(cell) if isinstance(cell, float) else str(cell)
    return '"{}"'.format(text.replace('"', '""')) if _SPECIAL.search(text) else text


def _cell(value: object) -> object:
    """Return a cell's value, with an apostrophe before text that a spreadsheet would run."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        text = _FORMULA_INSIDE.sub(r"\1'", value)
        return f"'{text}" if _FORMULA.match(value) else text
    return value
