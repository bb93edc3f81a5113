"""`dashapp boards check` and `dashapp boards schema`."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from dashapp.domain.boards.reading.faults import BoardFileRefused, Fault, path_text
from dashapp.domain.boards.reading.lines import line_of
from dashapp.domain.boards.reading.reader import CheckedFile, Existing, read_board_file

_FILES = click.Path(dir_okay=False, path_type=Path)


@click.group()
def boards() -> None:
    """Define metrics and boards in files."""


@boards.command()
@click.argument("files", nargs=-1, required=True, type=_FILES)
def check(files: tuple[Path, ...]) -> None:
    """Check board files and report every fault.

    Prints the file, line, path and reason of each fault. Exits with status 1 if there are any.
    A file can use the metrics and boards of the files before it.

    \b
    Example:  dashapp boards check shop.toml
    """
    existing, is_valid = Existing(widgets=_widgets()), True
    for file in files:
        checked = _read(file, existing)
        if checked is None:
            is_valid = False
            continue
        existing = Existing(
            {**existing.metrics, **checked.file.metrics},
            existing.boards | checked.file.boards.keys(),
            existing.widgets,
        )
    if not is_valid:
        sys.exit(1)


@boards.command()
def schema() -> None:
    """Print the JSON Schema of board files, for editors."""
    from dashapp.domain.boards.schema import board_file_schema

    click.echo(json.dumps(board_file_schema(), indent=2))


def _widgets() -> frozenset[str]:
    from dashapp.widgets.catalog import load_catalog

    return frozenset(widget.slug for widget in load_catalog())


def _read(file: Path, existing: Existing) -> CheckedFile | None:
    """Return a valid file and print what it contains. Otherwise, print its faults."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = "is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else error.strerror
        click.echo(f"{file}: {reason}", err=True)
        return None
    try:
        checked = read_board_file(text, existing)
    except BoardFileRefused as error:
        for line in _lines(file, text, error.faults):
            click.echo(line, err=True)
        return None
    for line in _lines(file, text, checked.warnings):
        click.echo(line, err=True)
    click.echo(f"{file}: {_counts(checked)}. No faults.")
    return checked


def _lines(file: Path, text: str, faults: tuple[Fault, ...]) -> Iterator[str]:
    located = [(fault.line or line_of(text, fault.path), fault) for fault in faults]
    for line, fault in sorted(located, key=lambda item: item[0]):
        kind = "warning: " if fault.is_warning else ""
        path = f"{path_text(fault.path)}: " if fault.path else ""
        yield f"{file}:{line}: {kind}{path}{fault.reason}"


def _counts(checked: CheckedFile) -> str:
    panels = sum(len(board.panels) for board in checked.file.boards.values())
    counts = {
        "metric": len(checked.file.metrics),
        "board": len(checked.file.boards),
        "panel": panels,
    }
    return ", ".join(f"{n} {name}{'' if n == 1 else 's'}" for name, n in counts.items())
