"""Spreadsheets (xlsx, xlsb, xls, ods) as lines of CSV."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache, reduce
from typing import IO, Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, WorksheetNotFound

from dashapp.domain.errors import BadInput, shown
from dashapp.domain.files.notes import Notes

_MOST_BYTES = 500_000_000  # unpacked: a sheet is read whole
_MOST_CELLS = 20_000_000
_PIECE = 1024 * 1024
_CELL = re.compile(rb'<(?:\w+:)?c [^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
_DIGITS = 15  # as many as a spreadsheet shows
_INSIDE = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
_DOCUMENTS = {"word/document.xml": "a Word document", "ppt/presentation.xml": "a presentation"}
_UNREADABLE = "The spreadsheet is damaged, or is none. Save it again, or export it as CSV."


def is_sheet(file: IO[bytes]) -> bool:
    """Whether a zip is a spreadsheet. Raises BadInput for another document."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile:
        return False
    finally:
        file.seek(0)
    for name, kind in _DOCUMENTS.items():
        if name in names:
            raise BadInput(f"This is {kind}. Export the data as CSV or NDJSON.")
    return any(name in names for name in _INSIDE)


def sheet_lines(file: IO[bytes], name: str | None, notes: Notes) -> Iterator[bytes]:
    """The rows of a sheet, or of the first one, a line of CSV each. Raises BadInput."""
    _check_size(file)
    try:
        with CalamineWorkbook.from_filelike(file) as book:
            sheet = _sheet(book, name, notes)
            for row in sheet.iter_rows():
                yield _line([_text(cell) for cell in row])
    except PasswordError:
        raise BadInput("The spreadsheet has a password. Save it without one.") from None
    except (CalamineError, OSError):
        raise BadInput(_UNREADABLE) from None
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # of Rust; is no Exception
            raise BadInput(_UNREADABLE) from None
        raise


def _check_size(file: IO[bytes]) -> None:
    """What a zip says of its sizes is held against what is in it, before all of it is unpacked."""
    file.seek(0)
    if zipfile.is_zipfile(file):
        file.seek(0)
        try:
            with zipfile.ZipFile(file) as archive:
                if sum(one.file_size for one in archive.infolist()) > _MOST_BYTES:
                    raise BadInput("The spreadsheet is too large to be read. Export it as CSV.")
                for member in archive.infolist():
                    with archive.open(member) as part:
                        _check_cells(part)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError):
            raise BadInput(_UNREADABLE) from None
    file.seek(0)


def _check_cells(part: IO[bytes]) -> None:
    """A cell far away makes a sheet of a billion empty ones, all of which take memory."""
    columns, rows, rest = 1, 1, b""
    while chunk := part.read(_PIECE):
        for letters, number in _CELL.findall(rest + chunk):
            columns = max(columns, _column(letters))
            rows = max(rows, int(number))
        rest = chunk[-32:]
    if columns * rows > _MOST_CELLS:
        raise BadInput(
            f"A sheet has {rows:,} rows and {columns:,} columns, most of them surely empty. "
            "Export it as CSV."
        )


@cache
def _column(letters: bytes) -> int:
    """A is 1, Z 26, AA 27."""
    return reduce(lambda number, letter: number * 26 + letter - 64, letters, 0)


def _sheet(book: CalamineWorkbook, name: str | None, notes: Notes) -> Any:
    names = book.sheet_names
    listed = ", ".join(shown(one) for one in names)
    if not names:
        raise BadInput("The spreadsheet has no sheet.")
    if name is None:
        if len(names) > 1:
            said = f"the sheet “{shown(names[0])}” was read; another is had by --sheet ({listed})"
            notes.add(1, said)
        return book.get_sheet_by_index(0)
    try:
        return book.get_sheet_by_name(name)
    except WorksheetNotFound:
        raise BadInput(f"There is no sheet “{shown(name)}”; there is: {listed}.") from None


def _line(cells: list[str]) -> bytes:
    """A row; an empty one is an empty line, so that rows keep their numbers."""
    if not any(cells):
        return b"\n"
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue().encode("utf-8", "surrogatepass")


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        is_whole = cell.is_integer() and abs(cell) < 10**_DIGITS
        return str(int(cell)) if is_whole else format(cell, f".{_DIGITS}g")
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)
