"""Board files as arguments: reading them, and printing their faults with lines."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from dashapp.domain.boards.changes.preparing import FileFaults, NamedFile
from dashapp.domain.boards.reading.faults import Fault, path_text
from dashapp.domain.boards.reading.lines import line_of

FILES = click.Path(dir_okay=False, allow_dash=True, path_type=Path)
_STDIN = "-"


def read_file(file: Path) -> NamedFile | None:
    """Return a file's name and text. If it cannot be read, print why."""
    is_stdin = str(file) == _STDIN
    try:
        content = sys.stdin.buffer.read() if is_stdin else file.read_bytes()
        return NamedFile(str(file), content.decode("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = "is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else error.strerror
        click.echo(f"{file}: {reason}", err=True)
        return None


def print_faults(faults: Iterable[FileFaults]) -> None:
    """Print each fault with the file, line and path."""
    for file, of_file in faults:
        lines = _lines(file, of_file) if file else (fault.reason for fault in of_file)
        for line in lines:
            click.echo(line, err=True)


def _lines(file: NamedFile, faults: Iterable[Fault]) -> Iterator[str]:
    located = [(fault.line or line_of(file.text, fault.path), fault) for fault in faults]
    for line, fault in sorted(located, key=lambda item: item[0]):
        kind = "warning: " if fault.is_warning else ""
        path = f"{path_text(fault.path)}: " if fault.path else ""
        yield f"{file.name}:{line}: {kind}{path}{fault.reason}"


def widget_slugs() -> frozenset[str]:
    """Return the slugs of Python widgets that panels cannot have."""
    from dashapp.store.boards.built_in import built_in_panel_slugs
    from dashapp.widgets.catalog import load_catalog

    return frozenset(widget.slug for widget in load_catalog()) - built_in_panel_slugs()
