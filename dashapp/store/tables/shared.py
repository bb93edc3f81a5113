"""Tables that are read before an org is known: reference tables on Citus."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
    text,
    true,
)

from dashapp.store.tables.metadata import METADATA, RANGE

# The ids of orgs are never used again, after they were deleted.
orgs = Table(
    "orgs",
    METADATA,
    Column("id", Integer, Identity(), primary_key=True),
    Column("slug", String(63), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("locale", String(16), nullable=False),
    Column("keep_days", Integer),  # null keeps events forever
    Column("events_per_minute", Integer),  # null for the installation's limit
    Column("currency", String(3)),  # ISO 4217, of metrics with the unit `currency`
    Column("created_at", BigInteger, nullable=False),
    Column("deleted_at", BigInteger),  # set while the org's rows are deleted
    Column("requires_second_factor", Boolean, nullable=False, server_default=false()),
    Column("opens_with", RANGE),  # the preset of boards that have none of their own
    # What upkeep knows (orgs/due.py); null if it has not looked yet.
    Column("due_at", BigInteger),  # no later than the org has work for upkeep
    Column("needs_digest", String(64)),  # of what panels needed when upkeep last looked
    Column("has_segments", Boolean),  # whether days of the org were ever sealed
    CheckConstraint("id > 0", name="id_positive"),
    sqlite_autoincrement=True,
)

keys = Table(
    "keys",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("org_id", Integer, ForeignKey("orgs.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("sealed", Text),  # the secret of an embed key: HMAC needs it (domain/secrets/sealing.py)
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
    Column("events_per_minute", Integer),  # null for the installation's limit
    Column("revoked_at", BigInteger),
    Column("name", String(100)),  # unique among the active keys of an org
    Column("hint", String(4)),  # the last characters of the secret
    Index("ix_keys_org_id", "org_id"),
    Index(
        "uq_keys_org_id_name",
        "org_id",
        "name",
        unique=True,
        sqlite_where=text("revoked_at IS NULL"),
        postgresql_where=text("revoked_at IS NULL"),
    ),
)

# Origins that may embed an org's dashboards. They are public: every embed page lists them.
origins = Table(
    "origins",
    METADATA,
    Column("org_id", Integer, ForeignKey("orgs.id", ondelete="CASCADE"), primary_key=True),
    Column("origin", String(255), primary_key=True),
    Column("created_at", BigInteger, nullable=False),
    Column("is_vendors", Boolean, nullable=False, server_default=true()),  # or set by the org
)

# One row per change of the definitions: what was applied or removed, when and by whom.
definition_versions = Table(
    "definition_versions",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("applied_at", BigInteger, nullable=False),
    Column("applied_by", String(100), nullable=False),
    Column("files", JSON, nullable=False),  # their names
    Column("changes", Text, nullable=False),
)

# Metrics, fields, boards, translations and settings as files write them.
definitions = Table(
    "definitions",
    METADATA,
    Column("kind", String(10), primary_key=True),
    Column("name", String(320), primary_key=True),
    Column("body", JSON, nullable=False),
    Column("file", String(255), nullable=False),  # the last one that changed it
    Column("version", Integer, ForeignKey("definition_versions.number"), nullable=False),
)

# When the installation did something last.
moments = Table(
    "moments",
    METADATA,
    Column("name", String(20), primary_key=True),
    Column("at", BigInteger, nullable=False),
)
