"""Revision 0010 adds sealed days to a filled database; a downgrade deletes them, not the events."""

from dashapp.store import migrate, tables
from dashapp.store.citus import citus_statements
from dashapp.store.columns.verify import sealed_differences
from dashapp.store.engine import Store
from tests.factories import send
from tests.queries.columns.sealed_org import LOCKED, answers, fill, orders
from tests.sealing import seal


def url_of(store):
    return store.url.render_as_string(hide_password=False)


def test_days_that_were_sealed_before_a_downgrade_are_sealed_again(store, acme):
    fill(store, acme, "acme")
    viewer = acme.filtered_by(LOCKED)
    expected = answers(store, viewer)
    migrate.downgrade(url_of(store), revision="0009")
    migrate.upgrade(url_of(store))
    store.close()  # connections were opened before the migration

    assert answers(store, viewer) == expected
    assert seal(store, acme) == 36
    assert answers(store, viewer) == expected
    assert list(sealed_differences(store, acme)) == []


def test_events_of_the_previous_revision_can_be_sealed(store, acme):
    send(store, acme, orders("acme", 6))
    migrate.downgrade(url_of(store), revision="0009")
    migrate.upgrade(url_of(store))
    upgraded = Store(url_of(store))
    expected = answers(upgraded, acme.filtered_by(LOCKED))

    assert seal(upgraded, acme) == 36
    assert answers(upgraded, acme.filtered_by(LOCKED)) == expected
    upgraded.close()


def test_segments_and_sealed_days_are_sharded_by_org():
    statements = "\n".join(citus_statements("dashapp_app", "dashapp"))

    for table in (tables.segments, tables.sealed_days):
        assert table in tables.OWNED
        assert f"create_distributed_table('{table.name}', 'org_id'" in statements
