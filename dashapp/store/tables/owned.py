"""Tables whose rows an org owns, except tallies."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Integer,
    SmallInteger,
    String,
    Text,
    false,
    true,
)

from dashapp.store.tables.metadata import RANGE, OrgIndex, Parent, owned_table

projects = owned_table(
    "projects",
    Column("slug", String(63), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    key=("slug",),
    is_deleted_with_org=True,
)

# One row per org: writers lock it, every write changes its revision. It keeps the times of the
# first and last event, and the time zone of the tallies' days.
org_states = owned_table(
    "org_states",
    Column("revision", BigInteger, nullable=False),
    Column("first_event_at", BigInteger),
    Column("last_event_at", BigInteger),
    Column("timezone", String(64), nullable=False, server_default="UTC"),
    Column("stale_days", JSON, nullable=False, server_default="[]"),  # waiting for a recount
    Column("stale_at", BigInteger),  # when the last event for a stale day came
    Column(
        "stale_version", Integer, nullable=False, server_default="0"
    ),  # changes with these days and their events
    Column("last_user_number", BigInteger, nullable=False, server_default="0"),
    Column(
        "has_fields", Boolean, nullable=False, server_default=false()
    ),  # event_fields is complete
    Column(
        "fields_version", Integer, nullable=False, server_default="0"
    ),  # changes when rows of event_fields are deleted
    Column("sealed_until", Integer),  # no later UTC day is sealed, or being sealed
    Column("last_segment", Integer, nullable=False, server_default="0"),
    Column("locked_field", String(400)),  # a property that embed tokens filter by
    key=(),
    is_deleted_with_org=True,
)

# The primary key serves range scans without touching the table; the unique key makes sending
# idempotent.
events = owned_table(
    "events",
    Column("type", String(100), nullable=False),
    Column("occurred_at", BigInteger, nullable=False),
    Column("id", String(64), nullable=False),
    Column("user_id", String(200)),
    Column("channel", String(50), nullable=False),
    Column("project", String(63), nullable=False),
    Column("properties", JSON, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("import_number", Integer),  # null for events sent over HTTP
    key=("type", "occurred_at", "id"),
    unique=(("id",),),
    covered=("user_id", "channel", "project"),
)

# Imported files. Each import can be undone.
imports = owned_table(
    "imports",
    Column("number", Integer, nullable=False),
    Column("id", String(16), nullable=False),  # one per run, shared by all orgs in the file
    Column("file_name", String(255), nullable=False),
    Column("file_hash", String(64), nullable=False),  # SHA-256
    Column("plan", JSON, nullable=False),
    Column("imported_by", String(100), nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger),
    Column("first_event_at", BigInteger),  # range of the events that it added
    Column("last_event_at", BigInteger),
    Column("added", BigInteger, nullable=False, server_default="0"),
    Column("replaced", BigInteger, nullable=False, server_default="0"),
    Column("already", BigInteger, nullable=False, server_default="0"),
    Column("removed_before", BigInteger, nullable=False, server_default="0"),
    Column("refused", BigInteger, nullable=False, server_default="0"),
    Column("undo_started_at", BigInteger),
    Column("undone_at", BigInteger),
    Column("undone_by", String(100)),
    Column("undone", BigInteger, nullable=False, server_default="0"),  # events removed by undo
    key=("number",),
    unique=(("id",),),
)

event_types = owned_table(
    "event_types",
    Column("type", String(100), nullable=False),
    key=("type",),
)

# Paths of properties seen per event type, such as `wait.seconds`, and the bits of the kinds of
# values they have had (domain/events/shapes.py); 0 if not known. An empty name means any property:
# the type has too many.
event_fields = owned_table(
    "event_fields",
    Column("type", String(100), nullable=False),
    Column("name", String(200), nullable=False),
    Column("kinds", SmallInteger, nullable=False, server_default="0"),
    key=("type", "name"),
)

# Ids of erased and pruned events. Sent again, they count as duplicates.
tombstones = owned_table(
    "tombstones",
    Column("id", String(64), nullable=False),
    key=("id",),
)

# Rate limits: when the allowance of a key is used up. An empty key means the whole org.
send_limits = owned_table(
    "send_limits",
    Column("key_id", String(16), nullable=False),
    Column("used_until", BigInteger, nullable=False),
    key=("key_id",),
)

# The latest embed tokens that were accepted or refused, and why.
embed_log = owned_table(
    "embed_log",
    Column("at", BigInteger, nullable=False),
    Column("mark", String(8), nullable=False),  # random: two entries can share a microsecond
    Column("code", String(40), nullable=False),
    Column("message", String(300), nullable=False),
    Column("dashboard", String(63), nullable=False),
    Column("key_id", String(16), nullable=False),
    Column("viewer", String(200), nullable=False),
    Column("token_id", String(200), nullable=False),
    key=("at", "mark"),
    is_deleted_with_org=True,
)

# A project has at most one dashboard per template, and one default dashboard.
dashboards = owned_table(
    "dashboards",
    Column("slug", String(63), nullable=False),
    Column(
        "home", String(63), nullable=False, server_default="default"
    ),  # the project it belongs to
    Column("project", String(63)),  # whose events it shows; null for all projects
    Column("template", String(63), nullable=False),
    Column("title", String(200), nullable=False),  # a message key, translated when shown
    Column("description", String(500), nullable=False, server_default=""),
    Column("is_default", Boolean, nullable=False),
    Column("is_deletable", Boolean, nullable=False, server_default=true()),
    Column("is_editable", Boolean, nullable=False, server_default=true()),
    Column("grid", JSON, nullable=False, server_default="[0, 0]"),
    Column("config", JSON, nullable=False, server_default="{}"),
    Column("offered", JSON, nullable=False, server_default="[]"),  # panels the template has added
    Column("opens_with", RANGE),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("edited_at", BigInteger),  # by a person, not by provisioning
    Column("edited_by", Integer),
    Column("created_at", BigInteger, nullable=False),
    key=("slug",),
    indexes=(
        OrgIndex("uq_dashboards_org_id_home_template", ("home", "template"), is_unique=True),
        OrgIndex(
            "uq_dashboards_org_id_home_is_default", ("home",), is_unique=True, where="is_default"
        ),
    ),
    is_deleted_with_org=True,
)

panels = owned_table(
    "panels",
    Column("dashboard", String(63), nullable=False),
    Column("widget", String(100), nullable=False),  # of a board: the slug of its panel
    Column("board", String(63)),  # null for a widget written in Python
    Column("position", SmallInteger, nullable=False),
    Column("title", String(200)),  # null for the widget's title
    Column("size", String(16)),
    Column("is_hidden", Boolean, nullable=False, server_default=false()),
    Column("config", JSON, nullable=False, server_default="{}"),
    Column("created_at", BigInteger, nullable=False),
    key=("dashboard", "widget"),
    parents=(Parent("dashboards", {"dashboard": "slug"}),),
)

# What a person has saved of a dashboard, for themselves: a name for parameters of its address. It
# goes with the membership and with the dashboard.
saved_views = owned_table(
    "saved_views",
    Column("user_id", Integer, nullable=False),
    Column("id", String(16), nullable=False),
    Column("dashboard", String(63), nullable=False),
    Column("name", String(60), nullable=False),
    Column("search", Text, nullable=False),  # as in the address, without "?"
    Column("created_at", BigInteger, nullable=False),
    key=("user_id", "id"),
    unique=(("user_id", "dashboard", "name"),),
    indexes=(OrgIndex("ix_saved_views_org_id_dashboard", ("dashboard",)),),
    parents=(
        Parent("memberships", {"user_id": "user_id"}),
        Parent("dashboards", {"dashboard": "slug"}),
    ),
)
