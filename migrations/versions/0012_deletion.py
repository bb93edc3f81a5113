"""Orgs and users can be deleted: their ids are never used again.

SQLite gives the id of a deleted last row to the next one, unless the table is made with
AUTOINCREMENT, so both tables are made again. PostgreSQL has sequences. Entries of the embed log get
a foreign key: one that is written while its org is deleted is refused.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_EMBED_LOG_KEY = "fk_embed_log_org_id_orgs"
# Tables whose rows could outlive an org that was deleted by hand.
_UNBOUND = ("events", "tombstones", "tally", "imports")


def upgrade() -> None:
    op.create_index("ix_login_sessions_org_id", "login_sessions", ["org_id"])
    op.add_column("orgs", sa.Column("deleted_at", sa.BigInteger(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        _remake_orgs_and_users(is_autoincrement=True)
        _remake_embed_log(_embed_log_key())
        _skip_used_ids()
    else:
        op.create_foreign_key(
            _EMBED_LOG_KEY,
            "embed_log",
            "orgs",
            ["org_id"],
            ["id"],
            ondelete="CASCADE",
            postgresql_not_valid=True,  # rows of orgs that were deleted by hand
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _remake_orgs_and_users(is_autoincrement=False)
        _remake_embed_log()
    else:
        op.drop_constraint(_EMBED_LOG_KEY, "embed_log", type_="foreignkey")
    op.drop_column("orgs", "deleted_at")
    op.drop_index("ix_login_sessions_org_id", "login_sessions")


def _remake_orgs_and_users(*, is_autoincrement: bool) -> None:
    _remake(
        "orgs",
        sa.CheckConstraint("id > 0", name=op.f("ck_orgs_id_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orgs")),
        sa.UniqueConstraint("slug", name=op.f("uq_orgs_slug")),
        sqlite_autoincrement=is_autoincrement,
    )
    _remake(
        "users",
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
        sqlite_autoincrement=is_autoincrement,
    )


def _remake_embed_log(*keys: sa.ForeignKeyConstraint) -> None:
    _remake(
        "embed_log",
        sa.CheckConstraint("org_id > 0", name=op.f("ck_embed_log_org_id_positive")),
        sa.PrimaryKeyConstraint("org_id", "at", "mark", name=op.f("pk_embed_log")),
        *keys,
        where="org_id IN (SELECT id FROM orgs)",
        sqlite_with_rowid=False,
    )


def _embed_log_key() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["org_id"], ["orgs.id"], name=op.f(_EMBED_LOG_KEY), ondelete="CASCADE"
    )


def _remake(
    table: str, *constraints: sa.schema.SchemaItem, where: str = "true", **options: bool
) -> None:
    """Make a table again, with its rows. Foreign keys that refer to it stay as they are."""
    new = f"new_{table}"
    existing = sa.inspect(op.get_bind()).get_columns(table)
    columns: list[sa.Column[object]] = [
        sa.Column(
            column["name"],
            column["type"],
            nullable=column["nullable"],
            server_default=None if column["default"] is None else sa.text(column["default"]),
        )
        for column in existing
    ]
    names = ", ".join(column["name"] for column in existing)
    op.create_table(new, *columns, *constraints, **options)
    op.execute(f"INSERT INTO {new} ({names}) SELECT {names} FROM {table} WHERE {where}")  # noqa: S608
    op.drop_table(table)
    op.rename_table(new, table)


def _skip_used_ids() -> None:
    """Let new orgs have ids above those of rows whose org was deleted by hand."""
    op.execute(
        "INSERT INTO sqlite_sequence (name, seq) SELECT 'orgs', 0 "
        "WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'orgs')"
    )
    for table in _UNBOUND:
        op.execute(
            f"UPDATE sqlite_sequence SET seq = max(seq, (SELECT coalesce(max(org_id), 0) "  # noqa: S608
            f"FROM {table})) WHERE name = 'orgs'"
        )
