"""Reads a board file: returns everything that it defines, or raises with all its faults."""

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dashapp.domain.boards.definitions import BoardFile, Metric
from dashapp.domain.boards.reading.board_reader import ReadBoard, read_boards
from dashapp.domain.boards.reading.convert import to_struct
from dashapp.domain.boards.reading.faults import BoardFileRefused, Fault, Faults, Path, suggestion
from dashapp.domain.boards.reading.field_reader import field_specs, read_field
from dashapp.domain.boards.reading.lines import syntax_fault_line, syntax_fault_reason
from dashapp.domain.boards.reading.metric_reader import (
    check_ratios,
    overlaid,
    read_metric,
    with_old_names,
)
from dashapp.domain.boards.reading.old_names import Named, check_old_names
from dashapp.domain.boards.reading.panel_reader import References
from dashapp.domain.boards.reading.texts import read_translations
from dashapp.domain.boards.reading.warnings import add_warnings
from dashapp.domain.boards.sources import NEW_ORGS, Key, Kind, Sources, source_of
from dashapp.domain.boards.spec import FileSpec, MetricSpec, PanelSpec

MAX_BYTES = 262_144
_SYNTAX: Path = ()


class Existing(NamedTuple):
    """What exists already: metrics and boards of other files, and Python widgets.

    `panels` are the stored panels of each board: the same panel of a new file gets their slugs.
    """

    metrics: Mapping[str, Metric] = {}
    boards: frozenset[str] = frozenset()
    widgets: frozenset[str] = frozenset()
    panels: Mapping[str, Sequence[PanelSpec]] = {}

    def plus(self, file: BoardFile) -> "Existing":
        """Return what exists after a file."""
        names = {name for board in file.boards.values() for name in (board.name, *board.was)}
        return self._replace(
            metrics=overlaid(self.metrics, file.metrics), boards=self.boards | names
        )


_NOTHING = Existing()


class CheckedFile(NamedTuple):
    """A valid file, warnings about it, and its definitions in canonical form."""

    file: BoardFile
    warnings: tuple[Fault, ...]
    sources: Sources


def read_board_file(text: str, existing: Existing = _NOTHING) -> CheckedFile:
    """Return what the file defines. Raises BoardFileRefused with every fault."""
    return read_tree(_parsed(text), existing)


def read_tree(tree: Mapping[str, Any], existing: Existing = _NOTHING) -> CheckedFile:
    """Return what a parsed file defines. Raises BoardFileRefused with every fault."""
    faults = Faults()
    _check_top(tree, faults)
    metric_specs = _metric_specs(tree, faults)
    metrics = {name: read_metric(name, spec, faults) for name, spec in metric_specs.items()}
    metrics = check_ratios(metrics, existing.metrics, faults)
    _check_metric_names(metrics, faults)
    known = with_old_names(overlaid(existing.metrics, metrics))
    references = References(known, existing.widgets)
    boards = read_boards(_table(tree, "boards", faults), references, existing.panels, faults)
    fields = field_specs(_table(tree, "fields", faults), faults)
    file = BoardFile(
        metrics,
        {name: read.board for name, read in boards.items()},
        {name: read_field(name, spec, faults) for name, spec in fields.items()},
        _new_orgs(tree, existing.boards | _names(boards), faults),
        read_translations(_table(tree, "texts", faults), faults),
    )
    faults.raise_errors()
    add_warnings(file, faults)
    field_sources = {Key(Kind.FIELD, name): source_of(spec) for name, spec in fields.items()}
    sources = {**field_sources, **_sources(file, metric_specs, boards)}
    return CheckedFile(file, tuple(faults.collected), sources)


def _check_metric_names(metrics: Mapping[str, Metric], faults: Faults) -> None:
    named = (Named(name, metric.was, ("metrics", name)) for name, metric in metrics.items())
    check_old_names("a metric of this file", named, faults)


def _names(boards: Mapping[str, ReadBoard]) -> set[str]:
    """Return the names and old names of the boards."""
    return {name for read in boards.values() for name in (read.board.name, *read.board.was)}


def _sources(
    file: BoardFile, metrics: Mapping[str, MetricSpec], boards: Mapping[str, ReadBoard]
) -> Sources:
    sources: dict[Key, Any] = {
        Key(Kind.METRIC, name): source_of(spec, getattr(file.metrics[name].kind, "where", ()))
        for name, spec in metrics.items()
    }
    sources |= {Key(Kind.BOARD, name): read.source for name, read in boards.items()}
    sources |= {Key(Kind.TEXTS, tag): dict(texts) for tag, texts in file.translations.items()}
    if file.new_orgs is not None:
        sources[Key(Kind.SETTING, NEW_ORGS)] = list(file.new_orgs)
    return sources


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


def _new_orgs(
    tree: Mapping[str, Any], boards: frozenset[str], faults: Faults
) -> tuple[str, ...] | None:
    names = tree.get(NEW_ORGS)
    if names is None:
        return None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        faults.add((NEW_ORGS,), "This must be a list of names of boards.")
        return None
    for index, name in enumerate(names):
        if name not in boards:
            hint = suggestion(name, boards)
            faults.add((NEW_ORGS, index), f'There is no board "{name}".{hint}')
    return tuple(dict.fromkeys(names))
