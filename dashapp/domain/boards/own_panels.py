"""Panels that people of an org made in the browser: a definition stored with the panel.

A definition has the keys of a panel in a board file. Its `metric` is the name of a metric of the
board `board` (without one, of the installation), or a metric of its own, with the keys of a metric.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from dashapp.domain.boards.definitions import Board, DefinedPanel, Definitions, Metric, Vocabulary
from dashapp.domain.boards.names import is_panel_slug
from dashapp.domain.boards.reading.convert import to_struct
from dashapp.domain.boards.reading.faults import BoardFileRefused, Faults, Path
from dashapp.domain.boards.reading.metric_reader import check_ratios, read_metric, with_old_names
from dashapp.domain.boards.reading.panel_reader import References, read_panel
from dashapp.domain.boards.sources import source_of
from dashapp.domain.boards.spec import MetricSpec, PanelSpec

OWN = "~own"  # in place of a board's name: no board can have it
DEFINITION = "definition"  # the key of a panel's config
MAX_BYTES = 4_000  # of a definition, as JSON
_BOARD = "board"
_REFUSED = ("slug", "was", "retired", "widget", "metrics", "text", "size", "group")


class OwnPanel(NamedTuple):
    """A panel of an org, and its definition in canonical form."""

    defined: DefinedPanel
    source: dict[str, Any]


def read_own_panel(slug: str, table: Mapping[str, Any], definitions: Definitions) -> OwnPanel:
    """Return a panel with this slug. Raises BoardFileRefused with every fault.

    The path of a fault starts with a key of the definition.
    """
    faults = Faults()
    try:
        return _read(slug, table, definitions, faults)
    except RecursionError:
        faults.add((), "The definition is nested too deeply.")
        raise BoardFileRefused(faults.collected) from None


def own_panel(
    slug: str, config: Mapping[str, Any], definitions: Definitions
) -> DefinedPanel | None:
    """Return a stored panel, or None if something that it uses is not defined any more."""
    table = config.get(DEFINITION)
    if not isinstance(table, dict):
        return None
    try:
        return read_own_panel(slug, table, definitions).defined
    except BoardFileRefused:
        return None


def defined_panel(
    definitions: Definitions, board: str | None, slug: str, config: Mapping[str, Any]
) -> DefinedPanel | None:
    """Return the definition of a panel of a board or of an org; None for a Python widget."""
    if board == OWN:
        return own_panel(slug, config, definitions)
    return definitions.panel(board, slug) if board is not None else None


def _read(
    slug: str, table: Mapping[str, Any], definitions: Definitions, faults: Faults
) -> OwnPanel:
    _check(slug, table, faults)
    vocabulary = _vocabulary(table.get(_BOARD), definitions, faults)
    metric, metric_source = table.get("metric"), None
    if isinstance(metric, dict):
        read = _metric(slug, metric, vocabulary, faults)
        faults.raise_errors()
        assert read is not None
        vocabulary = Vocabulary({**vocabulary.metrics, slug: read[0]}, vocabulary.fields)
        metric, metric_source = slug, read[1]
    keys = {key: value for key, value in table.items() if key not in {_BOARD, "metric"}}
    spec = to_struct({**keys, "metric": metric}, PanelSpec, (), "a panel", faults)
    faults.raise_errors()
    assert spec is not None
    references = References(with_old_names(vocabulary.metrics), frozenset())
    panel = read_panel(spec, slug, (), references, faults)
    faults.raise_errors()
    source = {**source_of(spec, panel.where), "metric": metric_source or metric}
    if _BOARD in table:
        source[_BOARD] = table[_BOARD]
    board = Board(OWN, {"en": slug}, (panel,))
    return OwnPanel(DefinedPanel(panel, board, vocabulary), source)


def _check(slug: str, table: Mapping[str, Any], faults: Faults) -> None:
    """Raise BoardFileRefused for a definition that is too large, or not about a metric."""
    if not is_panel_slug(slug):
        faults.add((), "The panel has no valid slug.")
    if len(msgspec.json.encode(table)) > MAX_BYTES:
        faults.add((), f"A definition has at most {MAX_BYTES:,} bytes.")
    for key in _REFUSED:
        if key in table:
            faults.add((key,), f'There is no key "{key}" in a definition.')
    if not isinstance(table.get("metric"), str | dict):
        faults.add(("metric",), "Choose what the panel shows.")
    faults.raise_errors()


def _vocabulary(board: object, definitions: Definitions, faults: Faults) -> Vocabulary:
    """Return the metrics and fields that a definition can name."""
    if board is None:
        return definitions.vocabulary
    defined = definitions.board(board) if isinstance(board, str) else None
    if defined is None:
        faults.add((_BOARD,), "There is no such board any more.")
        faults.raise_errors()
    assert defined is not None
    return defined.vocabulary


def _metric(
    slug: str, table: dict[str, Any], vocabulary: Vocabulary, faults: Faults
) -> tuple[Metric, dict[str, Any]] | None:
    """Return a metric of its own, called like the panel, and its canonical form."""
    own: Path = ("metrics", slug)
    inner = Faults()
    spec = to_struct(table, MetricSpec, own, "a metric", inner)
    metric = read_metric(slug, spec, inner) if spec is not None else None
    if metric is not None:
        metric = check_ratios({slug: metric}, vocabulary.metrics, inner)[slug]
    if spec is not None and spec.was:
        inner.add((*own, "was"), "Only metrics of board files have old names.")
    for fault in inner.collected:
        faults.add(("metric", *fault.path[len(own) :]), fault.reason)
    if metric is None or spec is None:
        return None
    return metric, source_of(spec, getattr(metric.kind, "where", ()))
