"""Add file imports, and the import that added each event.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("events", sa.Column("import_number", sa.Integer(), nullable=True))
    op.create_table(
        "imports",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("imported_by", sa.String(length=100), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("first_event_at", sa.BigInteger(), nullable=True),
        sa.Column("last_event_at", sa.BigInteger(), nullable=True),
        *(
            sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)
            for name in ("added", "replaced", "already", "removed_before", "refused")
        ),
        sa.Column("undo_started_at", sa.BigInteger(), nullable=True),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.Column("undone_by", sa.String(length=100), nullable=True),
        sa.Column("undone", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("org_id > 0", name=op.f("ck_imports_org_id_positive")),
        sa.PrimaryKeyConstraint("org_id", "number", name=op.f("pk_imports")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_imports_org_id_id")),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        org = "org_id = NULLIF(current_setting('app.org_id', true), '')::int"
        op.execute("ALTER TABLE imports ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE imports FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY org ON imports USING ({org}) WITH CHECK ({org})")


def downgrade() -> None:
    op.drop_table("imports")
    op.drop_column("events", "import_number")
