"""The statements that distribute the schema over a Citus cluster, made from the metadata."""

from collections.abc import Iterator

from sqlalchemy import ForeignKeyConstraint, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import AddConstraint, DropConstraint

from dashapp.store.tables import METADATA, OWNED, org_states

_ANCHOR = org_states.name


def citus_statements(role: str, database: str) -> Iterator[str]:
    """Yield the statements, in order, for the owner of the tables on the coordinator.

    Shared tables become reference tables, owned tables are sharded by org. Foreign keys between
    owned tables are added after both are distributed.
    """
    keys = list(_foreign_keys_between_owned())
    yield "CREATE EXTENSION IF NOT EXISTS citus;"
    for key in keys:
        yield f"{_sql(DropConstraint(key))};"
    for table in _shared():
        yield f"SELECT create_reference_table('{table.name}');"
    yield f"SELECT create_distributed_table('{_ANCHOR}', 'org_id');"
    for table in OWNED:
        if table.name != _ANCHOR:
            yield (
                f"SELECT create_distributed_table('{table.name}', 'org_id', "
                f"colocate_with => '{_ANCHOR}');"
            )
    for key in keys:
        yield f"{_sql(AddConstraint(key))};"
    yield f"ALTER ROLE {role} LOGIN;  -- between the nodes: allow it there only, in pg_hba.conf"
    # Without it, row-level security on the workers sees no org and returns no rows.
    yield f"ALTER DATABASE {database} SET citus.propagate_set_commands = 'local';"


def _shared() -> list[Table]:
    """Return the shared tables; a table comes after those that it references."""
    owned = set(OWNED)
    return [table for table in METADATA.sorted_tables if table not in owned]


def _foreign_keys_between_owned() -> Iterator[ForeignKeyConstraint]:
    owned = set(OWNED)
    for table in OWNED:
        for key in sorted(table.foreign_key_constraints, key=lambda key: str(key.name)):
            if key.referred_table in owned:
                yield key


def _sql(element: AddConstraint | DropConstraint) -> str:
    compiled = element.compile(dialect=postgresql.dialect())  # type: ignore[no-untyped-call]
    return " ".join(str(compiled).split())
