"""The statements for Citus are made from the schema, so that they cover every table."""

from sqlalchemy import Column, Integer

from dashapp.store import citus
from dashapp.store.citus import citus_statements
from dashapp.store.tables import METADATA, OWNED
from dashapp.store.tables.metadata import owned_table


def statements() -> list[str]:
    return list(citus_statements("dashapp_app", "dashapp"))


def test_every_table_is_distributed_once():
    text = "\n".join(statements())

    for table in METADATA.tables:
        assert text.count(f"_table('{table}'") == 1


def test_shared_tables_are_reference_tables_and_come_after_what_they_reference():
    order = [s.split("'")[1] for s in statements() if s.startswith("SELECT create_reference_table")]

    assert set(order) == set(METADATA.tables) - {table.name for table in OWNED}
    assert order.index("orgs") < order.index("memberships")


def test_owned_tables_are_sharded_by_org():
    sharded = [s for s in statements() if s.startswith("SELECT create_distributed_table")]

    assert len(sharded) == len(OWNED)
    assert all("'org_id'" in statement for statement in sharded)


def test_foreign_keys_between_owned_tables_are_added_again():
    name = "fk_panels_org_id_dashboard_dashboards"
    order = [statement.split(" ")[3] for statement in statements() if name in statement]

    assert order == ["DROP", "ADD"]


def test_a_new_table_is_distributed_too(monkeypatch):
    new = owned_table("new_table", Column("id", Integer, nullable=False), key=("id",))
    monkeypatch.setattr(citus, "OWNED", (*OWNED, new))
    METADATA.remove(new)

    assert any("'new_table'" in statement for statement in statements())
