"""Add tallies, user numbers, event types, tombstones, rate limits and retention.

Past days are counted later, while the server runs: by `dashapp serve`, or on demand by
`dashapp tally rebuild`.

Revision ID: 0002
Revises: 0001
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_OWNED = (
    "event_types", "tombstones", "send_limits", "event_users", "tally_states", "tally", "seen",
)  # fmt: skip


def upgrade() -> None:
    _add_columns()
    _create_words()
    _create_tallies()
    if op.get_bind().dialect.name == "postgresql":
        for table in _OWNED:
            _protect(table)
        for table in ("seen", "tally", "org_states"):  # rewritten often, so vacuum often
            op.execute(f"ALTER TABLE {table} SET (autovacuum_vacuum_scale_factor = 0.02)")
        op.execute("ALTER TABLE seen ALTER COLUMN users SET STORAGE EXTERNAL")  # compressed already
    _fill()


def downgrade() -> None:
    for table in reversed(_OWNED):
        op.drop_table(table)
    for table, column in (
        ("org_states", "last_user_number"),
        ("org_states", "stale_days"),
        ("org_states", "timezone"),
        ("org_states", "last_event_at"),
        ("keys", "events_per_minute"),
        ("orgs", "events_per_minute"),
        ("orgs", "keep_days"),
    ):
        op.drop_column(table, column)


def _add_columns() -> None:
    op.add_column("orgs", sa.Column("keep_days", sa.Integer(), nullable=True))
    op.add_column("orgs", sa.Column("events_per_minute", sa.Integer(), nullable=True))
    op.add_column("keys", sa.Column("events_per_minute", sa.Integer(), nullable=True))
    op.add_column("org_states", sa.Column("last_event_at", sa.BigInteger(), nullable=True))
    op.add_column(
        "org_states",
        sa.Column("timezone", sa.String(length=64), server_default="UTC", nullable=False),
    )
    op.add_column(
        "org_states", sa.Column("stale_days", sa.JSON(), server_default="[]", nullable=False)
    )
    op.add_column(
        "org_states",
        sa.Column("last_user_number", sa.BigInteger(), server_default="0", nullable=False),
    )


def _create_words() -> None:
    op.create_table(
        "event_types",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=100), nullable=False),
        sa.CheckConstraint("org_id > 0", name=op.f("ck_event_types_org_id_positive")),
        sa.PrimaryKeyConstraint("org_id", "type", name=op.f("pk_event_types")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tombstones",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.CheckConstraint("org_id > 0", name=op.f("ck_tombstones_org_id_positive")),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_tombstones")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "send_limits",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("used_until", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("org_id > 0", name=op.f("ck_send_limits_org_id_positive")),
        sa.PrimaryKeyConstraint("org_id", "key_id", name=op.f("pk_send_limits")),
        sqlite_with_rowid=False,
    )


def _create_tallies() -> None:
    op.create_table(
        "event_users",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(length=200), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("org_id > 0", name=op.f("ck_event_users_org_id_positive")),
        sa.PrimaryKeyConstraint("org_id", "user_id", name=op.f("pk_event_users")),
        sa.UniqueConstraint("org_id", "number", name=op.f("uq_event_users_org_id_number")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tally_states",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("tally", sa.SmallInteger(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("from_day", sa.Integer(), nullable=False),
        sa.CheckConstraint("org_id > 0", name=op.f("ck_tally_states_org_id_positive")),
        sa.PrimaryKeyConstraint("org_id", "tally", name=op.f("pk_tally_states")),
        sa.UniqueConstraint("org_id", "definition", name=op.f("uq_tally_states_org_id_definition")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tally",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("tally", sa.SmallInteger(), nullable=False),
        sa.Column("project", sa.String(length=63), nullable=False),
        sa.Column("grain", sa.SmallInteger(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("key", _label(), nullable=False),
        sa.Column("spelling", _label(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("org_id > 0", name=op.f("ck_tally_org_id_positive")),
        sa.PrimaryKeyConstraint(
            "org_id", "tally", "project", "grain", "step", "key", "spelling", name=op.f("pk_tally")
        ),
        sqlite_with_rowid=False,
    )
    is_label = sa.text("spelling = '' AND key <> ''")
    op.create_index(
        "ix_tally_labels",
        "tally",
        ["org_id", "tally", "project", "grain", "step", "n"],
        sqlite_where=is_label,
        postgresql_where=is_label,
    )
    op.create_table(
        "seen",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("tally", sa.SmallInteger(), nullable=False),
        sa.Column("project", sa.String(length=63), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("key", _label(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("users", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("org_id > 0", name=op.f("ck_seen_org_id_positive")),
        sa.PrimaryKeyConstraint("org_id", "tally", "project", "day", "key", name=op.f("pk_seen")),
        sqlite_with_rowid=False,
    )


def _label() -> Any:
    return sa.String(length=200).with_variant(
        postgresql.VARCHAR(length=200, collation="C"), "postgresql"
    )


def _protect(table: str) -> None:
    """Enable row-level security, also for the table's owner.

    NULLIF is needed because the setting is '' once a transaction that set it has ended.
    """
    org = "org_id = NULLIF(current_setting('app.org_id', true), '')::int"
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY org ON {table} USING ({org}) WITH CHECK ({org})")


def _fill() -> None:
    """Fill the new columns from the stored events, org by org because of row-level security."""
    connection = op.get_bind()
    found = connection.execute(sa.text("SELECT id, timezone FROM orgs ORDER BY id")).all()
    for org, zone in found:
        params = {"org": org, "zone": zone}
        if connection.dialect.name == "postgresql":
            connection.execute(
                sa.text("SELECT set_config('app.org_id', :id, true)"), {"id": str(org)}
            )
        connection.execute(
            sa.text(
                "INSERT INTO event_types (org_id, type) "
                "SELECT DISTINCT org_id, type FROM events WHERE org_id = :org"
            ),
            params,
        )
        connection.execute(
            sa.text(
                "UPDATE org_states SET timezone = :zone, last_event_at = (SELECT max(occurred_at) "
                "FROM events WHERE events.org_id = :org) WHERE org_id = :org"
            ),
            params,
        )
