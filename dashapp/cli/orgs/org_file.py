"""CSV files with the orgs to add: a header, then one org per line."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from dashapp.domain.errors import BadInput, excerpt
from dashapp.domain.language import LANGUAGES
from dashapp.store.orgs.new_orgs import NewOrg, check_new_org

COLUMNS = NewOrg._fields
_DELIMITERS = ",;\t"


class OrgFile(NamedTuple):
    """A file with a column `slug`. `defaults` are for other columns that are missing or empty."""

    path: Path
    defaults: Mapping[str, str | None]

    def check(self) -> int:
        """Return how many orgs the file has. Raises BadInput with the first invalid line."""
        count, first_fault, faults = 0, "", 0
        line_of: dict[str, int] = {}
        for line, new in self._lines():
            count += 1
            fault = _fault(new, line_of.get(new.slug))
            line_of.setdefault(new.slug, line)
            if fault:
                first_fault, faults = first_fault or f"Line {line}: {fault}", faults + 1
        if faults:
            more = f" Invalid lines: {faults:,}." if faults > 1 else ""
            raise BadInput(f"{first_fault}{more} No org was added.")
        if not count:
            raise BadInput("The file has no orgs.")
        return count

    def orgs(self) -> Iterator[NewOrg]:
        """Yield the orgs of a file that was checked."""
        for _line, new in self._lines():
            yield new

    def _lines(self) -> Iterator[tuple[int, NewOrg]]:
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            try:
                rows = csv.reader(file, delimiter=_delimiter(file.readline()), strict=True)
                file.seek(0)
                header = _header(next(rows, []))
                for row in rows:
                    if len(row) > len(header):
                        raise BadInput(
                            f"Line {rows.line_num}: {len(row)} columns, but the header has "
                            f"{len(header)}. No org was added."
                        )
                    if any(row):
                        yield rows.line_num, self._org(header, row)
            except UnicodeDecodeError:
                raise BadInput("The file is not UTF-8 text.") from None
            except csv.Error as error:
                raise BadInput(f"Line {rows.line_num}: invalid CSV: {error}.") from None

    def _org(self, header: list[str], row: list[str]) -> NewOrg:
        given = {name: cell for name, cell in zip(header, row, strict=False) if cell}
        values = {"slug": "", **self.defaults, **given}
        return NewOrg(**{"name": values["slug"], **values})  # type: ignore[arg-type]


def _fault(new: NewOrg, earlier_line: int | None) -> str | None:
    """Return what is wrong with a line, or None."""
    try:
        check_new_org(new)
    except BadInput as error:
        return error.message
    if new.locale not in LANGUAGES:
        return f"Unknown locale “{excerpt(new.locale)}”. Use one of: {', '.join(LANGUAGES)}."
    if earlier_line is not None:
        return f"Org {new.slug} is on line {earlier_line}, too."
    return None


def _delimiter(header: str) -> str:
    return max(_DELIMITERS, key=header.count)


def _header(names: list[str]) -> list[str]:
    header = [name.strip().lower() for name in names]
    unknown = [name for name in header if name not in COLUMNS]
    if "slug" not in header or unknown or len(set(header)) < len(header):
        raise BadInput(
            f"The first line must be a header with the column slug, and any of "
            f"{', '.join(COLUMNS[1:])}. It is: {excerpt(', '.join(names), 80)}"
        )
    return header
