"""Lists of an org come in pages, like the list of orgs."""

import pytest

from dashapp.domain.access.roles import Role
from tests import factories

pytestmark = pytest.mark.both_databases


def pages_of(vendor, url: str, name: str, column: str) -> list[list[str]]:
    """Return a column of all pages of two, asked for one after the other."""
    pages, after = [], ""
    while True:
        answer = vendor.get(f"{url}?limit=2{after}").json
        pages.append([row[column] for row in answer[name]])
        if answer["next"] is None:
            return pages
        after = f"&after={answer['next']}"


def test_keys_are_listed_page_by_page(vendor, acme, rival):
    vendor.post("orgs/rival/keys", {"kind": "read", "name": "other"})
    for name in ("b", "a", "c", "d"):
        vendor.post("orgs/acme/keys", {"kind": "read", "name": name})

    pages = pages_of(vendor, "orgs/acme/keys", "keys", "name")
    assert [len(page) for page in pages] == [2, 2]
    assert sorted(name for page in pages for name in page) == ["a", "b", "c", "d"]
    assert vendor.get("orgs/acme/keys").json["next"] is None
    other = vendor.get("orgs/rival/keys").json["keys"][0]["id"]
    assert vendor.get(f"orgs/acme/keys?after={other}").status_code == 400


def test_members_are_listed_page_by_page_and_then_invitations(vendor, store, acme, rival):
    for name in ("cleo", "ada", "bea"):
        factories.add_user(store, f"{name}@example.com", (acme, Role.MEMBER))
    factories.add_user(store, "rita@example.com", (rival, Role.OWNER))
    for name in ("zoe", "abe"):
        vendor.put(f"orgs/acme/members/{name}@example.com", {"role": "MEMBER"})

    pages = pages_of(vendor, "orgs/acme/members", "members", "email")
    assert pages == [
        ["ada@example.com", "bea@example.com"],
        ["cleo@example.com", "abe@example.com"],
        ["zoe@example.com"],
    ]


@pytest.mark.parametrize("name", ["keys", "members"])
@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "page=2", "after=a&after=b"])
def test_wrong_parameters_are_refused(vendor, acme, name, query):
    assert vendor.get(f"orgs/acme/{name}?{query}").status_code == 400
