"""Reads a board file: returns everything that it defines, or raises with all its faults."""

import tomllib
from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

from dashapp.domain.boards.definitions import Board, BoardFile, Field, Metric
from dashapp.domain.boards.names import (
    BREAKDOWNS,
    CONDITIONS,
    default_title,
    is_event_family,
    is_property,
)
from dashapp.domain.boards.reading.convert import to_struct
from dashapp.domain.boards.reading.faults import BoardFileRefused, Fault, Faults, Path, suggestion
from dashapp.domain.boards.reading.fields import flat_fields
from dashapp.domain.boards.reading.lines import syntax_fault_line, syntax_fault_reason
from dashapp.domain.boards.reading.metric_reader import check_old_names, check_ratios, read_metric
from dashapp.domain.boards.reading.panel_reader import References, read_panel
from dashapp.domain.boards.reading.texts import read_names, read_text, read_translations
from dashapp.domain.boards.slugs import panel_slugs
from dashapp.domain.boards.spec import BoardSpec, FieldSpec, FileSpec, MetricSpec, PanelSpec
from dashapp.domain.events.event import is_slug
from dashapp.domain.time.presets import known_presets

MAX_BYTES = 262_144
_FIELD_KEYS = frozenset(FieldSpec.__struct_fields__)
_SYNTAX: Path = ()


class Existing(NamedTuple):
    """What exists already: metrics and boards of other files, and Python widgets."""

    metrics: Mapping[str, Metric] = {}
    boards: frozenset[str] = frozenset()
    widgets: frozenset[str] = frozenset()


_NOTHING = Existing()


class CheckedFile(NamedTuple):
    """A valid file, and warnings about it."""

    file: BoardFile
    warnings: tuple[Fault, ...]


def read_board_file(text: str, existing: Existing = _NOTHING) -> CheckedFile:
    """Return what the file defines. Raises BoardFileRefused with every fault."""
    tree, faults = _parsed(text), Faults()
    _check_top(tree, faults)
    specs = _metric_specs(tree, faults)
    metrics = {name: read_metric(name, spec, faults) for name, spec in specs.items()}
    metrics = check_ratios(metrics, existing.metrics, faults)
    check_old_names(metrics, faults)
    references = References({**existing.metrics, **metrics}, existing.widgets)
    boards = _boards(tree, references, faults)
    file = BoardFile(
        metrics,
        boards,
        _fields(tree, faults),
        _new_orgs(tree, existing.boards | boards.keys(), faults),
        read_translations(_table(tree, "texts", faults), faults),
    )
    faults.raise_errors()
    return CheckedFile(file, tuple(faults.collected))


def _parsed(text: str) -> dict[str, Any]:
    if len(text.encode()) > MAX_BYTES:
        raise BoardFileRefused([Fault(_SYNTAX, f"A board file has at most {MAX_BYTES:,} bytes.")])
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = syntax_fault_line(error, text)
        fault = Fault(_SYNTAX, syntax_fault_reason(error), line=line)
        raise BoardFileRefused([fault]) from error


def _check_top(tree: Mapping[str, Any], faults: Faults) -> None:
    keys = FileSpec.__struct_fields__
    for key in tree:
        if key not in keys:
            faults.add((key,), f'There is no key "{key}" in a board file.{suggestion(key, keys)}')
    if tree.get("version") != 1:
        faults.add(("version",), "The file needs version = 1, the only supported version.")


def _table(tree: Mapping[str, Any], name: str, faults: Faults) -> dict[str, Any]:
    table = tree.get(name, {})
    if isinstance(table, dict):
        return table
    faults.add((name,), f"[{name}] must be a table.")
    return {}


def _metric_specs(tree: Mapping[str, Any], faults: Faults) -> dict[str, MetricSpec]:
    specs = {}
    for name, table in _table(tree, "metrics", faults).items():
        spec = to_struct(table, MetricSpec, ("metrics", name), "a metric", faults)
        if spec is not None:
            specs[name] = spec
    return specs


