"""Writes events as a Parquet file: sorted, so that a question skips most of it.

Rows pass through text files in blocks, which takes the memory of one block.
"""

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from dashapp.domain.access.scope import Scope
from dashapp.domain.columns.encoding import Block, Encoder
from dashapp.domain.columns.layout import REST, Field, Layout, column_name
from dashapp.store.columns.duck import connect, quoted
from dashapp.store.columns.text_rows import rows_of, write_rows

BLOCK = 50_000  # events
_ROW_GROUP = 122_880
_MEMORY = "1GB"
_BASE = {
    "type": "VARCHAR", "t": "BIGINT", "u": "BIGINT", "channel": "VARCHAR", "project": "VARCHAR",
}  # fmt: skip
# type, time in microseconds, number of the user or None, channel, project, properties as JSON
EventRow = tuple[str, int, int | None, str, str, str]


class SegmentWriter:
    """Collects the events of a segment in a folder of its own, and writes its file."""

    def __init__(self, folder: Path, name: str, paths: Sequence[str]) -> None:
        self._folder, self._paths = folder / f"{name}.d", paths
        self._encoder = Encoder(paths)
        self._blocks: list[tuple[Path, dict[str, str]]] = []
        self._with_numbers: set[int] = set()
        self._has_rest = False
        self.rows = 0
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.mkdir(mode=0o700)  # other users must not read the events

    def add(self, rows: Sequence[EventRow]) -> None:
        """Add a block of events, in any order."""
        *base, properties = zip(*rows, strict=True)
        block = self._encoder.block(properties)
        path = self._folder / f"{len(self._blocks)}.csv"
        columns = [*base, *block.texts]
        for numbers, buckets in block.numbers.values():
            columns += [numbers, buckets]
        if block.has_rest:
            columns.append(block.rest)
        with path.open("w", encoding="utf-8", newline="") as file:
            write_rows(file, zip(*columns, strict=True))
        self._blocks.append((path, self._types_of(block)))
        self._with_numbers.update(block.numbers)
        self._has_rest = self._has_rest or block.has_rest
        self.rows += len(rows)

    def _types_of(self, block: Block) -> dict[str, str]:
        """Return the columns of a block's file, with their types."""
        types = _BASE | {column_name("t", path): "VARCHAR" for path in self._paths}
        for index in block.numbers:
            path = self._paths[index]
            types |= {column_name("n", path): "HUGEINT", column_name("b", path): "INTEGER"}
        return types | ({REST: "VARCHAR"} if block.has_rest else {})

    def write(
        self, scope: Scope, days: Iterable[int], sorted_by: str | None
    ) -> tuple[Layout, bytes]:
        """Return the layout and the content of the segment, sorted by type, property, and time."""
        layout = self._layout(days)
        target = self._folder / "segment.parquet"
        columns = ", ".join(_columns(scope, layout))
        keys = ["type", *_sort_key(layout, sorted_by), "t"]
        statement = (
            f"COPY (SELECT {columns} FROM ({self._sources()}) ORDER BY {', '.join(keys)}) "  # noqa: S608 - our own names
            f"TO '{quoted(target)}' "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROW_GROUP})"
        )
        connection = connect(self._folder, memory=_MEMORY, spills_to=self._folder / "spill")
        try:
            (written,) = connection.execute(statement).fetchone() or (0,)
        finally:
            connection.close()
        if written != self.rows:
            raise RuntimeError(f"{written} of {self.rows} events were written.")
        return layout, target.read_bytes()

    def _layout(self, days: Iterable[int]) -> Layout:
        fields = [
            Field(path, index in self._with_numbers, self._encoder.is_wide(index))
            for index, path in enumerate(self._paths)
        ]
        return Layout(tuple(days), tuple(fields), self._has_rest)

    def _sources(self) -> str:
        files = (f"SELECT * FROM {rows_of(path, types)}" for path, types in self._blocks)  # noqa: S608 - our own names
        return " UNION ALL BY NAME ".join(files)

    def delete_files(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


def _columns(scope: Scope, layout: Layout) -> Iterable[str]:
    """Yield the columns of the file. The org comes first: every question compares it."""
    yield f"{scope.org_id}::INTEGER AS org_id"
    yield from _BASE
    for field in layout.fields:
        text = column_name("t", field.path)
        yield f"substr({text}, 2) AS {text}"
        if field.has_numbers:
            number = column_name("n", field.path)
            yield f"{number}::{'DECIMAL(38, 0)' if field.is_wide else 'BIGINT'} AS {number}"
            yield column_name("b", field.path)
    if layout.has_rest:
        yield REST


def _sort_key(layout: Layout, path: str | None) -> list[str]:
    return [column_name("t", path)] if path is not None and layout.field(path) else []
