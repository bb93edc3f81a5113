"""`dashapp boards check` and `dashapp boards schema`."""

import json
import sys
from pathlib import Path

import click

from dashapp.cli.boards.files import FILES, print_faults, read_file, widget_slugs
from dashapp.domain.boards.changes.preparing import FileFaults
from dashapp.domain.boards.reading.faults import BoardFileRefused
from dashapp.domain.boards.reading.reader import CheckedFile, Existing, read_board_file


@click.group()
def boards() -> None:
    """Define metrics and boards in files."""


@boards.command()
@click.argument("files", nargs=-1, required=True, type=FILES)
def check(files: tuple[Path, ...]) -> None:
    """Check board files and report every fault.

    Prints the file, line, path and reason of each fault. Exits with status 1 if there are any.
    A file can use the metrics and boards of the files before it, and built-in ones.

    \b
    Example:  dashapp boards check shop.toml
    """
    from dashapp.store.boards.loading import built_in_names

    existing, is_valid = built_in_names()._replace(widgets=widget_slugs()), True
    for file in files:
        checked = _read(file, existing)
        if checked is None:
            is_valid = False
        else:
            existing = existing.plus(checked.file)
    if not is_valid:
        sys.exit(1)


@boards.command()
def schema() -> None:
    """Print the JSON Schema of board files, for editors."""
    from dashapp.domain.boards.schema import board_file_schema

    click.echo(json.dumps(board_file_schema(), indent=2))


def _read(path: Path, existing: Existing) -> CheckedFile | None:
    """Return a valid file and print what it contains. Otherwise, print its faults."""
    file = read_file(path)
    if file is None:
        return None
    try:
        checked = read_board_file(file.text, existing)
    except BoardFileRefused as error:
        print_faults([FileFaults(file, error.faults)])
        return None
    print_faults([FileFaults(file, checked.warnings)])
    click.echo(f"{file.name}: {_counts(checked)}. No faults.")
    return checked


def _counts(checked: CheckedFile) -> str:
    panels = sum(len(board.panels) for board in checked.file.boards.values())
    counts = {
        "metric": len(checked.file.metrics),
        "board": len(checked.file.boards),
        "panel": panels,
    }
    return ", ".join(f"{n} {name}{'' if n == 1 else 's'}" for name, n in counts.items())
