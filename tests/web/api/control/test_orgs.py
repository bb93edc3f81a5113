"""`/api/v1/orgs`: adding, changing, listing and reading orgs."""

import pytest

from dashapp.domain.secrets.keys import KeyKind
from dashapp.store.audit.entries import Wanted, list_entries, list_installation_entries
from dashapp.store.orgs import orgs, origins
from tests import factories

pytestmark = pytest.mark.both_databases
ACME = {
    "name": "Acme Inc.",
    "timezone": "Europe/Berlin",
    "locale": "es",
    "currency": "EUR",
    "boards": ["operations"],
    "origins": ["https://shop.example"],
    "keep_days": 400,
}


def slugs(store) -> list[str]:
    with store.read_shared() as session:
        return [org.slug for org in orgs.list_orgs(session)]


def test_an_org_is_added_and_the_same_request_changes_nothing_more(vendor, store):
    first, again = vendor.put("orgs/acme", ACME), vendor.put("orgs/acme", ACME)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == {"slug": "acme", **ACME}
    assert again.json == first.json
    assert again.headers["ETag"] == first.headers["ETag"]
    with store.read_shared() as session:
        listed = list_installation_entries(session, Wanted())
    assert [(entry.action, entry.org) for entry in listed] == [("org_added", "acme")]


def test_a_new_org_without_a_body_of_its_own_has_the_defaults(vendor):
    assert vendor.put("orgs/acme", {}).json == {
        "slug": "acme",
        "name": "acme",
        "timezone": "UTC",
        "locale": "en",
        "currency": None,
        "keep_days": None,
        "boards": ["operations"],
        "origins": [],
    }


def test_what_is_absent_stays_and_null_clears(vendor):
    vendor.put("orgs/acme", ACME)

    changed = vendor.put("orgs/acme", {"name": "Acme", "currency": None, "keep_days": None}).json
    assert changed == {"slug": "acme", **ACME, "name": "Acme", "currency": None, "keep_days": None}


def test_boards_are_added_and_none_is_removed(vendor):
    vendor.put("orgs/acme", {"boards": []})
    vendor.put("orgs/acme", {"boards": ["conversations"]})

    assert vendor.put("orgs/acme", {"boards": ["operations"]}).json["boards"] == [
        "conversations", "operations",
    ]  # fmt: skip
    assert vendor.put("orgs/acme", {"boards": []}).json["boards"] == [
        "conversations", "operations",
    ]  # fmt: skip


def test_origins_replace_those_of_the_vendor_only(vendor, store):
    vendor.put("orgs/acme", {"origins": ["https://old.example"]})
    with store.read_shared() as session:
        acme = factories.scope(orgs.find_org(session, "acme"))
    with store.write_shared() as session:
        origins.insert_origin(session, acme, "https://own.example", now=1, is_vendors=False)

    vendor.put("orgs/acme", {"origins": ["https://new.example"]})
    assert vendor.get("orgs/acme/origins").json == {
        "origins": ["https://new.example"], "own": ["https://own.example"],
    }  # fmt: skip


FAULTS = [
    ({"timezone": "Mars/Base"}, "/timezone"),
    ({"name": ""}, "/name"),
    ({"name": None}, "/name"),
    ({"locale": "xx"}, "/locale"),
    ({"currency": "EURO"}, "/currency"),
    ({"currency": "ZZZ"}, "/currency"),
    ({"keep_days": 0}, "/keep_days"),
    ({"keep_days": "7"}, "/keep_days"),
    ({"boards": ["operations", "nope"]}, "/boards/1"),
    ({"boards": "operations"}, "/boards"),
    ({"origins": ["https://shop.example", "shop"]}, "/origins"),
    ({"origins": [1]}, "/origins/0"),
    ({"timezon": "UTC"}, "/timezon"),
    ({"a/b~c": 1}, "/a~1b~0c"),
]


@pytest.mark.parametrize(("body", "field"), FAULTS)
def test_a_wrong_field_is_named_and_nothing_is_half_written(vendor, store, body, field):
    answers = [vendor.put("orgs/acme", body)]
    vendor.put("orgs/rival", {})
    before = vendor.get("orgs/rival").json
    answers.append(
        vendor.put("orgs/rival", {"name": "New", **body} if "name" not in body else body)
    )

    assert [answer.status_code for answer in answers] == [400, 400]
    assert {answer.json["error"]["field"] for answer in answers} == {field}
    assert slugs(store) == ["rival"]
    assert vendor.get("orgs/rival").json == before


