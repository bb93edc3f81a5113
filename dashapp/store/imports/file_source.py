"""A file on disk as what is in it: unpacked, however it is packed; tells how far it is read."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from dashapp.domain.errors import BadInput
from dashapp.domain.files.kinds import OLD_OFFICE, compression_of
from dashapp.domain.files.notes import Notes
from dashapp.domain.files.plan import Plan
from dashapp.domain.files.reading import Content
from dashapp.domain.files.text import take_head
from dashapp.store.imports.sheets import is_sheet, sheet_lines
from dashapp.store.imports.unpacking import unpacked


class Source:
    """A file; `tell` hears how many bytes of it were read, as often as some were."""

    def __init__(
        self, path: Path, tell: Callable[[int], object] = lambda _count: None, name: str = ""
    ) -> None:
        self._path = path
        self._tell = tell
        self.name = name or path.name

    def digest(self) -> str:
        """The SHA-256 of the file as it is."""
        with self._path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def silent(self) -> "Source":
        """The same file, telling nobody."""
        return Source(self._path, name=self.name)

    @contextmanager
    def open(self, how: Plan, notes: Notes) -> Iterator[Content]:
        """What is in it, to be read once. Raises BadInput."""
        with self._path.open("rb") as file:
            head = file.read(8)
            file.seek(0)
            packing = compression_of(head)
            if head == OLD_OFFICE or (packing == "zip" and is_sheet(file)):
                lines = sheet_lines(file, how.options.sheet, notes)
                yield Content(self._told(lines, file), is_sheet=True)
                return
            if how.options.sheet:
                raise BadInput("--sheet is for spreadsheets; this is none.")
            yield Content(self._told(_inside(unpacked(file, packing)), file))

    def _told(self, chunks: Iterator[bytes], file: IO[bytes]) -> Iterator[bytes]:
        done = 0
        for chunk in chunks:
            position = file.tell()
            if position > done:  # a zip is not read from front to back
                self._tell(position - done)
                done = position
            yield chunk
        self._tell(self._path.stat().st_size - done)


class _Chunks:
    """Chunks as a file that is read forward."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def read(self, size: int) -> bytes:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return b""
            self._rest = chunk
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece


def _inside(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """What is packed twice (a zip of a .csv.gz) is unpacked twice, and no more."""
    head, chunks = take_head(chunks)
    packing = compression_of(head)
    if packing is None:
        return chunks
    if packing == "zip" or head.startswith(OLD_OFFICE):
        raise BadInput("There is a zip or a spreadsheet inside of the file. Unpack it first.")
    return unpacked(cast("IO[bytes]", _Chunks(chunks)), packing)
