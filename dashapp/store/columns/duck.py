"""DuckDB inside the process: locked down to one folder, bounded in memory and in time.

It is imported and connected when it is first needed: a worker that never is pays nothing. Each
question has a cursor of its own: two threads on one connection may get each other's results.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore, Event, Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any

from dashapp.domain.errors import TooSlow

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_AT_ONCE = 2  # questions per worker: they share the memory
_MEMORY = "512MB"
_INTERRUPT_AGAIN = 0.05  # seconds
_MAX_ROWS = 500_000  # of an answer


# Connections of a parent process. They must never be closed: that would hang.
_inherited: list[object] = []


class UnreadableFile(Exception):
    """A file of a statement was deleted."""


class _Process:
    """What a process does not share with its children."""

    def __init__(self) -> None:
        self.id = os.getpid()
        self.lock = Lock()
        self.admitted = BoundedSemaphore(_AT_ONCE)
        self.connection: DuckDBPyConnection | None = None


class Duck:
    """A connection that reads Parquet files of one folder. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process = _Process()

    @contextmanager
    def question(self, seconds: float | None) -> Iterator["Question"]:
        """Yield a cursor for the statements of one question. Raises TooSlow after the time.

        None means that there is no limit.
        """
        deadline = None if seconds is None else monotonic() + seconds
        process = self._own_process()
        if not process.admitted.acquire(timeout=seconds):
            raise TooSlow
        try:
            cursor = self._connect(process).cursor()
            try:
                with _interrupted_after(cursor, deadline):
                    yield Question(cursor, deadline)
            except Exception as error:
                if _is_fatal(error):
                    process.connection = None  # it would refuse all other questions
                raise
            finally:
                cursor.close()
        finally:
            process.admitted.release()

    def _own_process(self) -> _Process:
        """Return what this process has: the connection and the locks of a parent would hang."""
        if self._process.id != os.getpid():
            _inherited.append(self._process)
            self._process = _Process()
        return self._process

    def _connect(self, process: _Process) -> "DuckDBPyConnection":
        with process.lock:
            if process.connection is None:
                process.connection = connect(self.folder)
            return process.connection

    def close(self) -> None:
        process = self._own_process()
        with process.lock:
            if process.connection is not None:
                process.connection.close()
            process.connection = None


@contextmanager
def _interrupted_after(cursor: "DuckDBPyConnection", deadline: float | None) -> Iterator[None]:
    """Interrupt the statement that runs at the deadline.

    It does so again and again: an interrupt before the statement has really begun is lost.
    """
    if deadline is None:
        yield
        return
    has_ended = Event()

    def watch() -> None:
        pause = deadline - monotonic()
        while not has_ended.wait(pause):
            cursor.interrupt()
            pause = _INTERRUPT_AGAIN

    thread = Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        has_ended.set()
        thread.join()


def _is_fatal(error: Exception) -> bool:
    """Whether DuckDB can no longer be used after this error."""
    from duckdb import FatalException, InternalException  # noqa: PLC0415 - when first needed

    return isinstance(error, FatalException | InternalException)


class Question:
    """Runs statements until the time is over."""

    def __init__(self, cursor: "DuckDBPyConnection", deadline: float | None) -> None:
        self._cursor = cursor
        self._deadline = deadline

    def run(self, statement: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Return all rows of a statement.

        Raises UnreadableFile, or TooSlow: if time is limited, also if there are too many rows.
        """
        from duckdb import (  # noqa: PLC0415 - when first needed
            InterruptException,
            IOException,
            OutOfMemoryException,
        )

        if self._deadline is not None and monotonic() >= self._deadline:
            raise TooSlow
        try:  # statements run while their rows are fetched
            cursor = self._cursor.execute(statement, params or None)
            if self._deadline is None:
                return cursor.fetchall()
            rows = cursor.fetchmany(_MAX_ROWS + 1)
        except (InterruptException, OutOfMemoryException):
            raise TooSlow from None
        except IOException as error:
            raise UnreadableFile from error
        if len(rows) > _MAX_ROWS:
            raise TooSlow
        return rows


def connect(folder: Path, *, memory: str = _MEMORY, spills_to: Path | None = None) -> Any:
    """Return a connection that can touch nothing outside of the folder.

    DuckDB accepts these settings only in this order.
    """
    import duckdb  # noqa: PLC0415 - when first needed

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    connection = duckdb.connect(
        ":memory:",
        config={
            "threads": 1,  # takes less time in all, and leaves the other cores to other workers
            "async_threads": 1,
            "memory_limit": memory,
            "temp_directory": "" if spills_to is None else str(spills_to),
            "autoload_known_extensions": "false",
            "autoinstall_known_extensions": "false",
            "allow_community_extensions": "false",
            "allow_persistent_secrets": "false",
            "python_enable_replacements": "false",
        },
    )
    connection.execute("SET TimeZone = 'UTC'")  # times are the same on every machine
    connection.execute("SET parquet_metadata_cache = true")
    connection.execute(f"SET allowed_directories = ['{quoted(folder)}/']")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def quoted(path: Path) -> str:
    """Return a path as the inside of a text in SQL."""
    return str(path.resolve()).replace("'", "''")