@pytest.mark.parametrize(
    ("body", "content_type", "status", "field"),
    [
        (b'{"name": "a", "name": "b"}', "application/json", 400, "/name"),
        (b"{", "application/json", 400, None),
        (b"[]", "application/json", 400, None),
        (b'{"keep_days": NaN}', "application/json", 400, None),
        (b"[" * 60_000, "application/json", 400, None),
        (b"{}", "text/plain", 415, None),
        (b'{"name": "' + b"x" * 70_000 + b'"}', "application/json", 413, None),
    ],
)
def test_bodies_that_cannot_be_read(vendor, store, body, content_type, status, field):
    answer = vendor.client.put(
        "/api/v1/orgs/acme", data=body, content_type=content_type, headers=vendor.headers
    )

    assert (answer.status_code, answer.json["error"].get("field")) == (status, field)
    assert slugs(store) == []


@pytest.mark.parametrize("slug", ["Acme", "a" * 64, "-acme", "~1", "a.b"])
def test_an_invalid_slug_is_refused(vendor, store, slug):
    assert vendor.put(f"orgs/{slug}", {}).status_code == 400
    assert slugs(store) == []


def test_changes_can_be_conditional(vendor):
    tag = vendor.put("orgs/acme", ACME, If_None_Match="*").headers["ETag"]

    assert vendor.put("orgs/acme", {"name": "b"}, If_None_Match="*").status_code == 412
    assert vendor.put("orgs/acme", {"name": "b"}, If_Match='"x"').status_code == 412
    assert vendor.put("orgs/acme", {"name": "b"}, If_Match=tag).status_code == 200
    stale = vendor.put("orgs/acme", {"name": "c"}, If_Match=tag)
    assert (stale.status_code, stale.json["error"]["code"]) == (412, "precondition_failed")
    assert vendor.put("orgs/new", {}, If_Match="*").status_code == 412
    assert vendor.get("orgs/acme").json["name"] == "b"


def test_an_org_is_read_with_counts(vendor, store, acme):
    factories.send(store, acme, [factories.event() for _ in range(3)])
    factories.add_key(store, acme, KeyKind.READ)
    vendor.put("orgs/acme/members/ada@example.com", {"role": "OWNER"})

    answer = vendor.get("orgs/acme")
    assert answer.json["counts"] == {
        "events": 3, "members": 0, "invitations": 1, "keys": 1, "dashboards": 1,
    }  # fmt: skip
    assert answer.headers["ETag"] == vendor.put("orgs/acme", {}).headers["ETag"]


def test_orgs_are_listed_page_by_page(vendor):
    for slug in ("b", "a", "c"):
        vendor.put(f"orgs/{slug}", {})

    first = vendor.get("orgs?limit=2").json
    assert ([org["slug"] for org in first["orgs"]], first["next"]) == (["a", "b"], "b")
    rest = vendor.get("orgs?limit=2&after=b").json
    assert ([org["slug"] for org in rest["orgs"]], rest["next"]) == (["c"], None)
    assert vendor.get("orgs").json["next"] is None


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=x", "page=2", "after=a&after=b"])
def test_wrong_parameters_are_refused(vendor, query):
    assert vendor.get(f"orgs?{query}").status_code == 400


def test_every_change_stands_in_the_audit_with_the_key(vendor, store):
    vendor.put("orgs/acme", ACME)
    vendor.put("orgs/acme", {"name": "Acme 2", "origins": [], "boards": ["conversations"]})
    with store.read_shared() as session:
        acme = factories.scope(orgs.find_org(session, "acme"))
    with store.read(acme) as session:
        entries = list_entries(session, acme, Wanted())

    assert {entry.action for entry in entries} == {
        "org_added", "origin_added", "settings_changed", "origin_removed", "dashboard_added",
    }  # fmt: skip
    assert {entry.actor_kind for entry in entries} == {"installation_key"}


def test_a_thousand_orgs_take_few_statements_each(vendor, store):
    """First rows are made once; each org is one transaction."""
    for number in range(20):
        assert vendor.put(f"orgs/org-{number}", {}).status_code == 201
    assert len(slugs(store)) == 20
