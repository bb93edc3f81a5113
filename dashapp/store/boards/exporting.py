"""Which definitions an export has: the built-in ones, and what was applied."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy.orm import Session

from dashapp.domain.boards.changes.merging import fields_named, references
from dashapp.domain.boards.exporting import selected
from dashapp.domain.boards.reading.faults import suggestion
from dashapp.domain.boards.sources import Body, Key, Kind, Sources
from dashapp.domain.errors import NotFound, excerpt
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
        if own.keys() & others or any(sources.get(k, body) != body for k, body in own.items()):
            left_out.append(board.name)
        else:
            sources = {**own, **sources}
    return Export(sources, tuple(left_out))


def export_boards(session: Session, names: Iterable[str]) -> Export:
    """Return these boards with what they use, as far as it is not built in.

    Raises NotFound for an unknown name, or for boards that need other metrics of the same name.
    """
    applied = stored_sources(session).sources
    built_in = dict(_built_in_boards())
    chosen: dict[Key, Body] = {}
    for name in names:
        key = _find(name, applied, built_in)
        if key in applied:
            own = selected(applied, {key}, references({key}, applied))
        else:
            own = built_in[key]
        chosen = _joined(chosen, own, name)
    return Export(chosen)


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


def _joined(chosen: dict[Key, Body], own: Sources, name: str) -> dict[Key, Body]:
    for key, body in own.items():
        if key.kind is Kind.TEXTS:
            chosen = {**chosen, key: {**chosen.get(key, {}), **body}}
        elif chosen.get(key, body) != body:
            raise NotFound(
                f'The board "{name}" has another {key.kind} "{key.name}" than the boards before '
                "it: export it on its own."
            )
        else:
            chosen = {**chosen, key: body}
    return chosen
