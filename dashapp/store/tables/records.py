"""Records of what happened in an org: its audit, its usage, and rejected events."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String

from dashapp.store.tables.entries import entry_columns
from dashapp.store.tables.metadata import owned_table

# Who did what. The server can add and read entries, but neither change nor delete them.
audit = owned_table(
    "audit",
    Column("at", BigInteger, nullable=False),
    Column("mark", String(8), nullable=False),  # random: two entries can share a microsecond
    *entry_columns(),
    key=("at", "mark"),
    blocks_deletion_of_org=True,  # a deletion in cascade would go around what protects it
    is_append_only=True,
)

# Lets a transaction on SQLite delete old entries; PostgreSQL has a function for that. It is empty
# between transactions.
audit_doors = owned_table(
    "audit_doors",
    Column("before", BigInteger, nullable=False),
    key=(),
    is_deleted_with_org=True,
)

# What an org used, per UTC day of receipt: for billing. Erasing events does not lower it.
usage = owned_table(
    "usage",
    Column("day", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("count", BigInteger, nullable=False),
    key=("day", "kind"),
    is_deleted_with_org=True,
)

# Viewers of a month (such as 2026 * 12 + 10), hashed with the installation's secret.
usage_viewers = owned_table(
    "usage_viewers",
    Column("month", Integer, nullable=False),
    Column("viewer", String(32), nullable=False),
    key=("month", "viewer"),
    is_deleted_with_org=True,
)

# The latest rejected events, and why. They have no properties.
rejections = owned_table(
    "rejections",
    Column("at", BigInteger, nullable=False),
    Column("mark", String(8), nullable=False),
    Column("code", String(40), nullable=False),
    Column("message", String(300), nullable=False),
    Column("key_id", String(16), nullable=False),
    Column("event_id", String(64), nullable=False, server_default=""),
    Column("type", String(100), nullable=False, server_default=""),
    key=("at", "mark"),
    is_deleted_with_org=True,
)

# Users whose events are being erased. Upkeep deletes the row, which names the user, at the end.
erasures = owned_table(
    "erasures",
    Column("user_id", String(200), nullable=False),
    Column("requested_at", BigInteger, nullable=False),
    Column("requested_by", String(320), nullable=False),
    Column("erased", BigInteger, nullable=False, server_default="0"),  # events
    key=("user_id",),
    is_deleted_with_org=True,
)

logos = owned_table(
    "logos",
    Column("content_type", String(30), nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    key=(),
    is_deleted_with_org=True,
)
