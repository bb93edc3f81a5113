"""Reads the rows of a Parquet file as records, with DuckDB, in blocks.

The connection can read the folder of the file only.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dashapp.domain.errors import BadInput, ConfigurationError, excerpt
from dashapp.domain.events.event import KEYS
from dashapp.domain.files.columns import missing_columns, missing_columns_message
from dashapp.domain.files.json_values import canonical_json
from dashapp.domain.files.plan import Plan
from dashapp.domain.files.records import Record
from dashapp.domain.files.values import Unstorable, json_value
from dashapp.store.columns.duck import connect
from dashapp.store.imports.unpacking import DamagedFile

_PATTERN = frozenset("*?[]{}\\")
_BLOCK = 2_000  # rows
_MAX_UNPACKED = 4 * 2**30  # bytes
_SQL_ROWS = "SELECT * FROM read_parquet(?, hive_partitioning = false)"
_SQL_COUNT = "SELECT sum(num_rows)::BIGINT FROM parquet_file_metadata(?)"
_REASON = 150  # characters

OnShare = Callable[[float], object]  # the share of the file that has been read


@contextmanager
def parquet_records(
    path: Path, plan: Plan, on_share: OnShare = lambda _share: None
) -> Iterator[Iterator[Record]]:
    """Yield the rows as records; a record's line is the number of its row.

    Raises BadInput if columns are missing, or DamagedFile.
    """
    with _named_plainly(path.resolve()) as file:
        connection = connect(file.parent)
        try:
            yield _records(connection, file, plan, on_share)
        finally:
            connection.close()


@contextmanager
def _named_plainly(file: Path) -> Iterator[Path]:
    """Yield the file, under another name if DuckDB would read its name as a pattern."""
    if _PATTERN.isdisjoint(str(file)):
        yield file
        return
    with _copied(lambda copy: _link(file, copy)) as copy:
        yield copy


def _link(file: Path, copy: Path) -> None:
    try:
        copy.hardlink_to(file)
    except OSError:  # on another disk, or of another user
        shutil.copyfile(file, copy)


@contextmanager
def unpacked(chunks: Iterator[bytes]) -> Iterator[Path]:
    """Yield a temporary file with this content. Raises BadInput if it is too large."""
    with _copied(lambda copy: _unpack(chunks, copy)) as copy:
        yield copy


@contextmanager
def _copied(copy_to: Callable[[Path], object]) -> Iterator[Path]:
    """Yield a temporary file. Raises ConfigurationError if it cannot be written."""
    with tempfile.TemporaryDirectory(prefix="dashapp-import-") as folder:
        file = Path(folder) / "file.parquet"
        try:
            copy_to(file)
        except OSError as error:
            raise ConfigurationError(
                f"Cannot copy the Parquet file to {tempfile.gettempdir()}: {error.strerror}. Set "
                "TMPDIR to a folder with enough space."
            ) from None
        yield file


def _unpack(chunks: Iterator[bytes], file: Path) -> None:
    size = 0
    with file.open("wb") as copy:
        for chunk in chunks:
            size += len(chunk)
            if size > _MAX_UNPACKED:
                raise BadInput(
                    f"The Parquet file has more than {_MAX_UNPACKED:,} bytes when decompressed. "
                    "Decompress it first, or write it without the outer compression."
                )
            copy.write(chunk)


def _records(connection: Any, file: Path, plan: Plan, on_share: OnShare) -> Iterator[Record]:
    (total,) = _checked(lambda: connection.execute(_SQL_COUNT, [str(file)]).fetchone())
    if not total:
        raise BadInput("The file has no rows.")
    cursor = _checked(lambda: connection.execute(_SQL_ROWS, [str(file)]))
    names = [column[0] for column in cursor.description]
    _check_columns(names, plan)
    used = _used_columns(names, plan)
    line = 0
    while rows := _checked(lambda: cursor.fetchmany(_BLOCK)):
        for row in rows:
            line += 1
            yield _record(line, names, row, used)
        on_share(line / total)


def _checked(read: Callable[[], Any]) -> Any:
    """Return what DuckDB reads. Raises DamagedFile, or BadInput for too large row groups."""
    from duckdb import Error, OutOfMemoryException  # noqa: PLC0415 - when first needed

    try:
        return read()
    except OutOfMemoryException:
        raise BadInput(
            "The Parquet file needs too much memory. Write it with row groups of at most 100,000 "
            "rows, or export it as CSV."
        ) from None
    except (Error, ValueError, OverflowError) as error:
        lines = str(error).splitlines()
        reason = excerpt(lines[0].rpartition("Error: ")[2], _REASON) if lines else "unknown"
        raise DamagedFile(
            f"The Parquet file is corrupt, truncated, or of an unsupported kind ({reason}). Write "
            "it again, or export it as CSV."
        ) from None


def _check_columns(names: list[str], plan: Plan) -> None:
    """Raise BadInput if a column is missing. Fields of structs are checked row by row."""
    missing = [
        column for column in missing_columns(names, plan) if column.partition(".")[0] not in names
    ]
    if missing:
        raise BadInput(missing_columns_message(missing, names, plan))


def _used_columns(names: list[str], plan: Plan) -> frozenset[str]:
    named = {*plan.named, *KEYS}
    return frozenset(names) & {*named, *(name.partition(".")[0] for name in named)}


def _record(line: int, names: list[str], row: Sequence[Any], used: frozenset[str]) -> Record:
    """Return a row as a record, with a fault if a value that is used cannot be stored exactly."""
    fields: dict[str, Any] = {}
    fault = None
    for name, value in zip(names, row, strict=True):
        try:
            fields[name] = json_value(value)
        except Unstorable as error:
            fields[name] = str(value)
            if name in used:
                fault = f"The column “{excerpt(name)}” has {error}."
    return Record(line, canonical_json(fields), fields, True, fault)
