"""Add dashboard settings from templates, panel layouts edited by users, and user locales.

Revision ID: 0003
Revises: 0002
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


_ONE_DEFAULT = """
    UPDATE dashboards SET is_default = false WHERE org_id = :org AND is_default AND EXISTS (
        SELECT 1 FROM dashboards AS first WHERE first.org_id = :org AND first.is_default
        AND first.home = dashboards.home AND first.slug < dashboards.slug)"""


def upgrade() -> None:
    op.add_column("users", sa.Column("locale", sa.String(length=16), nullable=True))
    for column in _dashboard_columns():
        op.add_column("dashboards", column)
    for column in _panel_columns():
        op.add_column("panels", column)
    _fill()
    op.create_index(
        "uq_dashboards_org_id_home_template",
        "dashboards",
        ["org_id", "home", "template"],
        unique=True,
    )
    is_default = sa.text("is_default")
    op.create_index(
        "uq_dashboards_org_id_home_is_default",
        "dashboards",
        ["org_id", "home"],
        unique=True,
        sqlite_where=is_default,
        postgresql_where=is_default,
    )


def downgrade() -> None:
    op.drop_index("uq_dashboards_org_id_home_is_default", "dashboards")
    op.drop_index("uq_dashboards_org_id_home_template", "dashboards")
    for column in reversed(_panel_columns()):
        op.drop_column("panels", column.name)
    for column in reversed(_dashboard_columns()):
        op.drop_column("dashboards", column.name)
    op.drop_column("users", "locale")


def _dashboard_columns() -> tuple[sa.Column, ...]:
    return (
        sa.Column("home", sa.String(length=63), server_default="default", nullable=False),
        sa.Column("description", sa.String(length=500), server_default="", nullable=False),
        sa.Column("is_deletable", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("is_editable", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("grid", sa.JSON(), server_default="[0, 0]", nullable=False),
        sa.Column("config", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("offered", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("opens_with", sa.String(length=8), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("edited_at", sa.BigInteger(), nullable=True),
        sa.Column("edited_by", sa.Integer(), nullable=True),
    )


def _panel_columns() -> tuple[sa.Column, ...]:
    return (
        sa.Column("title", sa.String(length=200), nullable=True),
        sa.Column("size", sa.String(length=16), nullable=True),
        sa.Column("is_hidden", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("config", sa.JSON(), server_default="{}", nullable=False),
    )


def _fill() -> None:
    """Set the home project, the single default and the offered widgets of each dashboard."""
    connection = op.get_bind()
    for org in connection.execute(sa.text("SELECT id FROM orgs ORDER BY id")).scalars().all():
        if connection.dialect.name == "postgresql":  # row-level security shows one org at a time
            set_org = sa.text("SELECT set_config('app.org_id', :id, true)")
            connection.execute(set_org, {"id": str(org)})
        params = {"org": org}
        for statement in (
            "UPDATE dashboards SET home = project WHERE org_id = :org AND project IS NOT NULL",
            _ONE_DEFAULT,
        ):
            connection.execute(sa.text(statement), params)
        found = sa.text(
            "SELECT dashboard, widget FROM panels WHERE org_id = :org ORDER BY position"
        )
        offered: dict[str, list[str]] = {}
        for dashboard, widget in connection.execute(found, params):
            offered.setdefault(dashboard, []).append(widget)
        for dashboard, widgets in offered.items():
            connection.execute(
                sa.text(
                    "UPDATE dashboards SET offered = :all WHERE org_id = :org AND slug = :slug"
                ),
                {**params, "all": json.dumps(widgets), "slug": dashboard},
            )
