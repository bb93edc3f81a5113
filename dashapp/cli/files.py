"""Files that commands read: by name, from a pipe, or from standard input."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def seekable(file: Path) -> Iterator[tuple[Path, str]]:
    """Yield a seekable file and its name; pipes and standard input are copied first."""
    is_stdin = str(file) == "-"
    if file.is_file() and not is_stdin:
        yield file, file.name
        return
    with tempfile.NamedTemporaryFile(prefix="dashapp-import-") as copy:
        if is_stdin:
            shutil.copyfileobj(sys.stdin.buffer, copy)
        else:
            with file.open("rb") as pipe:
                shutil.copyfileobj(pipe, copy)
        copy.flush()
        yield Path(copy.name), "standard input" if is_stdin else file.name
