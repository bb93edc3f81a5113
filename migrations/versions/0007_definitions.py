"""Add definitions of metrics and boards, the board of each panel, and currencies of orgs.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# The panels that were widgets written in Python.
_BOARDS = {
    "operations": (
        "total-validations",
        "total-errors",
        "success-rate",
        "total-warnings",
        "events-time-series",
        "users-time-series",
        "runs-by-outcome",
        "warnings-by-code",
    ),
    "conversations": ("conversations.search_term", "conversations.product_added_to_cart"),
    "findings": ("warnings-by-validator", "top-errors"),
}
_FILL = sa.text(
    "UPDATE panels SET board = :board WHERE org_id = :org AND widget IN :slugs"
).bindparams(sa.bindparam("slugs", expanding=True))


def upgrade() -> None:
    op.create_table(
        "definition_versions",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("applied_at", sa.BigInteger(), nullable=False),
        sa.Column("applied_by", sa.String(length=100), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_definition_versions")),
    )
    op.create_table(
        "definitions",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=320), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("file", sa.String(length=255), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version"],
            ["definition_versions.number"],
            name=op.f("fk_definitions_version_definition_versions"),
        ),
        sa.PrimaryKeyConstraint("kind", "name", name=op.f("pk_definitions")),
    )
    op.add_column("panels", sa.Column("board", sa.String(length=63), nullable=True))
    op.add_column("orgs", sa.Column("currency", sa.String(length=3), nullable=True))
    _fill()


def downgrade() -> None:
    op.drop_column("orgs", "currency")
    op.drop_column("panels", "board")
    op.drop_table("definitions")
    op.drop_table("definition_versions")


def _fill() -> None:
    """Set the board of each panel that is now defined by a built-in board."""
    connection = op.get_bind()
    for org in connection.execute(sa.text("SELECT id FROM orgs ORDER BY id")).scalars().all():
        if connection.dialect.name == "postgresql":  # row-level security shows one org at a time
            set_org = sa.text("SELECT set_config('app.org_id', :id, true)")
            connection.execute(set_org, {"id": str(org)})
        for board, slugs in _BOARDS.items():
            connection.execute(_FILL, {"org": org, "board": board, "slugs": list(slugs)})
