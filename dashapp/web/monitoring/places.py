"""Counts that all workers of a server share: files in a folder, one place for each worker.

A place is claimed by a lock, which ends with the process. So a worker that takes over for one that
was killed goes on with its counts. Files named after process ids would pile up instead.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from prometheus_client import values

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # the variable that prometheus-client reads


@contextmanager
def sharing() -> Iterator[None]:
    """Let the processes that start during the block share their counts."""
    with TemporaryDirectory(prefix="dashapp-counts-") as folder:
        os.environ[FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[FOLDER]


def shared_folder() -> Path | None:
    """Return the folder with the counts of all workers; None if there is only this process."""
    path = os.environ.get(FOLDER)
    return Path(path) if path else None


def share_counts() -> None:
    """Keep this process's counts in the shared folder. Called before anything is counted."""
    folder = shared_folder()
    if folder is None:
        return
    place = _claim(folder)
    for file in folder.glob(f"gauge_*_{place}.db"):  # what was going on in the process before
        file.unlink()
    values.ValueClass = values.MultiProcessValue(lambda: place)  # type: ignore[no-untyped-call]


def _claim(folder: Path) -> int:
    """Return the first place that no living process has. It is held until this one ends."""
    for place in count():
        file = os.open(folder / f"place-{place}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
        else:
            return place
    raise AssertionError("unreachable")
