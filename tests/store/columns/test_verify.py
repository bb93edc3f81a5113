"""Every kind of difference between a sealed day and its events is found."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from dashapp.store.columns import duck, verify
from dashapp.store.columns.verify import sealed_differences
from dashapp.store.engine import Store
from tests.factories import NOW, event, send
from tests.queries.columns.sealed_org import TYPE
from tests.sealing import seal

CHANGES = {
    "type": "type = 'cart.created'",
    "time": "occurred_at = occurred_at + 1",
    "user": "user_id = 'acme-2'",
    "no user": "user_id = NULL",
    "channel": "channel = 'api'",
    "project": "project = 'shop'",
    "property": 'properties = \'{"total": 1, "label": "acme", "city": "7", "n": 9}\'',
    "number instead of text": 'properties = \'{"total": 1, "label": "acme", "city": 7, "n": 0}\'',
    "missing property": 'properties = \'{"total": 1, "label": "acme", "city": "7"}\'',
    "other property": 'properties = \'{"total": 1, "label": "acme", "city": "7", "n": 0, "x": 1}\'',
}


def change(store, owner, values):
    """Change an event without unsealing its day."""
    statement = text(f"UPDATE events SET {values} WHERE org_id = :org AND user_id = 'acme-0'")
    with store.write(owner) as session:
        session.execute(statement, {"org": owner.org_id})


@pytest.fixture
def store(sqlite_url):
    store = Store(sqlite_url)
    yield store
    store.close()


@pytest.fixture(params=["by day", "by hour"])
def filled(request, store, acme, monkeypatch):
    if request.param == "by hour":
        monkeypatch.setattr(verify, "_MANY", 0)
    send(store, acme, [event("cart.created", NOW - timedelta(days=3))])
    fields = 2 if request.param == "by hour" else 50
    properties = {"total": 1, "label": "acme", "city": "7", "n": 0}
    at = NOW - timedelta(days=2)
    send(store, acme, [event(TYPE, at, user=f"acme-{n}", properties=properties) for n in range(6)])
    assert seal(store, acme, fields=fields) == 7
    return acme


def test_equal_days_have_no_difference(store, filled):
    assert list(sealed_differences(store, filled)) == []


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_event_is_found(store, filled, name):
    change(store, filled, CHANGES[name])

    assert list(sealed_differences(store, filled)) == [
        "acme, 2026-11-18: 1 event missing, 1 event wrong."
    ]


def test_a_deleted_event_is_found(store, filled):
    with store.write(filled) as session:
        statement = text("DELETE FROM events WHERE org_id = :org AND type = 'cart.created'")
        session.execute(statement, {"org": filled.org_id})

    assert list(sealed_differences(store, filled)) == [
        "acme, 2026-11-17: 0 events missing, 1 event wrong."
    ]


def test_a_day_with_more_events_than_a_question_may_return_is_compared(store, acme, monkeypatch):
    monkeypatch.setattr(duck, "_MAX_ROWS", 1)
    send(store, acme, [event(TYPE, NOW - timedelta(days=2)) for _ in range(3)])
    seal(store, acme)

    assert list(sealed_differences(store, acme)) == []
