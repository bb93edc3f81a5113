"""Checks that an old name is not in use, and that only one definition has it."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dashapp.domain.boards.reading.faults import Faults, Path


class Named(NamedTuple):
    """A name with its old names, and its path in the file."""

    name: str
    was: Sequence[str]
    path: Path


def check_old_names(what: str, definitions: Iterable[Named], faults: Faults) -> None:
    """Add a fault for each old name that is in use, or that two definitions have.

    `what` says what the names are of: `a metric of this file`.
    """
    listed = list(definitions)
    names = {named.name for named in listed}
    owners: dict[str, str] = {}
    for named in listed:
        for index, old in enumerate(named.was):
            path = (*named.path, "was", index)
            if old in names:
                faults.add(path, f'"{old}" is {what}: an old name cannot be in use.')
            elif old in owners:
                faults.add(path, f'"{old}" is already an old name of "{owners[old]}".')
            owners[old] = named.name
