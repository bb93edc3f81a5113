"""Reads files on top of what is stored: the definitions after them, or all their faults."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from dashapp.domain.boards.assembling import metrics_of
from dashapp.domain.boards.changes.merging import left_out, merge
from dashapp.domain.boards.changes.plan import State
from dashapp.domain.boards.definitions import BoardFile
from dashapp.domain.boards.reading.faults import BoardFileRefused, Fault, path_text
from dashapp.domain.boards.reading.reader import CheckedFile, Existing, read_board_file, read_tree
from dashapp.domain.boards.sources import Body, Key, Kind, Sources, path_of, tree_of
from dashapp.domain.boards.spec import PanelSpec
from dashapp.domain.errors import DashappError


class NamedFile(NamedTuple):
    """A file's name or path as given, and its text."""

    name: str
    text: str

    @property
    def base_name(self) -> str:
        return self.name.rpartition("/")[2]


class FileFaults(NamedTuple):
    """Faults of a file. `file` is None for a fault in what was stored before."""

    file: NamedFile | None
    faults: Sequence[Fault]


class FilesRefused(DashappError):
    """Raised if any file has faults, or if they make a stored definition invalid."""

    code = "invalid_board_file"

    def __init__(self, faults: Sequence[FileFaults]) -> None:
        self.faults = faults
        super().__init__("Nothing was stored: the files have faults.")


class Prepared(NamedTuple):
    """The definitions after some files, what the files have, and warnings about them."""

    after: State
    given: Sources
    applied: BoardFile
    warnings: Sequence[FileFaults]


def prepare(
    files: Sequence[NamedFile],
    stored: State,
    built_in: Sequence[CheckedFile],
    widgets: frozenset[str],
) -> Prepared:
    """Return the definitions after applying the files in order. Raises FilesRefused."""
    known = Existing(metrics_of([checked.file for checked in built_in]), _boards(built_in))
    existing = _existing(known, stored.sources)._replace(widgets=widgets)
    after, given, origins = dict(stored.sources), dict[Key, Body](), dict(stored.files)
    refused, warnings = [], []
    for file in files:
        try:
            checked = read_board_file(file.text, existing._replace(panels=_panels(after)))
        except BoardFileRefused as error:
            refused.append(FileFaults(file, error.faults))
            continue
        own = _own(checked.sources, built_in, after)
        before, after = after, merge(after, own)
        origins |= {key: file.base_name for key in own if before.get(key) != after[key]}
        given |= own
        warnings.append(FileFaults(file, checked.warnings))
        existing = existing.plus(checked.file)
    if refused:
        raise FilesRefused(refused)
    applied = _whole(after, known, files, given, origins)
    return Prepared(State(after, {key: origins[key] for key in after}), given, applied, warnings)


def _existing(known: Existing, stored: Sources) -> Existing:
    """Return what exists with the stored definitions, unless this version refuses those."""
    try:
        return known.plus(read_tree(tree_of(stored), known).file)
    except BoardFileRefused:
        return known


def _boards(built_in: Iterable[CheckedFile]) -> frozenset[str]:
    return frozenset(name for checked in built_in for name in checked.file.boards)


def _panels(sources: Sources) -> dict[str, list[PanelSpec]]:
    return {
        key.name: msgspec.convert(body["panels"], list[PanelSpec])
        for key, body in sources.items()
        if key.kind is Kind.BOARD
    }


def _own(sources: Sources, built_in: Iterable[CheckedFile], stored: Sources) -> dict[Key, Body]:
    """Return what a file defines itself, without built-in boards that an export contains."""
    repeated = left_out(sources, [checked.sources for checked in built_in], stored)
    return {key: body for key, body in sources.items() if key not in repeated}


def _whole(
    after: Sources,
    known: Existing,
    files: Sequence[NamedFile],
    given: Sources,
    origins: Mapping[Key, str],
) -> BoardFile:
    """Return all definitions as one file. Raises FilesRefused if they do not go together."""
    try:
        return read_tree(tree_of(after), known).file
    except BoardFileRefused as error:
        by_name = {file.base_name: file for file in files}
        faults = [
            FileFaults(_file_of(fault, given, origins, by_name), [_named(fault, given, origins)])
            for fault in error.faults
            if not fault.is_warning
        ]
        raise FilesRefused(faults) from error


def _file_of(
    fault: Fault,
    given: Sources,
    origins: Mapping[Key, str],
    by_name: Mapping[str, NamedFile],
) -> NamedFile | None:
    key = next((key for key in given if path_of(key) == fault.path[:2]), None)
    return None if key is None else by_name.get(origins[key])


def _named(fault: Fault, given: Sources, origins: Mapping[Key, str]) -> Fault:
    """Return a fault that says which file a stored definition is from."""
    key = next((key for key in origins if path_of(key) == fault.path[:2]), None)
    if key is None or key in given:
        return fault
    reason = f"{path_text(fault.path)} of {origins[key]}, applied before: {fault.reason}"
    return Fault((), reason)
