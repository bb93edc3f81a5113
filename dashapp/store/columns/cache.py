"""Copies of segments on the local disk, named after their hash. Deleting them is always safe.

A file is hashed before this process reads it for the first time, and again if it has changed: of
60 flipped bits, 14 gave a wrong sum without an error.
"""

import logging
import os
import re
import secrets
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from threading import Lock
from time import time, time_ns

_SUFFIX = ".parquet"
# Nothing else in the folder is deleted: it may be one that has other files, too.
_COPY = re.compile(r"[0-9a-f]{64}\.parquet")
_UNFINISHED = re.compile(r"[0-9a-f]{16,64}([-.][0-9a-f]+)?\.(part|d)")
_TOUCH_AFTER = 60 * 10**9  # nanoseconds: how exactly the last use is known
_NEW = 300  # seconds: the list of what exists may be that old
_ABANDONED = 3600  # seconds, after which a file that was never completed is deleted
_IN_USE = 2 * 60 * 10**9  # nanoseconds: a question may still read files used that recently
_log = logging.getLogger(__name__)


class Damaged(Exception):
    """A segment in the database is not what was stored."""


class SegmentCache:
    """A folder of at most `max_bytes`, shared by all workers of a machine.

    Files in use are kept even if they take more.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self.folder = folder
        self._max_bytes = max_bytes
        self._checked: dict[Path, tuple[int, int, int]] = {}
        self._lock = Lock()

    def path(self, digest: str, load: Callable[[], bytes]) -> Path:
        """Return a file with this hash; `load` returns its content if it is not here.

        Raises Damaged if the content has another hash, and OSError if it cannot be written.
        """
        path = self.folder / f"{digest}{_SUFFIX}"
        if not self._is_intact(path, digest):
            self._write(path, digest, load())
        return path

    def forget(self, path: Path) -> None:
        """Delete a file that could not be read."""
        with suppress(OSError):
            path.unlink()
        self._checked.pop(path, None)

    def delete(self, digests: Iterable[str]) -> None:
        """Delete the files with these hashes."""
        for digest in digests:
            self.forget(self.folder / f"{digest}{_SUFFIX}")

    def has_copies(self) -> bool:
        """Whether this machine has copies of segments."""
        with suppress(OSError):
            return any(_COPY.fullmatch(path.name) for path in self.folder.iterdir())
        return False

    def usage(self) -> tuple[int, int]:
        """Return the number of copies on this machine, and their size in bytes."""
        sizes = []
        with suppress(OSError):
            for entry in os.scandir(self.folder):
                with suppress(OSError):
                    if _COPY.fullmatch(entry.name):
                        sizes.append(entry.stat().st_size)
        return len(sizes), sum(sizes)

    def keep_only(self, digests: Collection[str]) -> None:
        """Delete all files but those with these hashes, and those written in the last minutes."""
        if not self.folder.is_dir():
            return
        for path in self.folder.iterdir():
            with suppress(OSError):
                if not _COPY.fullmatch(path.name):
                    _delete_if_abandoned(path)
                elif path.stem not in digests and time() - path.stat().st_mtime > _NEW:
                    self.forget(path)

    def _is_intact(self, path: Path, digest: str) -> bool:
        try:
            identity = _identity(path)
            if self._checked.get(path) != identity:
                if sha256(path.read_bytes()).hexdigest() != digest:
                    _log.error("a cached segment was damaged", extra={"file": path.name})
                    self.forget(path)
                    return False
                self._checked[path] = identity
            _mark_used(path)
        except OSError:
            return False
        return True

    def _write(self, path: Path, digest: str, body: bytes) -> None:
        if sha256(body).hexdigest() != digest:
            raise Damaged
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = self.folder / f"{digest}.{secrets.token_hex(4)}.part"
        try:
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
                file.write(body)
            identity = _identity(unfinished)  # now: another process may delete the finished file
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
        self._checked[path] = identity
        with self._lock:
            self._evict(path)

    def _evict(self, newest: Path) -> None:
        """Delete the files that were not used for the longest time, until the others fit."""
        files = []
        for path in self.folder.iterdir():
            with suppress(OSError):
                if _COPY.fullmatch(path.name):
                    status = path.stat()
                    files.append((status.st_atime_ns, status.st_size, path))
                else:
                    _delete_if_abandoned(path)
        total = sum(size for _used, size, _path in files)
        for used, size, path in sorted(files):
            if total <= self._max_bytes or time_ns() - used < _IN_USE:
                return
            if path != newest:
                self.forget(path)
                total -= size


def _delete_if_abandoned(path: Path) -> None:
    """Delete what a process that was killed has left: a file, or a folder of DuckDB's."""
    if _UNFINISHED.fullmatch(path.name) and time() - path.stat().st_mtime > _ABANDONED:
        rmtree(path) if path.is_dir() else path.unlink()


def _identity(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


def _mark_used(path: Path) -> None:
    status, now = path.stat(), time_ns()
    if now - status.st_atime_ns > _TOUCH_AFTER:
        with suppress(OSError):  # a folder that can only be read
            os.utime(path, ns=(now, status.st_mtime_ns))
