"""Room for the names of all ranges that a dashboard can open with, such as `last-month`.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _resize(8, 16)


def downgrade() -> None:
    _resize(16, 8)


def _resize(before: int, after: int) -> None:
    """Change the length where databases check it. SQLite does not."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in ("dashboards", "orgs"):
        op.alter_column(
            table,
            "opens_with",
            existing_type=sa.String(length=before),
            type_=sa.String(length=after),
            existing_nullable=True,
        )
