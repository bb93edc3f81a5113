"""Puts built-in and applied boards together to everything that an installation defines."""

from collections.abc import Iterator, Mapping, Sequence

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
_ENGLISH = "en"


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
    """Return all translations: of texts given per language, and of `[texts]` tables."""
    translations: dict[str, dict[str, str]] = {}
    for file in files:
        for texts in texts_of(file):
            for tag, text in texts.items():
                translations.setdefault(tag, {})[texts[_ENGLISH]] = text
        for tag, table in file.translations.items():
            translations.setdefault(tag, {}).update(table)
    translations.pop(_ENGLISH, None)
    return translations


def texts_of(file: BoardFile) -> Iterator[Texts]:
    """Yield every text of a file that is shown."""
    for metric in file.metrics.values():
        yield metric.title
    for field in file.fields.values():
        yield from (field.title, *field.names.values())
    for board in file.boards.values():
        yield from (text for text in (board.title, board.description) if text)
        for panel in (*board.panels, *board.retired):
            yield from (text for text in (panel.title, panel.text) if text)
            yield from panel.names.values()
