"""Which definitions an export has: the built-in ones, and what was applied."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy.orm import Session

from dashapp.domain.boards.changes.merging import current_names, fields_named, references
from dashapp.domain.boards.exporting import selected
from dashapp.domain.boards.reading.faults import suggestion
from dashapp.domain.boards.sources import Body, Key, Kind, Sources
from dashapp.domain.errors import Conflict, NotFound, excerpt
from dashapp.store.boards.built_in import built_in_files
from dashapp.store.boards.stored import stored_sources


class Export(NamedTuple):
    """The definitions of a file. `left_out` are built-in boards that do not fit into it."""

    sources: Sources
    left_out: tuple[str, ...] = ()


def export_all(session: Session) -> Export:
    """Return everything applied, and the built-in boards that it does not replace.

    A built-in board is left out if its metrics or fields would change applied boards.
    """
    applied = stored_sources(session).sources
    sources: dict[Key, Body] = dict(applied)
    others = fields_named(applied) - applied.keys()
    left_out = []
    for board, own in _built_in_boards():
        if board in applied:
            continue
        if _fits(own, sources, others):
            sources = {**own, **sources}
        else:
            left_out.append(board.name)
    return Export(sources, tuple(left_out))


def export_boards(session: Session, names: Iterable[str]) -> Export:
    """Return these boards with what they use, as far as it is not built in.

    Raises NotFound for an unknown name, and Conflict for boards that do not fit into one file.
    """
    applied = stored_sources(session).sources
    built_in = dict(_built_in_boards())
    keys = [_find(name, applied, built_in) for name in names]
    own = {key for key in keys if key in applied}
    chosen = selected(applied, own, references(own, applied))
    others = fields_named(chosen) - chosen.keys()
    for key in keys:
        if key not in own:
            if not _fits(built_in[key], chosen, others):
                raise Conflict(
                    f'The board "{key.name}" has metrics or fields of the same names as another '
                    f"one. Export it on its own: dashapp boards export {key.name}"
                )
            chosen = {**chosen, **built_in[key]}
    return Export(chosen)


def _fits(board: Sources, chosen: Sources, others: set[Key]) -> bool:
    """Return whether a built-in board can be in a file without changing the other definitions.

    `others` are fields that these name and do not describe.
    """
    is_same = all(chosen.get(key, body) == body for key, body in board.items())
    old_names = {Key(Kind.METRIC, name) for name in current_names(chosen)}
    return is_same and old_names.isdisjoint(board) and others.isdisjoint(board)


def _built_in_boards() -> list[tuple[Key, dict[Key, Body]]]:
    """Return each built-in board with what it uses."""
    return [
        (key, selected(checked.sources, {key}, references({key}, checked.sources)))
        for checked in built_in_files()
        for key in checked.sources
        if key.kind is Kind.BOARD
    ]


def _find(name: str, applied: Sources, built_in: Sources) -> Key:
    for sources in (applied, built_in):
        for key, body in sources.items():
            is_named = sources is applied and key.kind is Kind.BOARD and name in body.get("was", ())
            if key == Key(Kind.BOARD, name) or is_named:
                return key
    names = [key.name for key in (*applied, *built_in) if key.kind is Kind.BOARD]
    raise NotFound(f'There is no board "{excerpt(name, 70)}".{suggestion(name, names)}')
