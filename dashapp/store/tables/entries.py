"""The columns that the audits of orgs and of the installation have in common."""

from typing import Any

from sqlalchemy import JSON, Column, String


def entry_columns() -> list[Column[Any]]:
    """Return new columns: who did what, from where, and what changed."""
    return [
        Column("actor_kind", String(20), nullable=False),
        Column("actor", String(64), nullable=False),  # an id
        Column("actor_name", String(320), nullable=False),  # as it was then
        Column("address", String(45), nullable=False),
        Column("browser", String(100), nullable=False),
        Column("action", String(40), nullable=False),
        Column("target", String(320), nullable=False),
        Column("before", JSON),
        Column("after", JSON),
        Column("request_id", String(64), nullable=False),
    ]
