"""Keep the kinds of values of each property, and nested properties.

Upkeep records the properties of existing events again; until then, every filter applies to every
panel.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _change_name(from_length=60, to_length=200)
    op.add_column(
        "event_fields",
        sa.Column("kinds", sa.SmallInteger(), server_default="0", nullable=False),
    )
    op.add_column(
        "org_states",
        sa.Column("fields_version", sa.Integer(), server_default="0", nullable=False),
    )
    _record_again()


def downgrade() -> None:
    op.drop_column("org_states", "fields_version")
    op.drop_column("event_fields", "kinds")
    _for_each_org("DELETE FROM event_fields WHERE org_id = :org AND length(name) > 60")
    _change_name(from_length=200, to_length=60)
    _record_again()


def _change_name(from_length: int, to_length: int) -> None:
    """Change the length of names. SQLite cannot do that: it gets a new table, without rows."""
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(
            "event_fields",
            "name",
            existing_type=sa.String(length=from_length),
            type_=sa.String(length=to_length),
            existing_nullable=False,
        )
        return
    op.drop_table("event_fields")
    op.create_table(
        "event_fields",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=to_length), nullable=False),
        sa.CheckConstraint("org_id > 0", name=op.f("ck_event_fields_org_id_positive")),
        sa.PrimaryKeyConstraint("org_id", "type", "name", name=op.f("pk_event_fields")),
        sqlite_with_rowid=False,
    )


def _record_again() -> None:
    _for_each_org("UPDATE org_states SET has_fields = false WHERE org_id = :org")


def _for_each_org(statement: str) -> None:
    """Run a statement org by org, because row-level security shows one org at a time."""
    connection = op.get_bind()
    for org in connection.execute(sa.text("SELECT id FROM orgs ORDER BY id")).scalars().all():
        if connection.dialect.name == "postgresql":
            connection.execute(
                sa.text("SELECT set_config('app.org_id', :id, true)"), {"id": str(org)}
            )
        connection.execute(sa.text(statement), {"org": org})
