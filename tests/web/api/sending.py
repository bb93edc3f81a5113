"""Shared by the tests that send events."""

from sqlalchemy import text

URL = "/api/v1/events"


def raw_event(**fields) -> dict:
    return {"id": "a", "type": "page.viewed", **fields}


def count_events(store, scope) -> int:
    with store.read(scope) as session:
        return session.execute(text("SELECT count(*) FROM events")).scalar()
