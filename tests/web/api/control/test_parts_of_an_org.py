"""Keys, members, origins, boards and audits of an org, over HTTP."""

import pytest

from dashapp.store.people import users
from tests import factories
from tests.embedding import bearer

pytestmark = pytest.mark.both_databases


@pytest.fixture
def ada(store):
    """A person with a confirmed address, in no org."""
    user_id = factories.add_user(store, "ada@example.com")
    with store.write_shared() as session:
        users.confirm_email(session, user_id, now=1)
    return user_id


def test_a_key_works_until_it_is_revoked(vendor, acme):
    added = vendor.post("orgs/acme/keys", {"kind": "read", "name": "shop"})
    headers = bearer(added.json["secret"])

    assert added.status_code == 201
    assert vendor.client.get("/api/v1/dashboards", headers=headers).status_code == 200
    assert vendor.delete(f"orgs/acme/keys/{added.json['id']}").status_code == 204
    assert vendor.client.get("/api/v1/dashboards", headers=headers).status_code == 401
    assert vendor.delete(f"orgs/acme/keys/{added.json['id']}").status_code == 404


def test_a_retry_finds_the_id_of_the_first_key(vendor, acme):
    first = vendor.post("orgs/acme/keys", {"kind": "embed", "name": "shop"}).json

    again = vendor.post("orgs/acme/keys", {"kind": "embed", "name": "shop"})
    assert (again.status_code, again.json["error"]["id"]) == (409, first["id"])
    assert first["secret"] not in vendor.get("orgs/acme/keys").text
    assert vendor.get("orgs/acme/keys").json["keys"][0]["hint"] == first["secret"][-4:]


@pytest.mark.parametrize(
    "body",
    [{}, {"kind": "read"}, {"kind": "admin", "name": "x"}, {"kind": "read", "name": " "},
     {"kind": "read", "name": "x", "scopes": []}],
)  # fmt: skip
def test_a_key_that_cannot_be_added(vendor, acme, body):
    assert vendor.post("orgs/acme/keys", body).status_code == 400


def test_a_word_that_is_none_of_the_choices_gets_the_choices(vendor, acme, ada):
    kind = vendor.post("orgs/acme/keys", {"kind": "write", "name": "shop"}).json["error"]
    role = vendor.put("orgs/acme/members/ada@example.com", {"role": "BOSS"}).json["error"]

    assert kind["message"] == "Invalid body: Invalid enum value 'write'. Use ingest, read, embed."
    assert role["message"].startswith("Invalid body: Invalid enum value 'BOSS'. Use OWNER, ADMIN,")


def test_a_key_of_another_org_is_not_found(vendor, store, acme, rival):
    key_id = factories.add_key(store, rival)[0]

    assert vendor.delete(f"orgs/acme/keys/{key_id}").status_code == 404
    assert vendor.get("orgs/rival/keys").json["keys"][0]["revoked_at"] is None


def test_a_confirmed_person_becomes_a_member_at_once(vendor, acme, ada):
    added = vendor.put("orgs/acme/members/Ada@Example.com", {"role": "ADMIN"})

    assert (added.status_code, added.json) == (
        201, {"email": "ada@example.com", "role": "ADMIN", "status": "member"},
    )  # fmt: skip
    assert vendor.put("orgs/acme/members/ada@example.com", {"role": "AUTHOR"}).status_code == 200
    assert vendor.get("orgs/acme/members").json["members"][0]["role"] == "AUTHOR"
    assert vendor.delete("orgs/acme/members/ada@example.com").status_code == 204
    assert vendor.delete("orgs/acme/members/ada@example.com").status_code == 404


def test_anybody_else_is_invited(vendor, store, acme):
    factories.add_user(store, "bea@example.com")  # made by an identity provider, say

    for email in ("bea@example.com", "new@example.com"):
        invited = vendor.put(f"orgs/acme/members/{email}", {"role": "OWNER"})
        assert (invited.status_code, invited.json["status"]) == (201, "invited")
        assert "/invitation#" in invited.json["link"]
    listed = vendor.get("orgs/acme/members").json["members"]
    assert {(each["email"], each["status"]) for each in listed} == {
        ("bea@example.com", "invited"), ("new@example.com", "invited"),
    }  # fmt: skip
    assert vendor.delete("orgs/acme/members/new@example.com").status_code == 204
    assert len(vendor.get("orgs/acme/members").json["members"]) == 1


