"""What belongs to the installation, not to an org: its keys, its audit, removals, and mails."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from dashapp.store.tables.entries import entry_columns
from dashapp.store.tables.metadata import IS_APPEND_ONLY, IS_SEALED, METADATA

# Keys of the vendor, for all orgs. An `admin` key can do what its scopes say, an `ingest` key send.
installation_keys = Table(
    "installation_keys",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("name", String(100), nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("hint", String(4), nullable=False),
    Column("events_per_minute", Integer),
    Column("used_until", BigInteger, nullable=False, server_default="0"),  # of these events
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
    Column("revoked_at", BigInteger),
    Index(
        "uq_installation_keys_name",
        "name",
        unique=True,
        sqlite_where=text("revoked_at IS NULL"),
        postgresql_where=text("revoked_at IS NULL"),
    ),
)

# What was done with the installation's keys and by operators. It outlives the orgs that it names.
installation_audit = Table(
    "installation_audit",
    METADATA,
    Column("at", BigInteger, primary_key=True),
    Column("mark", String(8), primary_key=True),
    Column("org", String(63), nullable=False, server_default=""),  # a slug
    *entry_columns(),
    Index("ix_installation_audit_org_at", "org", "at"),
    info={IS_APPEND_ONLY: True},
)

# Receipts of removed orgs, without their names.
removals = Table(
    "removals",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("org_id", Integer, unique=True),  # null once nothing of the org is left
    Column("started_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),  # rows are deleted from then on
    Column("finished_at", BigInteger),
    Column("counts", JSON, nullable=False, server_default="{}"),
    Column("usage", JSON, nullable=False, server_default="{}"),  # of the current month
)

# Slugs that cannot be used again yet, as hashes: late senders must not reach the next customer.
reserved_slugs = Table(
    "reserved_slugs",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("until", BigInteger, nullable=False),
)

# Mails that wait to be sent. The address and the parameters are emptied once that is done.
outbox = Table(
    "outbox",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("org_id", Integer, ForeignKey("orgs.id", ondelete="CASCADE")),
    Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE")),
    Column("kind", String(30), nullable=False),
    Column("address", String(320), nullable=False),
    Column("locale", String(16), nullable=False),
    Column("params", Text, nullable=False, info={IS_SEALED: True}),  # JSON: it has links
    Column("state", String(10), nullable=False),  # waiting, sent, failed
    Column("created_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("leased_by", String(40)),
    Column("leased_until", BigInteger),
    Column("ended_at", BigInteger),
    Column("error", String(300)),
    Index("ix_outbox_state_due_at", "state", "due_at"),
    Index("ix_outbox_org_id", "org_id"),
    Index("ix_outbox_user_id", "user_id"),
)
