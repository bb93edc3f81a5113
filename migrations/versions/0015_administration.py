"""Administration: keys of the installation, audit, usage, invitations, sign-on, second factors.

Entries of the audit can only be added. On SQLite, triggers refuse the rest, unless `audit_doors`
has a row for the org; on PostgreSQL, the server's role has no right to it, and functions of the
tables' owner delete what is old enough, or belongs to an org that is being removed.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_OWNED = ("audit", "audit_doors", "rejections", "usage", "usage_viewers", "logos", "erasures")
_NEW_TABLES = (
    "sign_ons",
    "sign_on_domains",
    "identities",
    "sign_ins",
    "removed_members",
    "recovery_codes",
    "providers",
    "password_resets",
    "passkeys",
    "outbox",
    "logos",
    "invitations",
    "challenges",
    "authenticators",
    "usage_viewers",
    "usage",
    "reserved_slugs",
    "removals",
    "rejections",
    "provider_documents",
    "installation_keys",
    "installation_audit",
    "erasures",
    "audit_doors",
    "audit",
)
_NEW_COLUMNS = {
    "keys": ("hint", "name"),
    "login_sessions": ("confirmed_at", "browser", "address", "method", "provider"),
    "orgs": ("opens_with", "requires_second_factor"),
    "origins": ("is_vendors",),
    "users": ("email_confirmed_at", "theme", "name"),
}
_MIN_AGE = 30 * 86_400 * 1_000_000  # microseconds that every entry is kept


def upgrade() -> None:
    _create_tables()
    _add_columns()
    op.execute("UPDATE users SET email_confirmed_at = created_at")
    op.execute(  # upkeep finishes deletions that were interrupted
        "INSERT INTO removals (id, org_id, started_at, due_at) "
        "SELECT 'r' || id, id, deleted_at, deleted_at FROM orgs WHERE deleted_at IS NOT NULL"
    )
    if op.get_bind().dialect.name == "sqlite":
        _protect_on_sqlite()
    else:
        _protect_on_postgresql()


def _create_tables() -> None:
    op.create_table(
        "audit",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.String(length=8), nullable=False),
        sa.Column("actor_kind", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("actor_name", sa.String(length=320), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("browser", sa.String(length=100), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("target", sa.String(length=320), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.CheckConstraint("org_id > 0", name=op.f("ck_audit_org_id_positive")),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name=op.f("fk_audit_org_id_orgs")),
        sa.PrimaryKeyConstraint("org_id", "at", "mark", name=op.f("pk_audit")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "audit_doors",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("org_id > 0", name=op.f("ck_audit_doors_org_id_positive")),
        sa.ForeignKeyConstraint(
            ["org_id"], ["orgs.id"], name=op.f("fk_audit_doors_org_id_orgs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("org_id", name=op.f("pk_audit_doors")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "installation_audit",
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.String(length=8), nullable=False),
        sa.Column("org", sa.String(length=63), server_default="", nullable=False),
        sa.Column("actor_kind", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("actor_name", sa.String(length=320), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("browser", sa.String(length=100), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("target", sa.String(length=320), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("at", "mark", name=op.f("pk_installation_audit")),
    )
    op.create_index(
        "ix_installation_audit_org_at", "installation_audit", ["org", "at"], unique=False
    )
    op.create_table(
        "installation_keys",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("hint", sa.String(length=4), nullable=False),
        sa.Column("events_per_minute", sa.Integer(), nullable=True),
        sa.Column("used_until", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation_keys")),
        sa.UniqueConstraint("digest", name=op.f("uq_installation_keys_digest")),
    )
    op.create_index(
        "uq_installation_keys_name",
        "installation_keys",
        ["name"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "provider_documents",
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.BigInteger(), nullable=False),
        sa.Column("tried_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_provider_documents")),
    )
    op.create_table(
        "rejections",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.String(length=8), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("message", sa.String(length=300), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("type", sa.String(length=100), server_default="", nullable=False),
        sa.CheckConstraint("org_id > 0", name=op.f("ck_rejections_org_id_positive")),
        sa.ForeignKeyConstraint(
            ["org_id"], ["orgs.id"], name=op.f("fk_rejections_org_id_orgs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("org_id", "at", "mark", name=op.f("pk_rejections")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "removals",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("counts", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("usage", sa.JSON(), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removals")),
        sa.UniqueConstraint("org_id", name=op.f("uq_removals_org_id")),
    )
    op.create_table(
        "reserved_slugs",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_reserved_slugs")),
    )
    op.create_table(
        "usage",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("org_id > 0", name=op.f("ck_usage_org_id_positive")),
        sa.ForeignKeyConstraint(
            ["org_id"], ["orgs.id"], name=op.f("fk_usage_org_id_orgs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("org_id", "day", "kind", name=op.f("pk_usage")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "usage_viewers",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("viewer", sa.String(length=32), nullable=False),
        sa.CheckConstraint("org_id > 0", name=op.f("ck_usage_viewers_org_id_positive")),
        sa.ForeignKeyConstraint(
            ["org_id"], ["orgs.id"], name=op.f("fk_usage_viewers_org_id_orgs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("org_id", "month", "viewer", name=op.f("pk_usage_viewers")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "authenticators",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_authenticators_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_authenticators")),
    )
    op.create_table(
        "challenges",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("challenge", sa.String(length=100), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_challenges_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", "purpose", name=op.f("pk_challenges")),
    )
    op.create_index("ix_challenges_created_at", "challenges", ["created_at"], unique=False)
    op.create_table(
        "invitations",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("invited_by", sa.String(length=320), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("is_mailed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"], ["orgs.id"], name=op.f("fk_invitations_org_id_orgs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("digest", name=op.f("uq_invitations_digest")),
    )
    op.create_index("uq_invitations_org_id_email", "invitations", ["org_id", "email"], unique=True)
    op.create_table(
        "logos",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("content_type", sa.String(length=30), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("org_id > 0", name=op.f("ck_logos_org_id_positive")),
        sa.ForeignKeyConstraint(
            ["org_id"], ["orgs.id"], name=op.f("fk_logos_org_id_orgs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("org_id", name=op.f("pk_logos")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "erasures",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(length=200), nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.Column("requested_by", sa.String(length=320), nullable=False),
        sa.Column("erased", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("org_id > 0", name=op.f("ck_erasures_org_id_positive")),
        sa.ForeignKeyConstraint(
            ["org_id"], ["orgs.id"], name=op.f("fk_erasures_org_id_orgs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("org_id", "user_id", name=op.f("pk_erasures")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("leased_by", sa.String(length=40), nullable=True),
        sa.Column("leased_until", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(
            ["org_id"], ["orgs.id"], name=op.f("fk_outbox_org_id_orgs"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_outbox_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_org_id", "outbox", ["org_id"], unique=False)
    op.create_index("ix_outbox_state_due_at", "outbox", ["state", "due_at"], unique=False)
    op.create_index("ix_outbox_user_id", "outbox", ["user_id"], unique=False)
    op.create_table(
        "passkeys",
        sa.Column("id", sa.String(length=400), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("handle", sa.String(length=64), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("transports", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_passkeys_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
    )
    op.create_index("ix_passkeys_user_id", "passkeys", ["user_id"], unique=False)
    op.create_table(
        "password_resets",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("is_mailed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_password_resets_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_password_resets")),
    )
    op.create_index("ix_password_resets_user_id", "password_resets", ["user_id"], unique=False)
    op.create_table(
        "providers",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("client_id", sa.String(length=255), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("role_claim", sa.String(length=100), nullable=True),
        sa.Column("roles", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("joins_as", sa.String(length=20), nullable=True),
        sa.Column("is_only_way", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"], ["orgs.id"], name=op.f("fk_providers_org_id_orgs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_providers")),
    )
    op.create_index("ix_providers_org_id", "providers", ["org_id"], unique=True)
    op.create_table(
        "sign_on_domains",
        sa.Column("domain", sa.String(length=253), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"], ["orgs.id"], name=op.f("fk_sign_on_domains_org_id_orgs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_sign_on_domains")),
    )
    op.create_index("ix_sign_on_domains_org_id", "sign_on_domains", ["org_id"], unique=False)
    op.create_table(
        "recovery_codes",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_recovery_codes_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "digest", name=op.f("pk_recovery_codes")),
    )
    op.create_table(
        "removed_members",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"], ["orgs.id"], name=op.f("fk_removed_members_org_id_orgs"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_removed_members_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "org_id", name=op.f("pk_removed_members")),
    )
    op.create_index("ix_removed_members_org_id", "removed_members", ["org_id"], unique=False)
    op.create_table(
        "sign_ins",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("form_digest", sa.String(length=64), nullable=False),
        sa.Column("next", sa.String(length=500), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_sign_ins_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sign_ins")),
    )
    op.create_index("ix_sign_ins_user_id", "sign_ins", ["user_id"], unique=False)
    op.create_table(
        "identities",
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["provider"],
            ["providers.id"],
            name=op.f("fk_identities_provider_providers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_identities_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("provider", "issuer", "subject", name=op.f("pk_identities")),
    )
    op.create_index("ix_identities_user_id", "identities", ["user_id"], unique=False)
    op.create_table(
        "sign_ons",
        sa.Column("state_digest", sa.String(length=64), nullable=False),
        sa.Column("browser_digest", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("verifier", sa.String(length=128), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.JSON(), nullable=True),
        sa.Column("next", sa.String(length=500), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider"],
            ["providers.id"],
            name=op.f("fk_sign_ons_provider_providers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_sign_ons_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("state_digest", name=op.f("pk_sign_ons")),
    )
    op.create_index("ix_sign_ons_created_at", "sign_ons", ["created_at"], unique=False)


def _add_columns() -> None:
    op.add_column("keys", sa.Column("name", sa.String(length=100), nullable=True))
    op.add_column("keys", sa.Column("hint", sa.String(length=4), nullable=True))
    op.create_index(
        "uq_keys_org_id_name",
        "keys",
        ["org_id", "name"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.add_column("login_sessions", sa.Column("provider", sa.String(length=16), nullable=True))
    op.add_column(
        "login_sessions",
        sa.Column("method", sa.String(length=20), server_default="password", nullable=False),
    )
    op.add_column(
        "login_sessions",
        sa.Column("address", sa.String(length=45), server_default="", nullable=False),
    )
    op.add_column(
        "login_sessions",
        sa.Column("browser", sa.String(length=100), server_default="", nullable=False),
    )
    op.add_column("login_sessions", sa.Column("confirmed_at", sa.BigInteger(), nullable=True))
    op.add_column(
        "orgs",
        sa.Column(
            "requires_second_factor", sa.Boolean(), server_default=sa.false(), nullable=False
        ),
    )
    op.add_column("orgs", sa.Column("opens_with", sa.String(length=8), nullable=True))
    op.add_column(
        "origins", sa.Column("is_vendors", sa.Boolean(), server_default=sa.true(), nullable=False)
    )
    op.add_column("users", sa.Column("name", sa.String(length=200), nullable=True))
    op.add_column("users", sa.Column("theme", sa.String(length=8), nullable=True))
    op.add_column("users", sa.Column("email_confirmed_at", sa.BigInteger(), nullable=True))


def _protect_on_sqlite() -> None:
    cut = f"CAST(strftime('%s', 'now') AS INTEGER) * 1000000 - {_MIN_AGE}"
    door = """EXISTS (SELECT 1 FROM audit_doors
        WHERE audit_doors.org_id = OLD.org_id AND OLD.at < audit_doors."before")"""
    is_removed = "EXISTS (SELECT 1 FROM orgs WHERE id = NEW.org_id AND deleted_at IS NOT NULL)"
    _refuse("audit", "UPDATE", "true")
    _refuse("audit", "DELETE", f"NOT {door}")
    _refuse("audit_doors", "INSERT", f'NEW."before" > {cut} AND NOT {is_removed}')
    _refuse("audit_doors", "UPDATE", "true")
    _refuse("installation_audit", "UPDATE", "true")
    _refuse("installation_audit", "DELETE", f"OLD.at > {cut}")


def _refuse(table: str, change: str, condition: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_{change.lower()} BEFORE {change} ON {table} WHEN {condition} "
        "BEGIN SELECT RAISE(ABORT, 'entries of the audit are kept'); END"
    )


def _protect_on_postgresql() -> None:
    org = "org_id = NULLIF(current_setting('app.org_id', true), '')::int"
    for table in _OWNED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY org ON {table} USING ({org}) WITH CHECK ({org})")
    floor = f"(extract(epoch FROM clock_timestamp()) * 1000000)::bigint - {_MIN_AGE}"
    op.execute(f"""
        CREATE FUNCTION dashapp_prune_audit("limit" bigint, most integer) RETURNS integer
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
            org integer := NULLIF(current_setting('app.org_id', true), '')::int;
            end_at bigint := "limit";
            removed integer;
        BEGIN
            IF NOT EXISTS (SELECT 1 FROM orgs WHERE id = org AND deleted_at IS NOT NULL) THEN
                end_at := LEAST(end_at, {floor});
            END IF;
            DELETE FROM audit WHERE org_id = org AND (at, mark) IN (
                SELECT at, mark FROM audit WHERE org_id = org AND at < end_at LIMIT most);
            GET DIAGNOSTICS removed = ROW_COUNT;
            RETURN removed;
        END $$
    """)  # noqa: S608 - constants
    op.execute(f"""
        CREATE FUNCTION dashapp_prune_installation_audit("limit" bigint, most integer)
        RETURNS integer
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
            removed integer;
        BEGIN
            DELETE FROM installation_audit WHERE (at, mark) IN (
                SELECT at, mark FROM installation_audit
                WHERE at < LEAST("limit", {floor}) LIMIT most);
            GET DIAGNOSTICS removed = ROW_COUNT;
            RETURN removed;
        END $$
    """)  # noqa: S608 - constants
    for function in ("dashapp_prune_audit", "dashapp_prune_installation_audit"):
        op.execute(f"REVOKE ALL ON FUNCTION {function}(bigint, integer) FROM PUBLIC")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for function in ("dashapp_prune_audit", "dashapp_prune_installation_audit"):
            op.execute(f"DROP FUNCTION {function}(bigint, integer)")
    for table in _NEW_TABLES:
        op.drop_table(table)
    op.drop_index("uq_keys_org_id_name", table_name="keys")
    for table, names in _NEW_COLUMNS.items():
        for name in names:
            op.drop_column(table, name)
