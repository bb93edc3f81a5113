"""Which properties types of events have had, and which panels a viewer's filter reaches by that."""

import pytest
from sqlalchemy import text

from dashapp.queries.fields import fields as fields_of
from dashapp.store.events import fields
from dashapp.store.orgs.states import org_state
from dashapp.store.upkeep import count_org
from tests.factories import event, send


def known(store, owner):
    with store.reading(owner) as session:
        rows = session.execute(text("SELECT type, name FROM event_fields ORDER BY 1, 2"))
        return [tuple(row) for row in rows]


def have(store, owner, types, name):
    with store.reading(owner) as session:
        return fields_of(session, owner, [name]).have(types, name)


def forget(store, owner):
    """As it is after an upgrade."""
    with store.writing(owner) as session:
        session.execute(text("DELETE FROM event_fields WHERE org_id = :org"), {"org": owner.org_id})
        session.execute(
            text("UPDATE org_states SET has_fields = :no WHERE org_id = :org"),
            {"org": owner.org_id, "no": False},
        )


PROPERTIES = {"code": "x", "n": 0, "no": None, "list": [1], "a.b": 1, "ok": False, "empty": ""}
RIGHT = [("page.viewed", "code"), ("page.viewed", "empty"), ("page.viewed", "n"),
         ("page.viewed", "ok")]  # fmt: skip


def test_properties_with_a_value_are_learned_once(store, acme, rival):
    for _ in range(2):
        send(store, acme, [event(properties=PROPERTIES), event("order.paid")])

    assert known(store, acme) == RIGHT
    assert known(store, rival) == []


def test_upkeep_learns_the_properties_of_older_events(store, acme):
    send(store, acme, [event(properties=PROPERTIES), event("order.paid")])
    forget(store, acme)

    assert have(store, acme, ["order.paid"], "code")  # not known yet: every filter reaches it
    count_org(store, acme, [])

    assert known(store, acme) == RIGHT
    assert not have(store, acme, ["order.paid"], "code")
    with store.reading(acme) as session:
        assert org_state(session, acme).has_fields


def test_a_type_with_very_many_properties_is_taken_to_have_any(store, acme, monkeypatch):
    monkeypatch.setattr(fields, "MAX_FIELDS", 3)
    for number in range(3):
        send(store, acme, [event(properties={f"p{number}": 1, f"q{number}": 1})])

    assert len(known(store, acme)) == 4
    assert have(store, acme, ["page.viewed"], "never_seen")


@pytest.mark.parametrize(
    ("types", "reaches"),
    [
        (["finding.recorded"], True),
        (["page.viewed"], False),
        ([], True),
        (["finding.recorded", "page.viewed"], False),
        (["finding.recorded", "never.sent"], True),
        (["never.sent"], False),
    ],
)
def test_a_filter_reaches_a_panel_whose_types_all_have_the_field(store, acme, types, reaches):
    send(store, acme, [event("finding.recorded", properties={"code": "x"}), event()])

    assert have(store, acme, types, "code") is reaches
