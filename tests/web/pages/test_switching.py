"""A person in many orgs searches for the one to switch to, and finds only their own orgs."""

import re

import pytest

from dashapp.domain.access.roles import Role
from dashapp.store.orgs.orgs import find_org, org_from
from dashapp.store.people import memberships, users
from dashapp.web.pages.chrome import LISTED_ORGS
from dashapp.web.pages.switching import MAX_ORGS
from tests import factories
from tests.factories import refresh
from tests.test_tenancy import statements_run_by

PAGE = "/app/acme/operations"
NAMES = ["Café Ñandú", "CAFE NANDU II", "100% Wool", "Under_score", "Back\\slash", "Ψυχή", "Москва"]


@pytest.fixture
def mia_id(store, server, acme):
    """Mia owns Acme and the orgs of NAMES, and is a plain member of Hidden Café."""
    user_id = factories.add_user(store, "mia@example.com", (acme, Role.OWNER))
    factories.add_orgs(store, user_id, NAMES)
    factories.add_orgs(store, user_id, ["Hidden Café"], Role.MEMBER, "hidden")
    return user_id


@pytest.fixture
def mia(browser, mia_id):
    return browser("mia@example.com")


def found(client, search="", **view) -> list[str]:
    """Return the slugs of the orgs that a search finds."""
    response = client.get(f"{PAGE}/organizations", query_string={"search": search, **view})
    assert response.status_code == 200
    return re.findall(r'data-carry href="/app/([^/?"]+)\?dashboard=operations', response.text)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("search", "slugs"),
    [
        ("cafe nandu", ["org-0", "org-1"]),
        ("  CAFÉ   ñandú ", ["org-0", "org-1"]),
        ("n\u0303andu", ["org-0", "org-1"]),
        ("ORG-6", ["org-6"]),
        ("ψυχή", ["org-5"]),
        ("москва", ["org-6"]),
        ("%", ["org-2"]),
        ("_", ["org-3"]),
        ("\\", ["org-4"]),
        ("％", ["org-2"]),  # the full-width percent sign
        ("o_g", []),
        ("nobody", []),
        ("'; --", []),
        ("a\x00b", []),
    ],
)
def test_a_search_finds_names_and_slugs(mia, search, slugs):
    assert sorted(found(mia, search)) == slugs


@pytest.mark.both_databases
def test_the_best_match_is_first(mia, store, mia_id):
    factories.add_orgs(store, mia_id, ["A shop of Acme", "Acme shop", "The Acme"], prefix="more")

    assert found(mia, "acme") == ["acme", "more-1", "more-0", "more-2"]


@pytest.mark.both_databases
def test_an_org_with_exactly_this_slug_is_found_among_many(mia, store, mia_id):
    factories.add_orgs(store, mia_id, [f"x-1 {n:02}" for n in range(30)], prefix="x")

    assert found(mia, "x-1")[0] == "x-1"
    assert len(found(mia, "x-1")) == MAX_ORGS


def test_orgs_of_others_are_never_found(mia, browser):
    assert found(mia, "rival") == []
    assert "rival" not in mia.get(f"{PAGE}/organizations").text.lower()
    assert found(browser("ada@example.com"), "cafe") == []
    assert found(browser("bea@example.com")) == ["acme", "rival"]


def test_orgs_without_visible_dashboards_are_not_found(mia):
    assert found(mia, "hidden") == []


def test_a_removed_member_finds_the_org_no_more(mia, store, mia_id, acme):
    factories.add_orgs(store, mia_id, ["Gone"], prefix="gone")
    assert found(mia, "gone") == ["gone-0"]
    with store.write_shared() as session:
        gone = factories.scope(find_org(session, "gone-0"))
        users.delete_membership(session, gone, mia_id)
    assert found(mia, "gone") == []

    with store.write_shared() as session:
        users.delete_membership(session, acme, mia_id)
    assert mia.get(f"{PAGE}/organizations").status_code == 404


def test_a_disabled_person_finds_nothing(mia, store, mia_id):
    with store.write_shared() as session:
        users.disable(session, mia_id, now=1)

    response = mia.get(f"{PAGE}/organizations?search=cafe")
    assert response.status_code == 302
    assert response.location.startswith("/login?next=")


