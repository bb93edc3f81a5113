"""Sealed days: events as columns, in Parquet files that are stored as bytes. All can be rebuilt."""

from sqlalchemy import JSON, BigInteger, Column, Integer, LargeBinary, String

from dashapp.store.tables.metadata import owned_table

# One Parquet file of an org's events. `layout` has its days and columns. The body
# comes last: SQLite reads the columns before it without reading it.
segments = owned_table(
    "segments",
    Column("number", Integer, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("layout", JSON, nullable=False),
    Column("size", BigInteger, nullable=False),  # bytes
    Column("made_at", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    key=("number",),
)

# UTC days and the segment that has their events; null if they must be read from the events. `mark`
# is set while a new segment is made: a write to the day removes it, so that the segment does not
# get the day.
sealed_days = owned_table(
    "sealed_days",
    Column("day", Integer, nullable=False),
    Column("segment", Integer),
    Column("rows", BigInteger, nullable=False, server_default="0"),
    Column("mark", String(16)),
    Column("marked_at", BigInteger),
    Column("changed_at", BigInteger),  # when events of the day were last added or removed
    key=("day",),
)