def test_the_last_owner_stays(vendor, store, acme, ada):
    vendor.put("orgs/acme/members/ada@example.com", {"role": "OWNER"})

    assert vendor.put("orgs/acme/members/ada@example.com", {"role": "ADMIN"}).status_code == 409
    assert vendor.delete("orgs/acme/members/ada@example.com").status_code == 409


@pytest.mark.parametrize(
    ("email", "body"),
    [("ada", {"role": "OWNER"}), ("a@b@c", {"role": "OWNER"}), ("a@b.example", {"role": "BOSS"}),
     ("a@b.example", {}), ("a@b.example", {"role": None})],
)  # fmt: skip
def test_a_member_that_cannot_be_added(vendor, acme, email, body):
    assert vendor.put(f"orgs/acme/members/{email}", body).status_code == 400


def test_origins_are_replaced_as_a_list(vendor, acme):
    vendor.put("orgs/acme/origins", {"origins": ["https://a.example", "https://b.example"]})

    assert vendor.put("orgs/acme/origins", {"origins": ["https://b.example"]}).json == {
        "origins": ["https://b.example"], "own": [],
    }  # fmt: skip
    assert vendor.put("orgs/acme/origins", {"origins": ["nope"]}).status_code == 400
    assert vendor.get("orgs/acme/origins").json["origins"] == ["https://b.example"]


def test_boards_are_added_and_removed(vendor, acme):
    assert vendor.put("orgs/acme/boards/conversations").status_code == 201
    assert vendor.put("orgs/acme/boards/conversations").status_code == 200
    assert [each["board"] for each in vendor.get("orgs/acme/boards").json["boards"]] == [
        "operations", "conversations",
    ]  # fmt: skip
    assert vendor.delete("orgs/acme/boards/conversations").status_code == 204
    assert vendor.delete("orgs/acme/boards/conversations").status_code == 404
    assert vendor.put("orgs/acme/boards/nope").status_code == 404


def test_the_audit_is_read_page_by_page(vendor, acme):
    for number in range(5):
        vendor.put("orgs/acme", {"name": f"Acme {number}"})

    asked, targets, after = "action=settings_changed&limit=2", [], ""
    while after is not None:
        page = vendor.get(f"orgs/acme/audit?{asked}{after and '&after=' + after}").json
        targets += [entry["after"]["name"] for entry in page["entries"]]
        after = page["next"]
    assert sorted(targets) == [f"Acme {number}" for number in range(5)]


def test_the_audit_is_filtered_and_knows_the_key(vendor, acme, store, rival):
    vendor.post("orgs/acme/keys", {"kind": "read", "name": "shop"})
    vendor.put("orgs/acme", {"name": "New"})

    (entry,) = vendor.get("orgs/acme/audit?action=key_added").json["entries"]
    assert (entry["actor_kind"], entry["after"]) == (
        "installation_key", {"kind": "read", "name": "shop"},
    )  # fmt: skip
    assert vendor.get("orgs/acme/audit?until=2026-11-20T09:30:00Z").json["entries"] == []
    since = vendor.get("orgs/acme/audit?since=2026-11-20T09:30:00Z").json["entries"]
    assert sorted(entry["action"] for entry in since) == [
        "key_added", "key_used", "key_used", "settings_changed",
    ]  # fmt: skip
    assert vendor.get("orgs/rival/audit").json["entries"] == []


@pytest.mark.parametrize("query", ["action=nope", "after=1", "since=now", "actor=x", "limit=-1"])
def test_a_wrong_question_to_the_audit_is_refused(vendor, acme, query):
    assert vendor.get(f"orgs/acme/audit?{query}").status_code == 400
    assert vendor.get(f"audit?{query}").status_code == 400


def test_the_audit_of_the_installation_outlives_an_org(vendor):
    vendor.put("orgs/acme", {})
    receipt = vendor.delete("orgs/acme?confirm=acme").json

    entries = vendor.get("audit?org=acme").json["entries"]
    assert {(entry["action"], entry["target"]) for entry in entries} == {
        ("org_removed", receipt["id"]), ("org_added", "acme"),
    }  # fmt: skip
    assert {entry["org"] for entry in entries} == {"acme"}
    assert vendor.get("audit?org=rival").json["entries"] == []
