"""Tables of what is counted ahead. All of it can be made anew from the events."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects import postgresql

from dashapp.store.tables.metadata import METADATA


def _label() -> String:
    """Text that is sorted by its bytes, as SQLite does."""
    return String(200).with_variant(postgresql.VARCHAR(200, collation="C"), "postgresql")


# Users as numbers, for bitmaps. A number is never given twice.
event_users = Table(
    "event_users",
    METADATA,
    Column("org_id", Integer, nullable=False),
    Column("user_id", String(200), nullable=False),
    Column("number", BigInteger, nullable=False),
    PrimaryKeyConstraint("org_id", "user_id"),
    UniqueConstraint("org_id", "number"),
    CheckConstraint("org_id > 0", name="org_id_positive"),
    sqlite_with_rowid=False,
)

# What is counted, and from which local day on: days before are counted from events.
tally_states = Table(
    "tally_states",
    METADATA,
    Column("org_id", Integer, nullable=False),
    Column("tally", SmallInteger, nullable=False),
    Column("definition", Text, nullable=False),
    Column("from_day", Integer, nullable=False),
    PrimaryKeyConstraint("org_id", "tally"),
    UniqueConstraint("org_id", "definition"),
    CheckConstraint("org_id > 0", name="org_id_positive"),
    sqlite_with_rowid=False,
)

# `step` is a local day, an hour of one or a block of days, by `grain`; an empty project is all of
# them. An empty spelling is the count of a label, however it is spelled.
tally = Table(
    "tally",
    METADATA,
    Column("org_id", Integer, nullable=False),
    Column("tally", SmallInteger, nullable=False),
    Column("project", String(63), nullable=False),
    Column("grain", SmallInteger, nullable=False),
    Column("step", Integer, nullable=False),
    Column("key", _label(), nullable=False),
    Column("spelling", _label(), nullable=False),
    Column("n", BigInteger, nullable=False),
    PrimaryKeyConstraint("org_id", "tally", "project", "grain", "step", "key", "spelling"),
    CheckConstraint("org_id > 0", name="org_id_positive"),
    # The most frequent labels of a block first.
    Index(
        "ix_tally_labels",
        "org_id",
        "tally",
        "project",
        "grain",
        "step",
        "n",
        sqlite_where=text("spelling = '' AND key <> ''"),
        postgresql_where=text("spelling = '' AND key <> ''"),
    ),
    sqlite_with_rowid=False,
)

# Which users were there on a local day: a Roaring bitmap of their numbers, and how many they are.
seen = Table(
    "seen",
    METADATA,
    Column("org_id", Integer, nullable=False),
    Column("tally", SmallInteger, nullable=False),
    Column("project", String(63), nullable=False),
    Column("day", Integer, nullable=False),
    Column("key", _label(), nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("users", LargeBinary, nullable=False),
    PrimaryKeyConstraint("org_id", "tally", "project", "day", "key"),
    CheckConstraint("org_id > 0", name="org_id_positive"),
    sqlite_with_rowid=False,
)
