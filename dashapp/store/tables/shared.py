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
)

from dashapp.store.tables.metadata import METADATA

# The ids of orgs and users are never used again, after they were deleted.
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
    # What upkeep knows (orgs/due.py); null if it has not looked yet.
    Column("due_at", BigInteger),  # no later than the org has work for upkeep
    Column("needs_digest", String(64)),  # of what panels needed when upkeep last looked
    Column("has_segments", Boolean),  # whether days of the org were ever sealed
    Column("deleted_at", BigInteger),  # set while the org's rows are deleted
    CheckConstraint("id > 0", name="id_positive"),
    sqlite_autoincrement=True,
)

users = Table(
    "users",
    METADATA,
    Column("id", Integer, Identity(), primary_key=True),
    Column("email", String(320), nullable=False, unique=True),
    Column("password_hash", String(255), nullable=False),
    Column("locale", String(16)),  # null for the org's or the browser's language
    Column("created_at", BigInteger, nullable=False),
    Column("disabled_at", BigInteger),
    sqlite_autoincrement=True,
)

memberships = Table(
    "memberships",
    METADATA,
    Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("org_id", Integer, ForeignKey("orgs.id", ondelete="CASCADE"), primary_key=True),
    Column("role", String(20), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_memberships_org_id", "org_id"),
)

# `is_tracked` says whether the session's login and logout events are stored. Missing events are
# stored later, exactly once.
login_sessions = Table(
    "login_sessions",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("org_id", Integer, ForeignKey("orgs.id", ondelete="CASCADE")),
    Column("form_digest", String(64), nullable=False),
    Column("path", String(200), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("last_seen_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("end_reason", String(20)),
    Column("is_tracked", Boolean, nullable=False, server_default=false()),
    Index("ix_login_sessions_user_id", "user_id"),
    Index("ix_login_sessions_org_id", "org_id"),
    Index("ix_login_sessions_form_digest", "form_digest"),
    Index("ix_login_sessions_ended_at_last_seen_at", "ended_at", "last_seen_at"),
    Index("ix_login_sessions_is_tracked_created_at", "is_tracked", "created_at"),
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
    Index("ix_keys_org_id", "org_id"),
)

# Origins that may embed an org's dashboards. They are public: every embed page lists them.
origins = Table(
    "origins",
    METADATA,
    Column("org_id", Integer, ForeignKey("orgs.id", ondelete="CASCADE"), primary_key=True),
    Column("origin", String(255), primary_key=True),
    Column("created_at", BigInteger, nullable=False),
)

# Login attempts per subject (hashed) and 15 minutes, counted across all workers.
login_attempts = Table(
    "login_attempts",
    METADATA,
    Column("subject", String(64), primary_key=True),
    Column("slot", BigInteger, primary_key=True),
    Column("count", Integer, nullable=False),
    Index("ix_login_attempts_slot", "slot"),
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
