"""Tables of tallies. All of them can be rebuilt from the events."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, SmallInteger, String, Text
from sqlalchemy.dialects import postgresql

from dashapp.store.tables.metadata import OrgIndex, owned_table


def _label(length: int = 200) -> String:
    """Text sorted by bytes, as in SQLite."""
    return String(length).with_variant(postgresql.VARCHAR(length, collation="C"), "postgresql")


# Numbers of users, for bitmaps. A number is never reused.
event_users = owned_table(
    "event_users",
    Column("user_id", String(200), nullable=False),
    Column("number", BigInteger, nullable=False),
    key=("user_id",),
    unique=(("number",),),
)

# Numbers of values whose distinct ones are counted. They share the counter of the users' numbers.
event_values = owned_table(
    "event_values",
    Column("value", String(200), nullable=False),
    Column("number", BigInteger, nullable=False),
    key=("value",),
    unique=(("number",),),
)

# Which tallies are kept, and since which local day. Earlier days are counted from events.
tally_states = owned_table(
    "tally_states",
    Column("tally", SmallInteger, nullable=False),
    Column("definition", Text, nullable=False),
    Column("from_day", Integer, nullable=False),
    key=("tally",),
    unique=(("definition",),),
)

# `grain` says whether `step` is a local day, an hour or a block of days. An empty project means all
# projects; an empty spelling means all spellings of a label.
tally = owned_table(
    "tally",
    Column("tally", SmallInteger, nullable=False),
    Column("project", String(63), nullable=False),
    Column("grain", SmallInteger, nullable=False),
    Column("step", Integer, nullable=False),
    Column("key", _label(), nullable=False),
    Column("spelling", _label(), nullable=False),
    Column("n", BigInteger, nullable=False),
    key=("tally", "project", "grain", "step", "key", "spelling"),
    indexes=(  # the most frequent labels of a block first
        OrgIndex(
            "ix_tally_labels",
            ("tally", "project", "grain", "step", "n"),
            where="spelling = '' AND key <> ''",
        ),
    ),
)

# Amounts of a property, with the places of `tally`: events with and without a number, their sum as
# `whole * 10^12 + part` millionths, and the lowest and highest number as text that sorts like it.
measured = owned_table(
    "measured",
    Column("tally", SmallInteger, nullable=False),
    Column("project", String(63), nullable=False),
    Column("grain", SmallInteger, nullable=False),
    Column("step", Integer, nullable=False),
    Column("key", _label(), nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("missing", BigInteger, nullable=False),
    Column("whole", BigInteger, nullable=False),
    Column("part", BigInteger, nullable=False),
    Column("low", _label(27), nullable=False),
    Column("high", _label(27), nullable=False),
    key=("tally", "project", "grain", "step", "key"),
)

# How the numbers of a local day are spread (`domain/metrics/spreads.py`), for percentiles.
spreads = owned_table(
    "spreads",
    Column("tally", SmallInteger, nullable=False),
    Column("project", String(63), nullable=False),
    Column("day", Integer, nullable=False),
    Column("key", _label(), nullable=False),
    Column("spread", Text, nullable=False),
    key=("tally", "project", "day", "key"),
)

# Users or values of a local day: a Roaring bitmap of their numbers, and how many there are.
seen = owned_table(
    "seen",
    Column("tally", SmallInteger, nullable=False),
    Column("project", String(63), nullable=False),
    Column("day", Integer, nullable=False),
    Column("key", _label(), nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("users", LargeBinary, nullable=False),
    key=("tally", "project", "day", "key"),
)
