"""Add orgs, users, login sessions, keys, events, dashboards and panels.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import context, op

from dashapp.domain.errors import ConfigurationError

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SHARED = ("orgs", "users", "memberships", "login_sessions", "keys", "login_attempts")
_OWNED = ("projects", "org_states", "events", "dashboards", "panels")


def upgrade() -> None:
    _create_shared()
    _create_owned()
    if op.get_bind().dialect.name == "postgresql":
        role = context.config.attributes["role"]
        _create_role(role)
        for table in _OWNED:
            _protect(table)


def downgrade() -> None:
    for table in ("panels", *_OWNED[:-1], *reversed(_SHARED)):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        role = context.config.attributes["role"]
        op.execute(f"ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM {role}")
        op.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}")
        op.execute(f"REVOKE USAGE ON SCHEMA public FROM {role}")  # the role may be in use elsewhere


def _create_role(role: str) -> None:
    """Create the role that queries run as.

    It owns nothing, cannot log in, and cannot bypass row-level security.
    """
    exists = op.get_bind().scalar(
        sa.text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}
    )
    if not exists and not _may_create_roles():
        raise ConfigurationError(
            f"This user may not create roles. Let an administrator run: CREATE ROLE {role} "
            f"NOLOGIN NOSUPERUSER NOBYPASSRLS; GRANT {role} TO {_user()}; then run this again."
        )
    if not exists:
        op.execute(f"CREATE ROLE {role} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE")
    if not op.get_bind().scalar(sa.text("SELECT pg_has_role(:role, 'MEMBER')"), {"role": role}):
        op.execute(f"GRANT {role} TO CURRENT_USER")
    op.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
    op.execute(f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {role}")
    op.execute(f"ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}")


def _may_create_roles() -> bool:
    statement = "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
    return bool(op.get_bind().scalar(sa.text(statement)))


def _user() -> str:
    return str(op.get_bind().scalar(sa.text("SELECT current_user")))


def _protect(table: str) -> None:
    """Enable row-level security, also for the table's owner.

    NULLIF is needed because the setting is '' once a transaction that set it has ended.
    """
    org = "org_id = NULLIF(current_setting('app.org_id', true), '')::int"
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY org ON {table} USING ({org}) WITH CHECK ({org})")


def _create_shared() -> None:
    op.create_table(
        "orgs",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id > 0", name=op.f("ck_orgs_id_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orgs")),
        sa.UniqueConstraint("slug", name=op.f("uq_orgs_slug")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_table(
        "memberships",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"], ["orgs.id"], name=op.f("fk_memberships_org_id_orgs"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_memberships_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "org_id", name=op.f("pk_memberships")),
    )
    op.create_index("ix_memberships_org_id", "memberships", ["org_id"], unique=False)
    op.create_table(
        "login_sessions",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=True),
        sa.Column("form_digest", sa.String(length=64), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("end_reason", sa.String(length=20), nullable=True),
        sa.Column("is_tracked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"], ["orgs.id"], name=op.f("fk_login_sessions_org_id_orgs"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_login_sessions_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_login_sessions")),
    )
    op.create_index(
        "ix_login_sessions_ended_at_last_seen_at",
        "login_sessions",
        ["ended_at", "last_seen_at"],
        unique=False,
    )
    op.create_index(
        "ix_login_sessions_is_tracked_created_at",
        "login_sessions",
        ["is_tracked", "created_at"],
        unique=False,
    )
    op.create_index(
        "ix_login_sessions_form_digest", "login_sessions", ["form_digest"], unique=False
    )
    op.create_index("ix_login_sessions_user_id", "login_sessions", ["user_id"], unique=False)
    op.create_table(
        "keys",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["org_id"], ["orgs.id"], name=op.f("fk_keys_org_id_orgs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keys")),
        sa.UniqueConstraint("digest", name=op.f("uq_keys_digest")),
    )
    op.create_index("ix_keys_org_id", "keys", ["org_id"], unique=False)
    op.create_table(
        "login_attempts",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "slot", name=op.f("pk_login_attempts")),
    )
    op.create_index("ix_login_attempts_slot", "login_attempts", ["slot"], unique=False)


def _create_owned() -> None:
    op.create_table(
        "projects",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("org_id > 0", name=op.f("ck_projects_org_id_positive")),
        sa.ForeignKeyConstraint(
            ["org_id"], ["orgs.id"], name=op.f("fk_projects_org_id_orgs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("org_id", "slug", name=op.f("pk_projects")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "org_states",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("first_event_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("org_id > 0", name=op.f("ck_org_states_org_id_positive")),
        sa.ForeignKeyConstraint(
            ["org_id"], ["orgs.id"], name=op.f("fk_org_states_org_id_orgs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("org_id", name=op.f("pk_org_states")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "events",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=100), nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=200), nullable=True),
        sa.Column("channel", sa.String(length=50), nullable=False),
        sa.Column("project", sa.String(length=63), nullable=False),
        sa.Column("properties", sa.JSON(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("org_id > 0", name=op.f("ck_events_org_id_positive")),
        sa.PrimaryKeyConstraint(
            "org_id",
            "type",
            "occurred_at",
            "id",
            name=op.f("pk_events"),
            postgresql_include=["user_id", "channel", "project"],
        ),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_events_org_id_id")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "dashboards",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("project", sa.String(length=63), nullable=True),
        sa.Column("template", sa.String(length=63), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("org_id > 0", name=op.f("ck_dashboards_org_id_positive")),
        sa.ForeignKeyConstraint(
            ["org_id"], ["orgs.id"], name=op.f("fk_dashboards_org_id_orgs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("org_id", "slug", name=op.f("pk_dashboards")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "panels",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("dashboard", sa.String(length=63), nullable=False),
        sa.Column("widget", sa.String(length=100), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("org_id > 0", name=op.f("ck_panels_org_id_positive")),
        sa.ForeignKeyConstraint(
            ["org_id", "dashboard"],
            ["dashboards.org_id", "dashboards.slug"],
            name=op.f("fk_panels_org_id_dashboard_dashboards"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("org_id", "dashboard", "widget", name=op.f("pk_panels")),
        sqlite_with_rowid=False,
    )
