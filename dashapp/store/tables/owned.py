"""Tables whose rows an org owns: `org_id` comes first in every key."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    false,
    text,
    true,
)

from dashapp.store.tables.metadata import METADATA

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

# One row an org: the lock of whoever writes, a number that changes with every write, between what
# times its events lie, and what its tallies' days mean.
org_states = Table(
    "org_states",
    METADATA,
    Column("org_id", Integer, ForeignKey("orgs.id", ondelete="CASCADE"), nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("first_event_at", BigInteger),
    Column("last_event_at", BigInteger),
    Column("timezone", String(64), nullable=False, server_default="UTC"),
    Column("stale_days", JSON, nullable=False, server_default="[]"),  # to be counted anew
    Column("stale_at", BigInteger),  # when an event last came for such a day
    Column("last_user_number", BigInteger, nullable=False, server_default="0"),
    Column("has_fields", Boolean, nullable=False, server_default=false()),  # all, in event_fields
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
    Column("import_number", Integer),  # the import that added it; not set for what was sent
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

# Files that were imported: what each of them added can be taken back.
imports = Table(
    "imports",
    METADATA,
    Column("org_id", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("id", String(16), nullable=False),  # one a run; the same in every org of its file
    Column("file_name", String(255), nullable=False),
    Column("file_hash", String(64), nullable=False),  # SHA-256
    Column("plan", JSON, nullable=False),
    Column("imported_by", String(100), nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger),
    Column("first_event_at", BigInteger),  # between what times the events lie that it added
    Column("last_event_at", BigInteger),
    Column("added", BigInteger, nullable=False, server_default="0"),
    Column("replaced", BigInteger, nullable=False, server_default="0"),
    Column("already", BigInteger, nullable=False, server_default="0"),
    Column("removed_before", BigInteger, nullable=False, server_default="0"),
    Column("refused", BigInteger, nullable=False, server_default="0"),
    Column("undo_started_at", BigInteger),
    Column("undone_at", BigInteger),
    Column("undone_by", String(100)),
    Column("undone", BigInteger, nullable=False, server_default="0"),  # events taken back
    PrimaryKeyConstraint("org_id", "number"),
    UniqueConstraint("org_id", "id"),
    CheckConstraint("org_id > 0", name="org_id_positive"),
    sqlite_with_rowid=False,
)

event_types = Table(
    "event_types",
    METADATA,
    Column("org_id", Integer, nullable=False),
    Column("type", String(100), nullable=False),
    PrimaryKeyConstraint("org_id", "type"),
    CheckConstraint("org_id > 0", name="org_id_positive"),
    sqlite_with_rowid=False,
)

# Properties that events of a type have had; an empty name stands for any.
event_fields = Table(
    "event_fields",
    METADATA,
    Column("org_id", Integer, nullable=False),
    Column("type", String(100), nullable=False),
    Column("name", String(60), nullable=False),
    PrimaryKeyConstraint("org_id", "type", "name"),
    CheckConstraint("org_id > 0", name="org_id_positive"),
    sqlite_with_rowid=False,
)

# Ids of events that are gone, erased or pruned: sent again, they are duplicates.
tombstones = Table(
    "tombstones",
    METADATA,
    Column("org_id", Integer, nullable=False),
    Column("id", String(64), nullable=False),
    PrimaryKeyConstraint("org_id", "id"),
    CheckConstraint("org_id > 0", name="org_id_positive"),
    sqlite_with_rowid=False,
)

# How far a key, or with an empty key the org, has used up what it may send.
send_limits = Table(
    "send_limits",
    METADATA,
    Column("org_id", Integer, nullable=False),
    Column("key_id", String(16), nullable=False),
    Column("used_until", BigInteger, nullable=False),
    PrimaryKeyConstraint("org_id", "key_id"),
    CheckConstraint("org_id > 0", name="org_id_positive"),
    sqlite_with_rowid=False,
)

# The last embed tokens that were taken or refused, and why: for the org itself.
embed_log = Table(
    "embed_log",
    METADATA,
    Column("org_id", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("mark", String(8), nullable=False),  # random: two may be told in one microsecond
    Column("code", String(40), nullable=False),
    Column("message", String(300), nullable=False),
    Column("dashboard", String(63), nullable=False),
    Column("key_id", String(16), nullable=False),
    Column("viewer", String(200), nullable=False),
    Column("token_id", String(200), nullable=False),
    PrimaryKeyConstraint("org_id", "at", "mark"),
    CheckConstraint("org_id > 0", name="org_id_positive"),
    sqlite_with_rowid=False,
)

# A project has a dashboard once a template, and one default among its own.
dashboards = Table(
    "dashboards",
    METADATA,
    Column("org_id", Integer, ForeignKey("orgs.id", ondelete="CASCADE"), nullable=False),
    Column("slug", String(63), nullable=False),
    Column("home", String(63), nullable=False, server_default="default"),  # the project it is of
    Column("project", String(63)),  # whose numbers it shows; all of the org's where it is not set
    Column("template", String(63), nullable=False),
    Column("title", String(200), nullable=False),  # a key that is translated when shown
    Column("description", String(500), nullable=False, server_default=""),
    Column("is_default", Boolean, nullable=False),
    Column("is_deletable", Boolean, nullable=False, server_default=true()),
    Column("is_editable", Boolean, nullable=False, server_default=true()),
    Column("grid", JSON, nullable=False, server_default="[0, 0]"),
    Column("config", JSON, nullable=False, server_default="{}"),
    Column("offered", JSON, nullable=False, server_default="[]"),  # what the template has brought
    Column("opens_with", String(8)),  # a preset
    Column("version", Integer, nullable=False, server_default="1"),
    Column("edited_at", BigInteger),  # by a person
    Column("edited_by", Integer),
    Column("created_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("org_id", "slug"),
    Index("uq_dashboards_org_id_home_template", "org_id", "home", "template", unique=True),
    Index(
        "uq_dashboards_org_id_home_is_default",
        "org_id",
        "home",
        unique=True,
        sqlite_where=text("is_default"),
        postgresql_where=text("is_default"),
    ),
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
    Column("title", String(200)),  # where a person has given one
    Column("size", String(16)),
    Column("is_hidden", Boolean, nullable=False, server_default=false()),
    Column("config", JSON, nullable=False, server_default="{}"),
    Column("created_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("org_id", "dashboard", "widget"),
    ForeignKeyConstraint(
        ["org_id", "dashboard"], ["dashboards.org_id", "dashboards.slug"], ondelete="CASCADE"
    ),
    CheckConstraint("org_id > 0", name="org_id_positive"),
    sqlite_with_rowid=False,
)
