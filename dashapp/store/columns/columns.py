"""What a process needs to read sealed days: its DuckDB and the files on disk."""

from pathlib import Path
from typing import NamedTuple, Optional

from sqlalchemy import URL
from sqlalchemy.orm import Session

from dashapp.domain.errors import ConfigurationError, excerpt
from dashapp.store.columns.cache import SegmentCache
from dashapp.store.columns.duck import Duck

_INFO = "columns"  # key of a session's info


class CacheFolder(NamedTuple):
    """The folder for copies of segments, and how much of the disk they may use."""

    path: Path
    max_bytes: int

    @staticmethod
    def of(url: URL, folder: str | None = None, megabytes: int = 4_096) -> "CacheFolder":
        """Return the folder of a store; the default is next to a SQLite file, or in `var`.

        Raises ConfigurationError.
        """
        if folder is not None:
            path = Path(folder)
        elif url.get_backend_name() == "sqlite":
            path = Path(str(url.database)).parent / "cache"
        else:
            path = Path("var/cache")
        return CacheFolder(_folder(path), megabytes * 2**20)


def _folder(path: Path) -> Path:
    """Return the whole path. Raises ConfigurationError if it cannot be that of a folder."""
    try:
        whole = path.resolve()
        existing = next(place for place in (whole, *whole.parents) if place.exists())
        if existing.is_dir():
            return whole
    except (OSError, RuntimeError):  # links in a circle, or a name that is too long
        pass
    raise ConfigurationError(
        f"DASHAPP_CACHE_DIR: {excerpt(path, 100)} is not, and cannot become, a folder."
    )


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
