"""A file on disk, read as decompressed content, with progress."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from dashapp.domain.errors import BadInput
from dashapp.domain.files.kinds import OLD_OFFICE, PARQUET, compression_of
from dashapp.domain.files.notes import Notes
from dashapp.domain.files.plan import Plan
from dashapp.domain.files.reading import Content
from dashapp.domain.files.text import take_head
from dashapp.store.imports.parquet import OnShare, parquet_records, unpacked
from dashapp.store.imports.sheets import is_sheet, sheet_lines
from dashapp.store.imports.unpacking import decompress


class Source:
    """A file to import. `on_progress` gets the number of bytes read since its last call."""

    def __init__(
        self, path: Path, on_progress: Callable[[int], object] = lambda _count: None, name: str = ""
    ) -> None:
        self._path = path
        self._on_progress = on_progress
        self.name = name or path.name

    def digest(self) -> str:
        """Return the SHA-256 of the file as it is on disk."""
        with self._path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def without_progress(self) -> "Source":
        """Return the same file without a progress callback."""
        return Source(self._path, name=self.name)

    @contextmanager
    def open(self, plan: Plan, notes: Notes) -> Iterator[Content]:
        """Open the decompressed content, which can be read once. Raises BadInput."""
        with self._path.open("rb") as file:
            head = file.read(8)
            file.seek(0)
            compression = compression_of(head)
            if head == OLD_OFFICE or (compression == "zip" and is_sheet(file)):
                lines = sheet_lines(file, plan.options.sheet, notes)
                yield Content(self._with_progress(lines, file), is_sheet=True)
                return
            if plan.options.sheet:
                raise BadInput("--sheet is only for spreadsheets, and this file is not one.")
            if head.startswith(PARQUET):
                with parquet_records(self._path, plan, self._on_share()) as records:
                    yield Content(iter(()), records=records)
                return
            chunks = _decompress_inner(decompress(file, compression))
            with _content(self._with_progress(chunks, file), plan) as content:
                yield content

    def _on_share(self) -> OnShare:
        """Return a function that reports progress by the share of the file that was read."""
        size, reported = self._path.stat().st_size, 0

        def on_share(share: float) -> None:
            nonlocal reported
            position = round(size * share)
            self._on_progress(position - reported)
            reported = position

        return on_share

    def _with_progress(self, chunks: Iterator[bytes], file: IO[bytes]) -> Iterator[bytes]:
        reported = 0
        for chunk in chunks:
            position = file.tell()
            if position > reported:  # a zip file is not read from front to back
                self._on_progress(position - reported)
                reported = position
            yield chunk
        self._on_progress(self._path.stat().st_size - reported)


@contextmanager
def _content(chunks: Iterator[bytes], plan: Plan) -> Iterator[Content]:
    """Yield decompressed content; a compressed Parquet file is decompressed to the disk."""
    head, chunks = take_head(chunks)
    if not head.startswith(PARQUET):
        yield Content(chunks)
        return
    with unpacked(chunks) as file, parquet_records(file, plan) as records:
        yield Content(iter(()), records=records)


class _ChunkReader:
    """Chunks as a file that can only be read forward."""

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


def _decompress_inner(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Decompress once more if the content is compressed itself, such as a zip of a .csv.gz."""
    head, chunks = take_head(chunks)
    compression = compression_of(head)
    if compression is None:
        return chunks
    if compression == "zip" or head.startswith(OLD_OFFICE):
        raise BadInput("The file contains a zip file or a spreadsheet. Extract it first.")
    return decompress(cast("IO[bytes]", _ChunkReader(chunks)), compression)
