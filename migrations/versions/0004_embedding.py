"""Add sealed embed keys, the origins that may frame dashboards, and the embed log.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("keys", sa.Column("sealed", sa.Text(), nullable=True))
    op.create_table(
        "origins",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"], ["orgs.id"], name=op.f("fk_origins_org_id_orgs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("org_id", "origin", name=op.f("pk_origins")),
    )
    op.create_table(
        "embed_log",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.String(length=8), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("message", sa.String(length=300), nullable=False),
        sa.Column("dashboard", sa.String(length=63), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("viewer", sa.String(length=200), nullable=False),
        sa.Column("token_id", sa.String(length=200), nullable=False),
        sa.CheckConstraint("org_id > 0", name=op.f("ck_embed_log_org_id_positive")),
        sa.PrimaryKeyConstraint("org_id", "at", "mark", name=op.f("pk_embed_log")),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        org = "org_id = NULLIF(current_setting('app.org_id', true), '')::int"
        op.execute("ALTER TABLE embed_log ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE embed_log FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY org ON embed_log USING ({org}) WITH CHECK ({org})")


def downgrade() -> None:
    op.drop_table("embed_log")
    op.drop_table("origins")
    op.drop_column("keys", "sealed")
