"""The file of an export: it appears when it is complete, and not before."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Literal, get_args

from dashapp.domain.errors import BadInput, ConfigurationError, Conflict
from dashapp.store.exports.exporting import Writer
from dashapp.store.exports.parquet import ParquetWriter
from dashapp.store.exports.text_files import CsvWriter, NdjsonWriter

Format = Literal["parquet", "csv", "ndjson"]
FORMATS: tuple[Format, ...] = get_args(Format)
Export = Callable[[Writer], int]  # writes the events, and returns how many


def export_to_file(run: Export, file_format: Format, file: Path, *, is_overwriting: bool) -> int:
    """Write to a private folder next to the file, then rename; return how many events.

    Raises BadInput, Conflict or ConfigurationError.
    """
    target = file.resolve()
    _check_target(target, file, is_overwriting=is_overwriting)
    with private_folder(target.parent) as folder:
        part, count = write_file(run, file_format, folder)
        with part.open("rb") as written:
            os.fsync(written.fileno())
        _check_target(target, file, is_overwriting=is_overwriting)
        part.replace(target)
    return count


def export_to_stream(run: Export, file_format: Format, stream: IO[bytes]) -> int:
    """Write to standard output; return how many events."""
    if file_format != "parquet":
        return run(text_writer(file_format, stream))
    with private_folder(None) as folder:
        part, count = write_file(run, file_format, folder)
        with part.open("rb") as written:
            shutil.copyfileobj(written, stream)
    return count


def _check_target(target: Path, file: Path, *, is_overwriting: bool) -> None:
    if target.exists() and not target.is_file():
        raise BadInput(f"{file} is not a file. To write to standard output, leave out -o.")
    if target.exists() and not is_overwriting:
        raise Conflict(f"{file} already exists. Choose another name, or use --force.")


@contextmanager
def private_folder(parent: Path | None) -> Iterator[Path]:
    """Yield a folder that is deleted in the end. Raises ConfigurationError if writing fails."""
    try:
        with tempfile.TemporaryDirectory(prefix=".dashapp-export-", dir=parent) as folder:
            yield Path(folder)
    except OSError as error:
        place = f" in {parent}" if parent else ""
        raise ConfigurationError(
            f"Cannot write the file{place}: {error.strerror}. Nothing was exported."
        ) from None


def write_file(run: Export, file_format: Format, folder: Path) -> tuple[Path, int]:
    """Write a file to a private folder; return it, and how many events it has."""
    if file_format == "parquet":
        with closing(ParquetWriter(folder)) as writer:
            return writer.file, run(writer)
    part = folder / "events"
    with part.open("wb") as file:
        return part, run(text_writer(file_format, file))


def text_writer(file_format: Format, file: IO[bytes]) -> Writer:
    """Return what writes lines of CSV or NDJSON."""
    return CsvWriter(file) if file_format == "csv" else NdjsonWriter(file)
