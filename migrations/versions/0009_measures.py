"""Add tallies of numbers, percentiles and distinct values; shorten the definitions of tallies.

A definition no longer contains what is not set, and its condition has the form of a list. Numbers
stay as they are. A downgrade deletes the tallies that the version before cannot read.

Revision ID: 0009
Revises: 0008
"""

import json
import re
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_DEFAULTS = {"types": [], "by": "", "values": [], "label": "exact", "counted": "events"}

# What the version before could count by and filter by.
_KNOWN_BY = re.compile(r"(|type|channel|properties\.[A-Za-z0-9_]{1,60})", re.ASCII)

# The bounds of the buckets of percentiles, in millionths: see dashapp/domain/metrics/spreads.py.
_MAX_NUMBER = 2**63 * 10**6
_BUCKET = """
CREATE FUNCTION dashapp_bucket(number numeric) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN sign(number) * width_bucket(abs(number), '{%s}'::numeric[]);
END $$
"""


def upgrade() -> None:
    _create_tables()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_BUCKET % ",".join(map(str, _bucket_lows())))
    _rewrite(_short)


def _bucket_lows() -> list[int]:
    lows, low = [], 1
    while low < _MAX_NUMBER:
        lows.append(low)
        low = low * 101 // 100 * 100 // 99 + 1
    return lows


def downgrade() -> None:
    _rewrite(_long_or_none)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION dashapp_bucket(numeric)")
    for name in ("event_values", "spreads", "measured"):
        op.drop_table(name)


def _create_tables() -> None:
    key = _label(200)
    _create(
        "measured",
        ["tally", "project", "grain", "step", "key"],
        sa.Column("tally", sa.SmallInteger(), nullable=False),
        sa.Column("project", sa.String(length=63), nullable=False),
        sa.Column("grain", sa.SmallInteger(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("key", key, nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("n", "missing", "whole", "part")
        ),
        sa.Column("low", _label(27), nullable=False),
        sa.Column("high", _label(27), nullable=False),
    )
    _create(
        "spreads",
        ["tally", "project", "day", "key"],
        sa.Column("tally", sa.SmallInteger(), nullable=False),
        sa.Column("project", sa.String(length=63), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("key", key, nullable=False),
        sa.Column("spread", sa.Text(), nullable=False),
    )
    _create(
        "event_values",
        ["value"],
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("org_id", "number", name=op.f("uq_event_values_org_id_number")),
    )


def _label(length: int) -> sa.String:
    text = sa.String(length=length)
    return text.with_variant(postgresql.VARCHAR(length, collation="C"), "postgresql")


def _create(name: str, key: list[str], *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("org_id", sa.Integer(), nullable=False),
        *columns,
        sa.CheckConstraint("org_id > 0", name=op.f(f"ck_{name}_org_id_positive")),
        sa.PrimaryKeyConstraint("org_id", *key, name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        org = "org_id = NULLIF(current_setting('app.org_id', true), '')::int"
        op.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY org ON {name} USING ({org}) WITH CHECK ({org})")


def _short(fields: dict[str, Any]) -> dict[str, Any]:
    short = {name: value for name, value in fields.items() if value != _DEFAULTS.get(name)}
    if "where" in short:
        name, value = short["where"]
        short["where"] = [[f"properties.{name}", [value]]]
    return short


def _was_known(fields: dict[str, Any]) -> bool:
    """Whether the version before can read a tally."""
    where = fields.get("where", [])
    names = [fields.get("by", ""), *(field for field, *_ in where)]
    return (
        fields.get("counted", "events") in {"events", "users"}
        and not any(name.endswith(".*") for name in fields.get("types", []))
        and all(_KNOWN_BY.fullmatch(name) for name in names)
        and all(_was_known_where(*condition) for condition in where)
        and len(where) <= 1
    )


def _was_known_where(field: str, values: list[str], *bounds: float | None) -> bool:
    return field.startswith("properties.") and len(values) == 1 and not bounds


def _long(fields: dict[str, Any]) -> dict[str, Any]:
    long = {**_DEFAULTS, **fields}
    if "where" in long:
        ((name, (value,)),) = long["where"]
        long["where"] = [name.removeprefix("properties."), value]
    return long


def _long_or_none(fields: dict[str, Any]) -> dict[str, Any] | None:
    return _long(fields) if _was_known(fields) else None


def _rewrite(change: Callable[[dict[str, Any]], dict[str, Any] | None]) -> None:
    """Rewrite the definitions, and delete tallies that have none.

    Org by org: row-level security shows one org at a time.
    """
    connection = op.get_bind()
    for org in connection.execute(sa.text("SELECT id FROM orgs ORDER BY id")).scalars().all():
        if connection.dialect.name == "postgresql":
            connection.execute(
                sa.text("SELECT set_config('app.org_id', :id, true)"), {"id": str(org)}
            )
        rows = connection.execute(
            sa.text("SELECT tally, definition FROM tally_states WHERE org_id = :org"), {"org": org}
        ).all()
        for tally, definition in rows:
            params = {"org": org, "tally": tally}
            fields = change(json.loads(definition))
            if fields is None:
                for table in ("tally", "seen", "tally_states"):
                    where = "WHERE org_id = :org AND tally = :tally"
                    connection.execute(sa.text(f"DELETE FROM {table} {where}"), params)  # noqa: S608
                continue
            text = json.dumps(fields, separators=(",", ":"), sort_keys=True)
            connection.execute(
                sa.text(
                    "UPDATE tally_states SET definition = :text "
                    "WHERE org_id = :org AND tally = :tally"
                ),
                {**params, "text": text},
            )
