"""Reads the boards of a board file with their panels."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from dashapp.domain.access.dashboard import RESERVED_SLUGS
from dashapp.domain.boards.definitions import Board, Panel
from dashapp.domain.boards.names import is_event_family
from dashapp.domain.boards.reading.convert import to_struct
from dashapp.domain.boards.reading.faults import Faults, Path, suggestion
from dashapp.domain.boards.reading.old_names import Named, check_old_names
from dashapp.domain.boards.reading.panel_reader import References, read_panel
from dashapp.domain.boards.reading.slugs import panel_slugs
from dashapp.domain.boards.reading.texts import read_text
from dashapp.domain.boards.sources import source_of
from dashapp.domain.boards.spec import BoardSpec, PanelSpec
from dashapp.domain.events.event import is_slug
from dashapp.domain.time.presets import known_presets

_MAX_PANELS = 50
_MAX_CONFIG = 10_000


class ReadBoard(NamedTuple):
    """A board, and how a file writes it: in canonical form, with the slugs of its panels."""

    board: Board
    source: dict[str, Any]


class _ReadPanel(NamedTuple):
    panel: Panel
    spec: PanelSpec


def read_boards(
    tables: Mapping[str, Any],
    references: References,
    stored: Mapping[str, Sequence[PanelSpec]],
    faults: Faults,
) -> dict[str, ReadBoard]:
    """Return the boards; their faults are added. `stored` are their panels so far, by board."""
    boards = {}
    for name, table in tables.items():
        path = ("boards", name)
        if not is_slug(name):
            faults.add(path, "A board's name has lowercase letters, digits and dashes, at most 63.")
        if name in RESERVED_SLUGS:
            faults.add(path, f"Another page has this name: /app/ORG/{name}. Choose another one.")
        if not isinstance(table, dict):
            faults.add(path, "A board must be a table.")
            continue
        without_panels = {key: value for key, value in table.items() if key != "panels"}
        spec = to_struct(without_panels, BoardSpec, path, "a board", faults)
        old_names = spec.was if spec is not None else []
        before = next((stored[known] for known in (name, *old_names) if known in stored), ())
        panels = _panels(table, path, references, before, faults)
        if spec is not None:
            boards[name] = ReadBoard(_board(name, spec, panels, faults), _source(spec, panels))
    named = (Named(name, read.board.was, ("boards", name)) for name, read in boards.items())
    check_old_names("a board of this file", named, faults)
    return boards


def _board(name: str, spec: BoardSpec, panels: Sequence[_ReadPanel], faults: Faults) -> Board:
    path = ("boards", name)
    _check_board(spec, path, faults)
    description = spec.description
    return Board(
        name,
        read_text(spec.title, (*path, "title"), faults),
        tuple(read.panel for read in panels if not read.spec.retired),
        read_text(description, (*path, "description"), faults, 500) if description else None,
        spec.opens_with,
        tuple(spec.marks),
        tuple(spec.was),
        tuple(read.panel for read in panels if read.spec.retired),
        spec.default,
        spec.all_projects,
        spec.deletable,
        spec.editable,
        spec.noun,
        spec.config,
    )


def _check_board(spec: BoardSpec, path: Path, faults: Faults) -> None:
    if spec.opens_with is not None and spec.opens_with not in known_presets():
        presets = known_presets()
        hint = suggestion(spec.opens_with, presets) or f" Use {', '.join(presets)}."
        faults.add((*path, "opens_with"), f'There is no range "{spec.opens_with}".{hint}')
    for index, mark in enumerate(spec.marks):
        if not is_event_family(mark):
            faults.add((*path, "marks", index), f'"{mark}" is not an event type or a family.')
    for index, old in enumerate(spec.was):
        if not is_slug(old):
            faults.add((*path, "was", index), f'"{old}" is not the name of a board.')
    if not _is_json(spec.config):
        faults.add(
            (*path, "config"),
            f"This has texts, numbers and booleans, at most {_MAX_CONFIG:,} bytes of JSON.",
        )


def _is_json(config: Mapping[str, Any]) -> bool:
    """Return whether JSON has all types of a table: it has no dates."""
    text = msgspec.json.encode(config)
    return len(text) <= _MAX_CONFIG and msgspec.json.decode(text) == config


def _source(spec: BoardSpec, panels: Sequence[_ReadPanel]) -> dict[str, Any]:
    rows = [{**source_of(read.spec, read.panel.where), "slug": read.panel.slug} for read in panels]
    return {**source_of(spec), "panels": rows}


def _panels(
    table: Mapping[str, Any],
    path: Path,
    references: References,
    stored: Sequence[PanelSpec],
    faults: Faults,
) -> list[_ReadPanel]:
    rows = table.get("panels")
    if not isinstance(rows, list) or not 0 < sum(map(_is_shown, rows)) <= _MAX_PANELS:
        faults.add((*path, "panels"), f"A board has 1 to {_MAX_PANELS} panels, in a list.")
        return []
    specs = [
        to_struct(row, PanelSpec, (*path, "panels", index), "a panel", faults)
        for index, row in enumerate(rows)
    ]
    valid = [(index, spec) for index, spec in enumerate(specs) if spec is not None]
    slugs = panel_slugs([spec for _index, spec in valid], stored, references.current)
    _check_unique(slugs, [index for index, _spec in valid], path, faults)
    named = (
        Named(slug, spec.was, (*path, "panels", index))
        for (index, spec), slug in zip(valid, slugs, strict=True)
    )
    check_old_names("a panel of this board", named, faults)
    return [
        _ReadPanel(read_panel(spec, slug, (*path, "panels", index), references, faults), spec)
        for (index, spec), slug in zip(valid, slugs, strict=True)
    ]


def _is_shown(row: Any) -> bool:
    return not (isinstance(row, dict) and row.get("retired"))


def _check_unique(slugs: list[str], indexes: list[int], path: Path, faults: Faults) -> None:
    counts = Counter(slugs)
    for slug, index in zip(slugs, indexes, strict=True):
        if counts[slug] > 1:
            faults.add(
                (*path, "panels", index), f'Two panels have the slug "{slug}": set "slug" on one.'
            )
