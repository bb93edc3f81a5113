"""What is wrong with a board file: every fault in one run, each with its path and a reason."""

from collections.abc import Collection, Iterable
from difflib import get_close_matches
from typing import NamedTuple

from dashapp.domain.errors import DashappError, excerpt

Path = tuple[str | int, ...]


class Fault(NamedTuple):
    """A fault at a path such as `("boards", "shop", "panels", 3)`, and what to do about it."""

    path: Path
    reason: str
    is_warning: bool = False
    line: int | None = None  # of a syntax error, which has no path


class BoardFileRefused(DashappError):
    """Raised for a file with faults. Nothing from the file was used."""

    code = "invalid_board_file"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("The board file is invalid.")


class Faults:
    """Collects the faults of one file."""

    def __init__(self) -> None:
        self.collected: list[Fault] = []

    def add(self, path: Path, reason: str) -> None:
        self.collected.append(Fault(path, reason))

    def warn(self, path: Path, reason: str) -> None:
        self.collected.append(Fault(path, reason, is_warning=True))

    def has_errors_below(self, path: Path) -> bool:
        return any(
            fault.path[: len(path)] == path for fault in self.collected if not fault.is_warning
        )

    def raise_errors(self) -> None:
        """Raise BoardFileRefused if there is any fault that is not only a warning."""
        if not all(fault.is_warning for fault in self.collected):
            raise BoardFileRefused(self.collected)


def path_text(path: Path) -> str:
    """Return a path as people read it.

    >>> path_text(("boards", "shop", "panels", 3, "by"))
    'boards.shop.panels[3].by'
    """
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            name = f'"{excerpt(part, 60)}"' if "." in part else excerpt(part, 60)
            text += f".{name}" if text else name
    return text


def suggestion(name: object, known: Collection[str]) -> str:
    """Return ` Did you mean "…"?` for a misspelled name, or an empty text.

    >>> suggestion("beter", ["better", "title"])
    ' Did you mean "better"?'
    """
    matches = get_close_matches(str(name), list(known), n=1)
    return f' Did you mean "{matches[0]}"?' if matches else ""
