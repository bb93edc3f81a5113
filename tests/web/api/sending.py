"""What tests of sending events share."""

from sqlalchemy import text

URL = "/api/v1/events"


def one(**more) -> dict:
    return {"id": "a", "type": "page.viewed", **more}


def count(store, owner) -> int:
    with store.reading(owner) as session:
        return session.execute(text("SELECT count(*) FROM events")).scalar()
