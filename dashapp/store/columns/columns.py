"""What a process needs to read sealed days: its DuckDB and the files on disk."""

from pathlib import Path
from typing import NamedTuple, Optional

from sqlalchemy import URL
from sqlalchemy.orm import Session

from dashapp.store.columns.cache import SegmentCache
from dashapp.store.columns.duck import Duck

_INFO = "columns"  # key of a session's info


class CacheSettings(NamedTuple):
    """The folder for copies of segments, and how much of the disk they may use."""

    folder: Path
    max_bytes: int = 4 * 2**30

    @staticmethod
    def beside(url: URL) -> "CacheSettings":
        """Return the default folder: beside a SQLite file, or in the working directory."""
        if url.get_backend_name() == "sqlite" and url.database:
            return CacheSettings(Path(url.database).resolve().parent / "cache")
        return CacheSettings(Path("var/cache").resolve())


class Columns:
    """The reader of sealed days of one store."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self.cache = SegmentCache(folder, max_bytes)
        self.duck = Duck(folder)

    @staticmethod
    def of(session: Session) -> Optional["Columns"]:
        """Return the reader of the session's store; None if it has no folder."""
        columns: Columns | None = session.info.get(_INFO)
        return columns

    @property
    def info(self) -> dict[str, "Columns"]:
        """What a session knows about it."""
        return {_INFO: self}

    def close(self) -> None:
        self.duck.close()
