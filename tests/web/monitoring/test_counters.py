"""What is counted, and when."""

import pytest

from dashapp.domain.access.roles import Role
from dashapp.domain.secrets.keys import KeyKind
from dashapp.store.health.state import record_run
from dashapp.store.tables import outbox
from dashapp.web.monitoring.counters import counters
from tests import factories
from tests.embedding import Signer
from tests.factories import NOW
from tests.web.monitoring.test_scraping import samples

MINUTE = 60_000_000


def counted(name: str, **labels: str) -> float:
    return counters().registry.get_sample_value(name, labels) or 0.0


@pytest.fixture
def client(store):
    return factories.app(store).test_client()


def test_a_request_is_counted_by_its_route(client):
    labels = {"method": "GET", "route": "/login", "status": "200"}
    before = counted("dashapp_http_requests_total", **labels)
    timed = counted("dashapp_http_request_duration_seconds_count", route="/login")

    client.get("/login?next=/app/acme")

    assert counted("dashapp_http_requests_total", **labels) == before + 1
    assert counted("dashapp_http_request_duration_seconds_count", route="/login") == timed + 1


def test_an_address_that_does_not_exist_has_no_route(client):
    labels = {"method": "GET", "route": "none", "status": "404"}
    before = counted("dashapp_http_requests_total", **labels)

    client.get("/nothing-here")

    assert counted("dashapp_http_requests_total", **labels) == before + 1


def test_events_are_counted_by_verdict(client, store, acme):
    before = {
        verdict: counted("dashapp_ingest_events_total", verdict=verdict)
        for verdict in ("accepted", "duplicate", "rejected")
    }
    _key_id, secret = factories.add_key(store, acme, KeyKind.INGEST)
    good = {"id": "e1", "type": "page.viewed", "occurred_at": NOW.isoformat()}
    events = [good, good, {**good, "id": "e2"}, {"id": "e3"}]

    client.post("/api/v1/events", json={"events": events}, headers={"Authorization": f"Bearer {secret}"})  # fmt: skip

    after = {verdict: counted("dashapp_ingest_events_total", verdict=verdict) for verdict in before}
    assert [after[verdict] - before[verdict] for verdict in before] == [2, 1, 1]


def test_sign_ins_are_counted_by_outcome(client, store, acme):
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
    name = "dashapp_sign_ins_total"
    succeeded = counted(name, method="password", outcome="succeeded")
    failed = counted(name, method="password", outcome="failed")

    factories.login(client, "ada@example.com", "not her password")
    factories.login(client, "ada@example.com")

    assert counted(name, method="password", outcome="succeeded") == succeeded + 1
    assert counted(name, method="password", outcome="failed") == failed + 1


def test_embed_tokens_are_counted_by_outcome(client, store, acme):
    signer = Signer(store, acme)
    name = "dashapp_embed_tokens_total"
    accepted, expired = counted(name, outcome="accepted"), counted(name, outcome="expired")

    for token in (
        signer.token(),
        signer.token(iat=int(NOW.timestamp()) - 90, exp=int(NOW.timestamp()) - 80),
    ):
        client.get("/api/v1/dashboards", headers={"Authorization": f"Bearer {token}"})

    assert counted(name, outcome="accepted") == accepted + 1
    assert counted(name, outcome="expired") == expired + 1


@pytest.mark.both_databases
def test_the_state_of_the_installation_is_asked_of_the_database(client, store, acme, rival):
    now = int(NOW.timestamp() * 1_000_000)
    record_run(store, now - 90_000_000, now - 30_000_000)
    with store.write_shared() as session:
        for number, state in enumerate(("waiting", "waiting", "failed")):
            session.execute(
                outbox.insert().values(
                    id=f"m{number}", kind="invitation", address="", locale="en", params="",
                    state=state, created_at=now - (number + 1) * MINUTE, due_at=now,
                )
            )  # fmt: skip

    found = samples(client.get("/metrics").text)

    assert found["dashapp_orgs"] == 2
    assert found["dashapp_upkeep_due_orgs"] == 2
    assert found["dashapp_upkeep_last_run_seconds"] == 60
    assert found["dashapp_outbox_messages"] == 3
    assert found["dashapp_outbox_oldest_seconds"] == 120
    assert found["dashapp_database_connections"] >= 0


def test_threads_that_wait_for_a_connection_are_counted(store):
    """It looks inside of SQLAlchemy's pool: this test fails if that has changed."""
    from threading import Thread

    from sqlalchemy import create_engine
    from sqlalchemy.pool import QueuePool

    from dashapp.web.monitoring.sampling import _waiting

    engine = create_engine("sqlite://", poolclass=QueuePool, pool_size=1, max_overflow=0)
    with engine.connect():
        thread = Thread(target=lambda: engine.connect().close())
        thread.start()
        while thread.is_alive() and not _waiting(engine.pool):
            pass
        assert _waiting(engine.pool) == 1
    thread.join()
    engine.dispose()
