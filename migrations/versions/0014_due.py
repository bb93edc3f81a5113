"""Record when upkeep has to look at an org next, so that it asks once instead of each org.

Empty means that nothing is known yet: the first upkeep looks at every org.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orgs", sa.Column("due_at", sa.BigInteger(), nullable=True))
    op.add_column("orgs", sa.Column("needs_digest", sa.String(length=64), nullable=True))
    op.add_column("orgs", sa.Column("has_segments", sa.Boolean(), nullable=True))


def downgrade() -> None:
    for name in ("has_segments", "needs_digest", "due_at"):
        op.drop_column("orgs", name)
