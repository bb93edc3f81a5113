"""Spreadsheets (xlsx, xlsb, xls, ods), read as lines of CSV."""

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

from dashapp.domain.errors import BadInput, excerpt
from dashapp.domain.files.notes import Notes

_MAX_BYTES = 500_000_000  # decompressed; a sheet is read into memory as a whole
_MAX_CELLS = 20_000_000
_READ_SIZE = 1024 * 1024
_CELL = re.compile(rb'<(?:\w+:)?c [^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
_DIGITS = 15  # significant digits that spreadsheets show
_SHEET_PARTS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
_DOCUMENTS = {"word/document.xml": "a Word document", "ppt/presentation.xml": "a presentation"}
_UNREADABLE = "The spreadsheet cannot be read. Save it again, or export it as CSV."


def is_sheet(file: IO[bytes]) -> bool:
    """Return whether a zip file is a spreadsheet. Raises BadInput for other office documents."""
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
    return any(name in names for name in _SHEET_PARTS)


def sheet_lines(file: IO[bytes], name: str | None, notes: Notes) -> Iterator[bytes]:
    """Yield the rows of the named sheet, or of the first one, as lines of CSV. Raises BadInput."""
    _check_size(file)
    try:
        with CalamineWorkbook.from_filelike(file) as book:
            sheet = _sheet(book, name, notes)
            for row in sheet.iter_rows():
                yield _line([_text(cell) for cell in row])
    except PasswordError:
        raise BadInput(
            "The spreadsheet is password-protected. Save it without a password."
        ) from None
    except (CalamineError, OSError):
        raise BadInput(_UNREADABLE) from None
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # from Rust; not an Exception
            raise BadInput(_UNREADABLE) from None
        raise


def _check_size(file: IO[bytes]) -> None:
    """Raise BadInput if a zipped spreadsheet is too large to be read into memory.

    Checks the sizes that the zip file declares, then the cells of each part.
    """
    file.seek(0)
    if zipfile.is_zipfile(file):
        file.seek(0)
        try:
            with zipfile.ZipFile(file) as archive:
                if sum(member.file_size for member in archive.infolist()) > _MAX_BYTES:
                    raise BadInput("The spreadsheet is too large. Export it as CSV.")
                for member in archive.infolist():
                    with archive.open(member) as part:
                        _check_cells(part)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError):
            raise BadInput(_UNREADABLE) from None
    file.seek(0)


def _check_cells(part: IO[bytes]) -> None:
    """Raise BadInput if a sheet spans too many cells.

    One far-away cell makes a sheet of a billion empty cells, each of which takes memory.
    """
    columns, rows, rest = 1, 1, b""
    while chunk := part.read(_READ_SIZE):
        for letters, number in _CELL.findall(rest + chunk):
            columns = max(columns, _column(letters))
            rows = max(rows, int(number))
        rest = chunk[-32:]
    if columns * rows > _MAX_CELLS:
        raise BadInput(
            f"The sheet is too large: {rows:,} rows and {columns:,} columns, most of them probably "
            "empty. Export it as CSV."
        )


@cache
def _column(letters: bytes) -> int:
    """Return the number of a column: A is 1, Z is 26, AA is 27."""
    return reduce(lambda number, letter: number * 26 + letter - 64, letters, 0)


def _sheet(book: CalamineWorkbook, name: str | None, notes: Notes) -> Any:
    names = book.sheet_names
    listed = ", ".join(excerpt(sheet_name) for sheet_name in names)
    if not names:
        raise BadInput("The spreadsheet has no sheets.")
    if name is None:
        if len(names) > 1:
            note = (
                f"reading the sheet “{excerpt(names[0])}”; choose another with --sheet ({listed})"
            )
            notes.add(1, note)
        return book.get_sheet_by_index(0)
    try:
        return book.get_sheet_by_name(name)
    except WorksheetNotFound:
        raise BadInput(f"No sheet “{excerpt(name)}”. Available sheets: {listed}.") from None


def _line(cells: list[str]) -> bytes:
    """Return a row as a line of CSV. Empty rows become empty lines, so that line numbers match."""
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
