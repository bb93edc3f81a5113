"""Events as a Parquet file. They pass through a text file, as those of sealed days do."""

from collections.abc import Sequence
from pathlib import Path

from dashapp.domain.errors import ConfigurationError
from dashapp.domain.events.event import Event
from dashapp.store.columns.duck import connect, quoted
from dashapp.store.columns.text_rows import rows_of, write_rows

_MEMORY = "512MB"
_ROW_GROUP = 32_768  # small enough for readers with little memory
_TYPES = dict.fromkeys(Event._fields, "VARCHAR") | {"occurred_at": "BIGINT"}


class ParquetWriter:
    """Collects events in a private folder; `finish` writes the file."""

    def __init__(self, folder: Path) -> None:
        self._lines = folder / "events.csv"
        self._folder = folder
        self.file = folder / "events.parquet"
        self._text = self._lines.open("w", encoding="utf-8", newline="")

    def add(self, block: Sequence[Event]) -> None:
        write_rows(self._text, block)

    def close(self) -> None:
        self._text.close()

    def finish(self) -> None:
        """Write the file. Raises ConfigurationError, for example if the disk is full."""
        from duckdb import Error  # noqa: PLC0415 - when first needed

        self._text.close()
        connection = connect(self._folder, memory=_MEMORY, spills_to=self._folder / "spilled")
        try:
            connection.execute(self._statement())
        except Error as error:
            reason = str(error).splitlines()[0]
            raise ConfigurationError(f"Cannot write the Parquet file: {reason}") from None
        finally:
            connection.close()
        self._lines.unlink()

    def _statement(self) -> str:
        columns = ", ".join(
            "make_timestamptz(occurred_at) AS occurred_at" if name == "occurred_at" else f'"{name}"'
            for name in _TYPES
        )
        return (
            f"COPY (SELECT {columns} FROM {rows_of(self._lines, _TYPES)}) TO '{quoted(self.file)}' "  # noqa: S608 - our own names
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROW_GROUP})"
        )
