"""Naming conventions for constraints, and `owned_table` for tables whose rows belong to orgs."""

from typing import NamedTuple

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    text,
)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
# The word of a range, such as `last-month`. SQLite checks no length: its tables stay as they were.
RANGE = String(16).with_variant(String(8), "sqlite")
_ORG = "org_id"
IS_OWNED = "is_owned"
IS_APPEND_ONLY = "is_append_only"  # the server may neither change nor delete its rows
IS_SEALED = "is_sealed"  # its values are encrypted; columns called “sealed” need no mark


class OrgIndex(NamedTuple):
    """An index of an owned table: `org_id` comes before its columns."""

    name: str
    columns: tuple[str, ...]
    is_unique: bool = False
    where: str | None = None


class Parent(NamedTuple):
    """The table that a foreign key refers to. Deleting its row deletes the rows below it."""

    table: str
    columns: dict[str, str]


def owned_table(
    name: str,
    *columns: Column[object],
    key: tuple[str, ...],
    unique: tuple[tuple[str, ...], ...] = (),
    indexes: tuple[OrgIndex, ...] = (),
    parents: tuple[Parent, ...] = (),
    is_deleted_with_org: bool = False,
    blocks_deletion_of_org: bool = False,
    covered: tuple[str, ...] = (),
    is_append_only: bool = False,
) -> Table:
    """Return a table whose rows an org owns.

    `org_id` leads the primary key, every unique constraint and every index by construction:
    this isolates orgs, keeps range scans short, and lets Citus shard by org. Pass only the other
    columns of each key. `covered` are columns that PostgreSQL keeps in the primary key's index.
    """
    on_delete = "CASCADE" if is_deleted_with_org else None
    refers = is_deleted_with_org or blocks_deletion_of_org
    org = (ForeignKey("orgs.id", ondelete=on_delete),) if refers else ()
    return Table(
        name,
        METADATA,
        Column(_ORG, Integer, *org, nullable=False),
        *columns,
        PrimaryKeyConstraint(_ORG, *key, postgresql_include=list(covered)),
        *(UniqueConstraint(_ORG, *names) for names in unique),
        *(_index(index) for index in indexes),
        *(_foreign_key(parent) for parent in parents),
        CheckConstraint("org_id > 0", name="org_id_positive"),
        sqlite_with_rowid=False,
        info={IS_OWNED: True, IS_APPEND_ONLY: is_append_only},
    )


def _index(index: OrgIndex) -> Index:
    where = None if index.where is None else text(index.where)
    return Index(
        index.name,
        _ORG,
        *index.columns,
        unique=index.is_unique,
        sqlite_where=where,
        postgresql_where=where,
    )


def _foreign_key(parent: Parent) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        [_ORG, *parent.columns],
        [f"{parent.table}.{_ORG}", *(f"{parent.table}.{name}" for name in parent.columns.values())],
        ondelete="CASCADE",
    )
