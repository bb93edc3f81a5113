"""Types and projects: many, but not without end."""

from dashapp.store.events import vocabulary
from tests.factories import event, event_types, send


def few(monkeypatch, name: str, most: int) -> None:
    monkeypatch.setattr(vocabulary, name, getattr(vocabulary, name)._replace(limit=most))


def test_a_type_too_many_is_refused_alone(store, acme, rival, monkeypatch):
    few(monkeypatch, "_TYPES", 2)
    send(store, acme, [event("a")])

    receipt = send(store, acme, [event("b"), event("c"), event("a"), event("c")])

    assert receipt.accepted == 2
    assert [(one.index, one.code) for one in receipt.rejected] == [
        (1, "too_many_types"),
        (3, "too_many_types"),
    ]
    assert sorted(event_types(store, acme)) == ["a", "a", "b"]
    assert send(store, rival, [event("c")]).accepted == 1


def test_a_project_too_many_is_refused_alone(store, acme, monkeypatch):
    few(monkeypatch, "_PROJECTS", 2)

    receipt = send(store, acme, [event(project="shop"), event(project="other"), event()])

    assert receipt.accepted == 2
    assert [one.code for one in receipt.rejected] == ["too_many_projects"]


def test_another_body_under_a_stored_id_is_a_conflict_even_with_a_new_type(
    store, acme, monkeypatch
):
    few(monkeypatch, "_TYPES", 1)
    send(store, acme, [event("a", id="1")])

    receipt = send(store, acme, [event("b", id="1")])

    assert [one.code for one in receipt.rejected] == ["conflict"]


def test_a_thousand_types_and_a_board_that_answers(store, acme):
    """T69: as many names as there may be, and the board still has its numbers."""
    from dashapp.queries.operations.event_volume import event_volume
    from tests.factories import time_range

    receipt = send(store, acme, [event(f"type.n{n}", user=f"u{n}") for n in range(1_200)])
    assert (receipt.accepted, len(receipt.rejected)) == (vocabulary.MAX_TYPES, 200)
    with store.reading(acme) as session:
        rows = event_volume(session, acme, time_range("24h"))
        assert sum(row.value for row in rows) == 0  # all at NOW, which the range ends before
    kinds_seen = set(event_types(store, acme))
    assert len(kinds_seen) == 1_000
