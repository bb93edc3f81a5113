"""Board files that come with dashapp, and those of installed plug-ins (entry points)."""

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files

from dashapp.domain.boards.reading.faults import BoardFileRefused, path_text
from dashapp.domain.boards.reading.reader import CheckedFile, read_board_file
from dashapp.domain.errors import ConfigurationError
from dashapp.settings import resource

ENTRY_POINTS = "dashapp.boards"


@cache
def built_in_files() -> tuple[CheckedFile, ...]:
    """Return the files of dashapp, then those of plug-ins in the order of entry point names.

    Raises ConfigurationError for a file of a plug-in that is missing or has faults, and for a board
    that two files define.
    """
    own = [
        _read(path.name, path.read_text(encoding="utf-8"))
        for path in sorted(resource("boards").glob("*.toml"))
    ]
    plugins = sorted(entry_points(group=ENTRY_POINTS), key=lambda entry: entry.name)
    checked = (*own, *(_load(entry) for entry in plugins))
    _check_unique(checked)
    return checked


def built_in_panel_slugs() -> frozenset[str]:
    """Return the slugs of all panels of built-in boards."""
    boards = (board for checked in built_in_files() for board in checked.file.boards.values())
    return frozenset(panel.slug for board in boards for panel in board.panels)


def _load(entry: EntryPoint) -> CheckedFile:
    """Return the file that an entry point names as `package:FILE.toml`."""
    try:
        text = files(entry.module).joinpath(entry.attr).read_text(encoding="utf-8")
    except (OSError, ImportError, UnicodeDecodeError, TypeError) as error:
        raise ConfigurationError(
            f"The board file “{entry.name}” ({entry.value}) cannot be read: {error}. "
            "Name a file in a package: package:shop.toml"
        ) from error
    return _read(entry.value, text)


def _read(name: str, text: str) -> CheckedFile:
    try:
        return read_board_file(text)
    except BoardFileRefused as error:
        fault = error.faults[0]
        raise ConfigurationError(
            f"The board file {name} has faults: {path_text(fault.path)}: {fault.reason}"
        ) from error


def _check_unique(checked: tuple[CheckedFile, ...]) -> None:
    names = [name for file in checked for name in file.file.boards]
    for name in names:
        if names.count(name) > 1:
            raise ConfigurationError(f"Two board files of plug-ins define the board “{name}”.")
