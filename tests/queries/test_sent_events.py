"""What an org has sent: types, counts, properties, and examples, on both databases."""

import pytest

from dashapp.domain.access.scope import Scope
from dashapp.domain.time.instant import from_us, to_text
from dashapp.queries import sent_events as module
from dashapp.queries.sent_events import sent_events
from dashapp.store.events.erasure import erase_user
from tests.factories import event, send
from tests.store.events.test_fields import delete_fields

FIRST, LAST = "2026-10-03T12:00:00Z", "2026-11-19T18:30:00Z"


def order(user, at=FIRST, project="default", **properties):
    return event("order.paid", at, user=user, project=project, properties=properties)


def sent(store, scope, *, has_examples=False):
    with store.read(scope) as session:
        return sent_events(session, scope, has_examples=has_examples)


def listed(store, scope):
    """Return type, number of events, last time, and properties with their kinds."""
    return [
        (
            row.type,
            row.events,
            to_text(from_us(row.last_at)),
            {entry.name: entry.kinds for entry in row.properties},
        )
        for row in sent(store, scope)
    ]


def examples(store, scope):
    """Return the examples of each property of the only type."""
    (row,) = sent(store, scope, has_examples=True)
    return {entry.name: entry.examples for entry in row.properties}


ORDERS = (
    order("a", total=25, country="DE", wait={"seconds": 7, "in-queue": True}),
    order("b", LAST, total=7.5, country="DE", note=None, tags=["x"]),
    order("c", total="free", country="AT", project="shop"),
)
EXPECTED = [
    ("order.paid", 3, "2026-11-19T18:30:00Z", {
        "country": ("text",), "total": ("text", "number"),
        "wait.in-queue": ("boolean",), "wait.seconds": ("number",),
    }),
    ("page.viewed", 1, "2026-10-03T12:00:00Z", {}),
]  # fmt: skip


@pytest.fixture
def shop(store, acme, rival):
    send(store, acme, [*ORDERS, event(at=FIRST, properties={})])
    send(store, rival, [order("r", secret_plan=1), event("secret.type", FIRST)])


def test_types_have_counts_and_properties_with_their_kinds(store, acme, shop):
    assert listed(store, acme) == EXPECTED


def test_before_upkeep_has_read_the_older_events_a_sample_is_listed(store, acme, shop):
    delete_fields(store, acme)

    assert listed(store, acme) == EXPECTED


def test_an_org_without_events_has_sent_nothing(store, acme, rival, shop):
    assert listed(store, rival)[0][0] == "order.paid"
    assert "total" not in listed(store, rival)[0][3]
    erase_user(store, rival, "r")
    assert [row[0] for row in listed(store, rival)] == ["secret.type"]


def test_a_project_has_only_its_own_events(store, acme, shop):
    assert listed(store, acme.of_project("shop")) == [
        ("order.paid", 1, "2026-10-03T12:00:00Z", {"country": ("text",), "total": ("text",)})
    ]


def test_a_filtered_scope_has_only_its_own_events(store, acme, shop):
    locked = Scope(acme.org, acme.role, filters=(("properties.wait.seconds", ("7",)),))

    assert listed(store, locked) == [
        ("order.paid", 1, "2026-10-03T12:00:00Z", {
            "country": ("text",), "total": ("number",),
            "wait.in-queue": ("boolean",), "wait.seconds": ("number",),
        })
    ]  # fmt: skip


def test_only_values_of_three_users_are_examples(store, acme):
    users = ("a", "b", "c", "d")
    send(store, acme, [order(user, country="DE", n=7.0, new=True) for user in users])
    send(store, acme, [order(user, country="AT", n="7") for user in users[:3]])
    send(store, acme, [order("a", country="CH") for _ in range(5)])
    send(store, acme, [order(None, country="FR") for _ in range(5)])

    assert examples(store, acme) == {"country": ("DE", "AT"), "n": ("7",), "new": ("true",)}


def test_personal_and_long_values_are_no_examples(store, acme):
    properties = {"email": "all@example.com", "customer": {"firstName": "Ada"}, "long": "x" * 61}
    send(store, acme, [order(user, **properties) for user in ("a", "b", "c")])

    assert examples(store, acme) == {"customer.firstName": (), "email": (), "long": ()}


def test_at_most_ten_examples_are_shown(store, acme):
    send(store, acme, [order(user, n=n) for user in ("a", "b", "c") for n in range(12)])

    assert examples(store, acme) == {"n": ("0", "1", "10", "11", "2", "3", "4", "5", "6", "7")}


def test_examples_come_from_the_newest_events(store, acme, monkeypatch):
    send(store, acme, [order(user, FIRST, plan="old") for user in ("a", "b", "c")])
    newest = module._NEWEST.limit(None).limit(3)
    monkeypatch.setattr(module, "_NEWEST", newest)
    send(store, acme, [order(user, LAST, plan="new") for user in ("a", "b", "c")])

    assert examples(store, acme) == {"plan": ("new",)}


def test_without_examples_no_event_is_read(store, acme, shop):
    (orders, _views) = sent(store, acme)

    assert {entry.examples for entry in orders.properties} == {()}


def test_examples_disappear_with_their_users(store, acme):
    send(store, acme, [order(user, plan="free") for user in ("a", "b", "c")])
    erase_user(store, acme, "c")

    assert examples(store, acme) == {"plan": ()}
