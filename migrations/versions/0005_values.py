"""Add the property names of event types; count numbers and booleans as values.

Until now, tallies by property counted only text values. Upkeep recounts their days, newest first;
until then, boards read these days from events. Upkeep also adds the property names of existing
events.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_NEVER = 2**31 - 1  # from_day of a tally without any counted day


def upgrade() -> None:
    op.create_table(
        "event_fields",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.CheckConstraint("org_id > 0", name=op.f("ck_event_fields_org_id_positive")),
        sa.PrimaryKeyConstraint("org_id", "type", "name", name=op.f("pk_event_fields")),
        sqlite_with_rowid=False,
    )
    op.add_column(
        "org_states",
        sa.Column("has_fields", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("org_states", sa.Column("stale_at", sa.BigInteger(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        org = "org_id = NULLIF(current_setting('app.org_id', true), '')::int"
        op.execute("ALTER TABLE event_fields ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE event_fields FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY org ON event_fields USING ({org}) WITH CHECK ({org})")
    _count_again()


def downgrade() -> None:
    op.drop_column("org_states", "stale_at")
    op.drop_column("org_states", "has_fields")
    op.drop_table("event_fields")
    _count_again()


def _count_again() -> None:
    """Mark tallies that read properties as not counted.

    Goes org by org, because row-level security shows one org at a time.
    """
    connection = op.get_bind()
    for org in connection.execute(sa.text("SELECT id FROM orgs ORDER BY id")).scalars().all():
        if connection.dialect.name == "postgresql":
            connection.execute(
                sa.text("SELECT set_config('app.org_id', :id, true)"), {"id": str(org)}
            )
        connection.execute(
            sa.text(
                "UPDATE tally_states SET from_day = :never WHERE org_id = :org "
                'AND (definition LIKE \'%"by":"properties.%\' OR definition LIKE \'%"where":%\') '
                "AND EXISTS (SELECT 1 FROM org_states WHERE org_states.org_id = :org "
                "AND org_states.last_event_at IS NOT NULL)"
            ),
            {"never": _NEVER, "org": org},
        )
