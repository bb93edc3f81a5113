"""All tables. Private to `store`: queries see `store.scoped`, which cannot be read without an org.

Owned tables carry `org_id`, first in the primary key, in every unique constraint and in every
index: that is what isolates orgs, what makes range scans short, and what Citus shards by. The
others are read before an org is known (reference tables on Citus).

Times are microseconds since 1970 in UTC.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    false,
)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# -- Read before an org is known ---------------------------------------------------------------

orgs = Table(
    "orgs",
    METADATA,
    Column("id", Integer, Identity(), primary_key=True),
    Column("slug", String(63), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("locale", String(16), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    CheckConstraint("id > 0", name="id_positive"),
)

users = Table(
    "users",
    METADATA,
    Column("id", Integer, Identity(), primary_key=True),
    Column("email", String(320), nullable=False, unique=True),
    Column("password_hash", String(255), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("disabled_at", BigInteger),
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

# A login session is its own outbox: what is not tracked yet is tracked later, exactly once.
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
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
    Column("revoked_at", BigInteger),
    Index("ix_keys_org_id", "org_id"),
)

# Failed logins per subject (hashed) and quarter of an hour: one count for all workers.
login_attempts = Table(
    "login_attempts",
    METADATA,
    Column("subject", String(64), primary_key=True),
    Column("slot", BigInteger, primary_key=True),
    Column("count", Integer, nullable=False),
    Index("ix_login_attempts_slot", "slot"),
)

# -- Owned by an org -----------------------------------------------------------------------------

projects = Table(
    "projects",
    METADATA,
    Column("org_id", Integer, ForeignKey("orgs.id", ondelete="CASCADE"), nullable=False),
    Column("slug", String(63), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("org_id", "slug"),
    CheckConstraint("org_id > 0", name="org_id_positive"),
    sqlite_with_rowid=False,
)

# One row an org: when its events begin, a number that changes with every write, and the lock of
# whoever writes.
org_states = Table(
    "org_states",
    METADATA,
    Column("org_id", Integer, ForeignKey("orgs.id", ondelete="CASCADE"), nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("first_event_at", BigInteger),
    PrimaryKeyConstraint("org_id"),
    CheckConstraint("org_id > 0", name="org_id_positive"),
    sqlite_with_rowid=False,
)

# The primary key is the range index and the covering scan; the unique key is idempotency.
events = Table(
    "events",
    METADATA,
    Column("org_id", Integer, nullable=False),
    Column("type", String(100), nullable=False),
    Column("occurred_at", BigInteger, nullable=False),
    Column("id", String(64), nullable=False),
    Column("user_id", String(200)),
    Column("channel", String(50), nullable=False),
    Column("project", String(63), nullable=False),
    Column("properties", JSON, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    PrimaryKeyConstraint(
        "org_id",
        "type",
        "occurred_at",
        "id",
        postgresql_include=["user_id", "channel", "project"],
    ),
    UniqueConstraint("org_id", "id"),
    CheckConstraint("org_id > 0", name="org_id_positive"),
    sqlite_with_rowid=False,
)

dashboards = Table(
    "dashboards",
    METADATA,
    Column("org_id", Integer, ForeignKey("orgs.id", ondelete="CASCADE"), nullable=False),
    Column("slug", String(63), nullable=False),
    Column("project", String(63)),
    Column("template", String(63), nullable=False),
    Column("title", String(200), nullable=False),
    Column("is_default", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("org_id", "slug"),
    CheckConstraint("org_id > 0", name="org_id_positive"),
    sqlite_with_rowid=False,
)

panels = Table(
    "panels",
    METADATA,
    Column("org_id", Integer, nullable=False),
    Column("dashboard", String(63), nullable=False),
    Column("widget", String(100), nullable=False),
    Column("position", SmallInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("org_id", "dashboard", "widget"),
    ForeignKeyConstraint(
        ["org_id", "dashboard"], ["dashboards.org_id", "dashboards.slug"], ondelete="CASCADE"
    ),
    CheckConstraint("org_id > 0", name="org_id_positive"),
    sqlite_with_rowid=False,
)

OWNED = (projects, org_states, events, dashboards, panels)
