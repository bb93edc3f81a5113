"""Property names of event types, and the panels that a viewer's filter applies to."""

import pytest
from sqlalchemy import text

from dashapp.queries.fields import fields as fields_of
from dashapp.store.events import fields
from dashapp.store.orgs.states import org_state
from dashapp.store.upkeep import maintain_org
from tests.factories import event, send


def stored_fields(store, owner):
    with store.read(owner) as session:
        rows = session.execute(text("SELECT type, name FROM event_fields ORDER BY 1, 2"))
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


PROPERTIES = {"code": "x", "n": 0, "no": None, "list": [1], "a.b": 1, "ok": False, "empty": ""}
EXPECTED = [("page.viewed", "code"), ("page.viewed", "empty"), ("page.viewed", "n"),
         ("page.viewed", "ok")]  # fmt: skip


def test_properties_with_a_value_are_stored_once(store, acme, rival):
    for _ in range(2):
        send(store, acme, [event(properties=PROPERTIES), event("order.paid")])

    assert stored_fields(store, acme) == EXPECTED
    assert stored_fields(store, rival) == []


def test_upkeep_adds_the_properties_of_older_events(store, acme):
    send(store, acme, [event(properties=PROPERTIES), event("order.paid")])
    delete_fields(store, acme)

    assert all_have(store, acme, ["order.paid"], "code")  # not known yet, so every filter applies
    maintain_org(store, acme, [])

    assert stored_fields(store, acme) == EXPECTED
    assert not all_have(store, acme, ["order.paid"], "code")
    with store.read(acme) as session:
        assert org_state(session, acme).has_fields


def test_a_type_with_too_many_properties_is_assumed_to_have_every_field(store, acme, monkeypatch):
    monkeypatch.setattr(fields, "MAX_FIELDS", 3)
    for number in range(3):
        send(store, acme, [event(properties={f"p{number}": 1, f"q{number}": 1})])

    assert len(stored_fields(store, acme)) == 4
    assert all_have(store, acme, ["page.viewed"], "never_seen")


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