def _fields(tree: Mapping[str, Any], faults: Faults) -> dict[str, Field]:
    fields = {}
    for name, table in flat_fields(_table(tree, "fields", faults), _FIELD_KEYS):
        path = ("fields", name)
        if name not in {*BREAKDOWNS, *CONDITIONS} and not is_property(name):
            faults.add(path, f'"{name}" is not type, channel, project, user or properties.NAME.')
        spec = to_struct(table, FieldSpec, path, "a field", faults)
        if spec is None:
            continue
        if spec.values and spec.always:
            faults.add(path, '"values" fixes all values: "always" does not go with it.')
        title = spec.title or default_title(name.rpartition(".")[2])
        fields[name] = Field(
            read_text(title, (*path, "title"), faults),
            read_names(spec.names, (*path, "names"), faults),
            spec.colors,
            spec.unit,
            tuple(spec.values),
            tuple(spec.always),
            spec.text,
        )
    return fields


def _boards(tree: Mapping[str, Any], references: References, faults: Faults) -> dict[str, Board]:
    boards = {}
    for name, table in _table(tree, "boards", faults).items():
        path = ("boards", name)
        if not is_slug(name):
            faults.add(path, "A board's name has lowercase letters, digits and dashes, at most 63.")
        panels = _panels(table, path, references, faults) if isinstance(table, dict) else ()
        without_panels = (
            {key: value for key, value in table.items() if key != "panels"}
            if isinstance(table, dict)
            else table
        )
        spec = to_struct(without_panels, BoardSpec, path, "a board", faults)
        if spec is not None:
            boards[name] = _board(name, spec, panels, faults)
    return boards


def _board(name: str, spec: BoardSpec, panels: tuple[Any, ...], faults: Faults) -> Board:
    path = ("boards", name)
    if spec.opens_with is not None and spec.opens_with not in known_presets():
        presets = known_presets()
        hint = suggestion(spec.opens_with, presets) or f" Use {', '.join(presets)}."
        faults.add((*path, "opens_with"), f'There is no range "{spec.opens_with}".{hint}')
    for index, mark in enumerate(spec.marks):
        if not is_event_family(mark):
            faults.add((*path, "marks", index), f'"{mark}" is not an event type or a family.')
    description = spec.description
    return Board(
        name,
        read_text(spec.title, (*path, "title"), faults),
        panels,
        read_text(description, (*path, "description"), faults, 500) if description else None,
        spec.opens_with,
        tuple(spec.marks),
        tuple(spec.was),
        spec.all_projects,
        spec.deletable,
    )


def _panels(
    table: Mapping[str, Any], path: Path, references: References, faults: Faults
) -> tuple[Any, ...]:
    rows = table.get("panels")
    if not isinstance(rows, list) or not 0 < len(rows) <= _MAX_PANELS:
        faults.add((*path, "panels"), f"A board has 1 to {_MAX_PANELS} panels, in a list.")
        return ()
    specs = [
        to_struct(row, PanelSpec, (*path, "panels", index), "a panel", faults)
        for index, row in enumerate(rows)
    ]
    valid = [(index, spec) for index, spec in enumerate(specs) if spec is not None]
    slugs = panel_slugs([spec for _index, spec in valid])
    _check_unique(slugs, [index for index, _spec in valid], path, faults)
    return tuple(
        read_panel(spec, slug, (*path, "panels", index), references, faults)
        for (index, spec), slug in zip(valid, slugs, strict=True)
    )


_MAX_PANELS = 50


def _check_unique(slugs: list[str], indexes: list[int], path: Path, faults: Faults) -> None:
    counts = Counter(slugs)
    for slug, index in zip(slugs, indexes, strict=True):
        if counts[slug] > 1:
            faults.add(
                (*path, "panels", index), f'Two panels have the slug "{slug}": set "slug" on one.'
            )


def _new_orgs(
    tree: Mapping[str, Any], boards: frozenset[str], faults: Faults
) -> tuple[str, ...] | None:
    names = tree.get("new_orgs")
    if names is None:
        return None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        faults.add(("new_orgs",), "This must be a list of names of boards.")
        return None
    for index, name in enumerate(names):
        if name not in boards:
            hint = suggestion(name, boards)
            faults.add(("new_orgs", index), f'There is no board "{name}".{hint}')
    return tuple(names)
