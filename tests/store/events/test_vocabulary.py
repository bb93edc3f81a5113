"""Event types and projects: an org can have many, up to a limit."""

from dashapp.store.events import vocabulary
from tests.factories import event, event_types, send, time_range
from tests.panels import panel


def set_limit(monkeypatch, name: str, limit: int) -> None:
    monkeypatch.setattr(vocabulary, name, getattr(vocabulary, name)._replace(limit=limit))


def test_only_events_with_a_type_beyond_the_limit_are_rejected(store, acme, rival, monkeypatch):
    set_limit(monkeypatch, "_TYPES", 2)
    send(store, acme, [event("a")])

    receipt = send(store, acme, [event("b"), event("c"), event("a"), event("c")])

    assert receipt.accepted == 2
    assert [(rejection.index, rejection.code) for rejection in receipt.rejected] == [
        (1, "too_many_types"),
        (3, "too_many_types"),
    ]
    assert sorted(event_types(store, acme)) == ["a", "a", "b"]
    assert send(store, rival, [event("c")]).accepted == 1


def test_only_events_with_a_project_beyond_the_limit_are_rejected(store, acme, monkeypatch):
    set_limit(monkeypatch, "_PROJECTS", 2)

    receipt = send(store, acme, [event(project="shop"), event(project="other"), event()])

    assert receipt.accepted == 2
    assert [rejection.code for rejection in receipt.rejected] == ["too_many_projects"]


def test_different_content_with_a_stored_id_is_a_conflict_even_with_a_type_beyond_the_limit(
    store, acme, monkeypatch
):
    set_limit(monkeypatch, "_TYPES", 1)
    send(store, acme, [event("a", id="1")])

    receipt = send(store, acme, [event("b", id="1")])

    assert [rejection.code for rejection in receipt.rejected] == ["conflict"]


def test_a_board_answers_with_a_thousand_event_types(store, acme):
    """T69: with as many types as allowed, the board still answers."""
    receipt = send(store, acme, [event(f"type.n{n}", user=f"u{n}") for n in range(1_200)])
    assert (receipt.accepted, len(receipt.rejected)) == (vocabulary.MAX_TYPES, 200)
    with store.read(acme) as session:
        rows = panel("events-time-series")(session, acme, time_range("24h"))
        assert sum(row.value for row in rows) == 0  # all events are at NOW, where the range ends
    stored_types = set(event_types(store, acme))
    assert len(stored_types) == 1_000
