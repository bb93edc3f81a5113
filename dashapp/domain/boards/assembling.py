"""Puts built-in and applied boards together to everything that an installation defines."""

from collections.abc import Mapping, Sequence

from dashapp.domain.boards.definitions import (
    BoardFile,
    DefinedBoard,
    Definitions,
    Metric,
    Texts,
    Vocabulary,
)
from dashapp.domain.boards.reading.metric_reader import overlaid

DEFAULT_NEW_ORGS = ("operations",)


def assemble(built_in: Sequence[BoardFile], applied: BoardFile, version: int) -> Definitions:
    """Return the definitions of an installation.

    Boards of applied files find metrics in applied files first, then in built-in ones. Fields of
    built-in files describe only their own boards: other products have other channels and types.
    """
    built_in_boards = {
        name: DefinedBoard(board, Vocabulary(file.metrics, file.fields))
        for file in built_in
        for name, board in file.boards.items()
    }
    metrics = overlaid(metrics_of(built_in), applied.metrics)
    vocabulary = Vocabulary(metrics, applied.fields)
    boards = {name: DefinedBoard(board, vocabulary) for name, board in applied.boards.items()}
    return Definitions(
        version,
        vocabulary,
        {**built_in_boards, **boards},
        {name: board for name, board in built_in_boards.items() if name in boards},
        DEFAULT_NEW_ORGS if applied.new_orgs is None else applied.new_orgs,
        _translations([*built_in, applied]),
    )


def metrics_of(files: Sequence[BoardFile]) -> dict[str, Metric]:
    """Return the metrics of all files; those of later files come first in conflicts."""
    return {name: metric for file in files for name, metric in file.metrics.items()}


def _translations(files: Sequence[BoardFile]) -> Mapping[str, Texts]:
    translations: dict[str, dict[str, str]] = {}
    for file in files:
        for tag, texts in file.translations.items():
            translations.setdefault(tag, {}).update(texts)
    return translations
