"""A link to an org leads to the dashboard that it names, if the org has one and the user belongs to it."""

import re

import pytest

from dashapp.dashboards.provision import provision
from dashapp.domain.access.roles import Role
from dashapp.store.orgs import dashboards
from dashapp.store.orgs.defaults import delete
from tests import factories
from tests.templates import CONVERSATIONS


@pytest.fixture
def both_conversations(store, acme, rival):
    """Both orgs have a Conversations dashboard."""
    provision(store, acme, CONVERSATIONS, now=2)
    provision(store, rival, CONVERSATIONS, now=2)


@pytest.mark.parametrize(
    ("query", "target"),
    [
        ("dashboard=conversations&time_range=7d", "conversations?time_range=7d"),
        ("dashboard=nowhere&time_range=7d", "operations?time_range=7d"),
        ("dashboard=", "operations"),
        (
            "dashboard=conversations&filter=channel:api&filter=channel:web",
            "conversations?filter=channel%3Aapi&filter=channel%3Aweb",
        ),
    ],
)
def test_a_link_to_an_org_leads_to_the_named_dashboard(browser, both_conversations, query, target):
    assert browser("bea@example.com").get(f"/app/rival?{query}").location == f"/app/rival/{target}"


def test_a_dashboard_that_only_another_org_has_is_not_used(browser, store, acme):
    provision(store, acme, CONVERSATIONS, now=2)
    response = browser("bea@example.com").get("/app/rival?dashboard=conversations")

    assert response.location == "/app/rival/operations"
    assert browser("ada@example.com").get("/app/rival?dashboard=operations").status_code == 404


def test_links_keep_the_view_and_nothing_else(browser, both_conversations):
    url = "/app/acme/operations?time_range=7d&compare=previous&filter=channel:api&x=1&tz="
    page = browser("bea@example.com").get(url).text

    links = set(re.findall(r'data-carry href="([^"]+)"', page))
    assert links == {
        "/app/acme?dashboard=operations&amp;time_range=7d&amp;compare=previous",
        "/app/rival?dashboard=operations&amp;time_range=7d&amp;compare=previous",
        "/app/acme/operations?time_range=7d&amp;compare=previous",
        "/app/acme/conversations?time_range=7d&amp;compare=previous",
        "/app/acme/operations/layout?time_range=7d&amp;compare=previous",
    }


def test_kept_parameters_are_escaped(browser, both_conversations):
    page = browser("bea@example.com").get('/app/acme/operations?refresh="><script>').text

    assert "?refresh=%22%3E%3Cscript%3E" in page
    assert "<script>\n" not in page.partition("</head>")[2].partition("</header>")[0]


def test_a_user_whose_first_org_has_no_dashboards_lands_in_the_next_org(browser, store, acme):
    with store.write(acme) as session:
        dashboards.set_dashboard(session, acme, "operations", is_deletable=True)
        delete(session, acme, "operations")

    assert browser("bea@example.com").get("/").location == "/app/rival/operations"


def test_a_user_whose_first_30_orgs_have_no_dashboards_lands_in_the_next_org(browser, store, acme):
    mo_id = factories.add_user(store, "mo@example.com", (acme, Role.ANALYTICS_VIEWER))
    factories.add_orgs(store, mo_id, [f"A {n:02}" for n in range(30)])

    assert browser("mo@example.com").get("/").location == "/app/acme/operations"


def test_orgs_whose_dashboards_a_user_cannot_see_come_last(browser, store, rival):
    mo_id = factories.add_user(store, "mo@example.com", (rival, Role.ANALYTICS_VIEWER))
    factories.add_orgs(store, mo_id, ["A"], Role.MEMBER)

    assert browser("mo@example.com").get("/").location == "/app/rival/operations"
