"""Properties of event types: paths and kinds, and the panels that a viewer's filter applies to."""

from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import pytest
from sqlalchemy import event as sa_event
from sqlalchemy import text

from dashapp.domain.time.instant import to_us
from dashapp.queries.fields import fields as fields_of
from dashapp.store.events import fields
from dashapp.store.events.erasure import erase_user, prune
from dashapp.store.events.ingest import ingest
from dashapp.store.orgs.states import org_state
from dashapp.store.upkeep import maintain_org
from tests.factories import event, send


def stored_fields(store, owner):
    with store.read(owner) as session:
        rows = session.execute(text("SELECT type, name, kinds FROM event_fields ORDER BY 1, 2"))
        return [tuple(row) for row in rows]


def all_have(store, owner, types, name):
    with store.read(owner) as session:
        return fields_of(session, owner, [name]).has_property(types, name)


def delete_fields(store, owner):
    """Restore the state right after an upgrade."""
    with store.write(owner) as session:
        session.execute(text("DELETE FROM event_fields WHERE org_id = :org"), {"org": owner.org_id})
        session.execute(
            text("UPDATE org_states SET has_fields = :no WHERE org_id = :org"),
            {"org": owner.org_id, "no": False},
        )


PROPERTIES = {"code": "x", "n": 0, "no": None, "list": [1], "a.b": 1, "ok": False, "empty": "",
              "wait": {"in-queue": 1.5, "by": {"who": "x", "more": {"deep": 1}}}}  # fmt: skip
EXPECTED = [
    ("page.viewed", "code", 1),
    ("page.viewed", "empty", 1),
    ("page.viewed", "n", 2),
    ("page.viewed", "ok", 4),
    ("page.viewed", "wait.by.more", 8),
    ("page.viewed", "wait.by.who", 1),
    ("page.viewed", "wait.in-queue", 2),
]


def test_properties_with_a_value_are_stored_once(store, acme, rival):
    for _ in range(2):
        send(store, acme, [event(properties=PROPERTIES), event("order.paid")])

    assert stored_fields(store, acme) == EXPECTED
    assert stored_fields(store, rival) == []


def test_kinds_add_up(store, acme):
    for value in (1, "x", 2, True, None, [1]):
        send(store, acme, [event(properties={"n": value})])

    assert stored_fields(store, acme) == [("page.viewed", "n", 7)]


def test_a_known_shape_needs_no_statement(store, acme):
    def statements():
        with recorded(store) as texts:
            send(store, acme, [event(properties=PROPERTIES)])
        return [statement for statement in texts if "event_fields" in statement]

    assert len(statements()) == 3  # look up, count, insert
    assert statements() == []


@contextmanager
def recorded(store):
    texts = []

    def record(_conn, _cursor, statement, _params, _context, _many):
        texts.append(statement)

    sa_event.listen(store._writer, "before_cursor_execute", record)
    try:
        yield texts
    finally:
        sa_event.remove(store._writer, "before_cursor_execute", record)


def test_a_shape_is_not_known_after_a_rollback(store, acme):
    with suppress(ZeroDivisionError), store.write(acme) as session:
        ingest(session, acme, [event(properties={"n": 1})], received_at=1)
        raise ZeroDivisionError

    send(store, acme, [event(properties={"n": 1})])

    assert stored_fields(store, acme) == [("page.viewed", "n", 2)]


def test_shapes_are_known_per_org(store, acme, rival):
    send(store, acme, [event(properties={"n": 1})])
    send(store, rival, [event(properties={"n": 1})])

    assert stored_fields(store, rival) == [("page.viewed", "n", 2)]


def send_old_and_new(store, owner):
    """Send an old event by Ada, and a new one with other properties."""
    old, new = "2026-10-01T12:00:00Z", "2026-11-01T12:00:00Z"
    send(store, owner, [event(at=old, user="ada", properties={"old": 1, "both": 1})])
    send(store, owner, [event(at=new, properties={"new": 1, "both": "x"})])


def prune_old(store, owner):
    return prune(store, owner, to_us(datetime(2026, 10, 15, tzinfo=UTC)))


