"""Add sealed days: events as columns, in Parquet files that are stored as bytes.

Nothing is sealed by the migration; upkeep does it. A downgrade deletes the files: the events stay.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("org_states", sa.Column("sealed_until", sa.Integer(), nullable=True))
    op.add_column(
        "org_states", sa.Column("last_segment", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("org_states", sa.Column("locked_field", sa.String(length=400), nullable=True))
    _create(
        "segments",
        "number",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("layout", sa.JSON(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
    )
    _create(
        "sealed_days",
        "day",
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("segment", sa.Integer(), nullable=True),
        sa.Column("rows", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("mark", sa.String(length=16), nullable=True),
        sa.Column("marked_at", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=True),
    )


def downgrade() -> None:
    op.drop_table("sealed_days")
    op.drop_table("segments")
    for name in ("locked_field", "last_segment", "sealed_until"):
        op.drop_column("org_states", name)


def _create(name: str, key: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("org_id", sa.Integer(), nullable=False),
        *columns,
        sa.CheckConstraint("org_id > 0", name=op.f(f"ck_{name}_org_id_positive")),
        sa.PrimaryKeyConstraint("org_id", key, name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        org = "org_id = NULLIF(current_setting('app.org_id', true), '')::int"
        op.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY org ON {name} USING ({org}) WITH CHECK ({org})")
