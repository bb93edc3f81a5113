"""Counts the rows of an org in all tables, past row security."""

from sqlalchemy import text

from dashapp.store.engine import Store, owner_engine
from dashapp.store.tables import METADATA, installation_audit


def rows_of(store: Store, org_id: int) -> dict[str, int]:
    """Return how many rows of an org each table has, without those that have none."""
    engine = owner_engine(store.url)
    with engine.connect() as connection:
        counts = {
            table.name: connection.execute(
                text(f"SELECT count(*) FROM {table.name} WHERE org_id = :org"), {"org": org_id}
            ).scalar_one()
            for table in METADATA.tables.values()
            if "org_id" in table.c
        }
        counts["orgs"] = connection.execute(
            text("SELECT count(*) FROM orgs WHERE id = :org"), {"org": org_id}
        ).scalar_one()
    engine.dispose()
    return {name: count for name, count in counts.items() if count}


def everything(store) -> dict[str, str]:
    """Return all rows of all tables but one as text, by table."""
    engine = owner_engine(store.url)
    with engine.connect() as connection:
        rows = {
            name: str(connection.execute(text(f'SELECT * FROM "{name}"')).all())
            for name in METADATA.tables
            if name != installation_audit.name
        }
    engine.dispose()
    return rows