@pytest.mark.parametrize(
    "remove", [prune_old, lambda store, owner: erase_user(store, owner, "ada")]
)
def test_what_only_removed_events_had_is_deleted(store, acme, remove):
    send_old_and_new(store, acme)

    remove(store, acme)

    assert stored_fields(store, acme) == [("page.viewed", "both", 1), ("page.viewed", "new", 2)]


def test_a_deleted_property_returns_with_the_next_event(store, acme):
    """The process that stored it before has forgotten the shape."""
    send_old_and_new(store, acme)
    prune_old(store, acme)

    send(store, acme, [event(properties={"old": 1, "both": 1})])

    assert stored_fields(store, acme) == [
        ("page.viewed", "both", 3),
        ("page.viewed", "new", 2),
        ("page.viewed", "old", 2),
    ]


def test_removing_all_events_of_a_type_deletes_its_properties(store, acme, monkeypatch):
    monkeypatch.setattr(fields, "MAX_FIELDS", 1)
    send(store, acme, [event(properties={"a": 1, "b": {"c": 1}}, user="ada")])
    assert stored_fields(store, acme) == [("page.viewed", "", 0), ("page.viewed", "a", 2)]

    erase_user(store, acme, "ada")

    assert stored_fields(store, acme) == []


def test_upkeep_adds_the_properties_of_older_events(store, acme):
    send(store, acme, [event(properties=PROPERTIES), event("order.paid")])
    delete_fields(store, acme)

    assert all_have(store, acme, ["order.paid"], "code")  # not known yet, so every filter applies
    maintain_org(store, acme, [])

    assert stored_fields(store, acme) == EXPECTED
    assert not all_have(store, acme, ["order.paid"], "code")
    with store.read(acme) as session:
        assert org_state(session, acme).has_fields


def test_upkeep_deletes_names_that_no_event_has(store, acme):
    """They are left from before kinds were recorded."""
    send(store, acme, [event(properties={"n": 1})])
    delete_fields(store, acme)
    with store.write(acme) as session:
        names = "INSERT INTO event_fields (org_id, type, name) VALUES (:org, 'page.viewed', :name)"
        for name in ("n", "gone", ""):
            session.execute(text(names), {"org": acme.org_id, "name": name})

    maintain_org(store, acme, [])

    assert stored_fields(store, acme) == [("page.viewed", "", 0), ("page.viewed", "n", 2)]


def test_upkeep_records_a_limited_number_of_names(store, acme, monkeypatch):
    monkeypatch.setattr(fields, "MAX_FIELDS", 3)
    send(store, acme, [event(properties={f"p{number}": 1}) for number in range(9)])
    delete_fields(store, acme)

    maintain_org(store, acme, [])

    assert len(stored_fields(store, acme)) == 4
    assert all_have(store, acme, ["page.viewed"], "p8")


def test_a_type_with_too_many_properties_is_assumed_to_have_every_field(store, acme, monkeypatch):
    monkeypatch.setattr(fields, "MAX_FIELDS", 3)
    for number in range(3):
        send(store, acme, [event(properties={f"p{number}": 1, f"q{number}": 1})])

    assert len(stored_fields(store, acme)) == 4
    assert all_have(store, acme, ["page.viewed"], "never_seen")


@pytest.mark.parametrize(
    ("path", "applies"),
    [
        ("wait.in-queue", True),
        ("wait", False),
        ("wait.by.who", True),
        ("wait.by.who.else", False),
        ("wait.by.more", False),
        ("wait.by.more.deep", True),
        ("wait.by.more.other", True),  # not recorded that deep
        ("list", False),
        ("a.b", False),
    ],
)
def test_a_filter_by_a_nested_property_applies_to_types_that_have_it(store, acme, path, applies):
    send(store, acme, [event(properties=PROPERTIES)])

    assert all_have(store, acme, ["page.viewed"], path) is applies


@pytest.mark.parametrize(
    ("types", "applies"),
    [
        (["finding.recorded"], True),
        (["page.viewed"], False),
        ([], True),
        (["finding.recorded", "page.viewed"], False),
        (["finding.recorded", "never.sent"], True),
        (["never.sent"], False),
    ],
)
def test_a_filter_applies_to_a_panel_whose_types_all_have_the_field(store, acme, types, applies):
    send(store, acme, [event("finding.recorded", properties={"code": "x"}), event()])

    assert all_have(store, acme, types, "code") is applies