def test_neither_members_nor_visitors_may_search(browser):
    assert browser("max@example.com").get(f"{PAGE}/organizations").status_code == 403
    assert browser("nina@example.com").get(f"{PAGE}/organizations").status_code == 404
    assert browser().get(f"{PAGE}/organizations").status_code == 302


def test_the_page_says_what_it_shows(mia, store, mia_id):
    page = mia.get(f"{PAGE}/organizations?search=<b>").text
    assert "No organization matches “&lt;b&gt;”." in page
    assert 'value="&lt;b&gt;"' in page

    assert 'data-status="Organizations found: 8"' in mia.get(f"{PAGE}/organizations").text
    factories.add_orgs(store, mia_id, map(str, range(MAX_ORGS)), prefix="x")
    assert f"These are the first {MAX_ORGS}." in mia.get(f"{PAGE}/organizations").text


def test_links_and_the_form_keep_the_view(mia, store, mia_id):
    query = {"search": "café", "time_range": "7d", "filter": "channel:api"}
    page = mia.get(f"{PAGE}/organizations", query_string=query).text

    assert 'data-carry href="/app/org-0?dashboard=operations&amp;time_range=7d"' in page
    assert 'href="/app/acme/operations?time_range=7d"' in page
    assert '<input type="hidden" name="time_range" value="7d">' in page
    assert "channel" not in page


def header_links(client) -> list[str]:
    """Return the slugs of the orgs in the header of a board."""
    return re.findall(r'href="/app/([^/?"]+)\?dashboard=', client.get(PAGE).text)


def test_a_few_orgs_are_in_the_page_and_more_are_searched(browser, store, acme):
    user_id = factories.add_user(store, "few@example.com", (acme, Role.OWNER))
    factories.add_orgs(store, user_id, [f"Org {n}" for n in range(LISTED_ORGS - 1)])
    client = browser("few@example.com")
    assert header_links(client) == ["acme", *(f"org-{n}" for n in range(LISTED_ORGS - 1))]
    assert "org-search" not in client.get(PAGE).text

    factories.add_orgs(store, user_id, ["One more"], prefix="more")
    assert header_links(client) == []
    assert f'action="{PAGE}/organizations"' in client.get(PAGE).text


def test_a_person_who_sees_one_org_has_no_menu(browser):
    assert "switch organization" not in browser("ada@example.com").get(PAGE).text


def requests_of(client):
    """Return what a person requests of a board, as functions."""
    return [
        lambda: client.get(PAGE),
        lambda: client.get(f"{PAGE}/_dash-layout"),
        lambda: refresh(client),
        lambda: client.get(f"{PAGE}/layout"),
        lambda: client.get("/"),
        lambda: client.get("/app/acme"),
        lambda: client.get("/api/v1/dashboards?org=acme"),
    ]


def test_a_person_in_a_thousand_orgs_costs_what_one_costs(browser, store, acme):
    user_id = factories.add_user(store, "many@example.com", (acme, Role.OWNER))
    factories.add_orgs(store, user_id, [f"Org {n:04}" for n in range(999)])
    one, many = browser("ada@example.com"), browser("many@example.com")

    for of_one, of_many in zip(requests_of(one), requests_of(many), strict=True):
        assert abs(len(of_many().data) - len(of_one().data)) < 1200
        assert org_statements(store, of_many) == org_statements(store, of_one)
        assert rows_read_by(store, of_many) <= 30
    assert rows_read_by(store, lambda: many.get(f"{PAGE}/organizations")) <= MAX_ORGS + 2


def org_statements(store, work) -> list[str]:
    return [text for text in statements_run_by(store, work) if "memberships" in text]


def rows_read_by(store, work) -> int:
    """Return how many orgs `work` reads."""
    made = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(memberships, "org_from", lambda row: made.append(row) or org_from(row))
        work()
    return len(made)


def test_an_org_has_the_same_tile_in_the_header_and_in_every_list(mia):
    def tiles(text):
        return re.findall(r'class="tile t(\d)"', text)

    header, *listed = tiles(mia.get(PAGE).text)
    assert tiles(mia.get(f"{PAGE}/organizations?search=acme").text) == [header]
    assert listed == tiles(mia.get(f"{PAGE}/organizations").text)
