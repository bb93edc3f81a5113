"""Add the views of dashboards that people save for themselves.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_views",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("dashboard", sa.String(length=63), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("org_id > 0", name=op.f("ck_saved_views_org_id_positive")),
        sa.ForeignKeyConstraint(
            ["org_id", "user_id"],
            ["memberships.org_id", "memberships.user_id"],
            name=op.f("fk_saved_views_org_id_user_id_memberships"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "dashboard"],
            ["dashboards.org_id", "dashboards.slug"],
            name=op.f("fk_saved_views_org_id_dashboard_dashboards"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("org_id", "user_id", "id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint(
            "org_id",
            "user_id",
            "dashboard",
            "name",
            name=op.f("uq_saved_views_org_id_user_id_dashboard_name"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_saved_views_org_id_dashboard", "saved_views", ["org_id", "dashboard"], unique=False
    )
    if op.get_bind().dialect.name == "postgresql":
        _protect()


def _protect() -> None:
    org = "org_id = NULLIF(current_setting('app.org_id', true), '')::int"
    op.execute("ALTER TABLE saved_views ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE saved_views FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY org ON saved_views USING ({org}) WITH CHECK ({org})")


def downgrade() -> None:
    op.drop_table("saved_views")
