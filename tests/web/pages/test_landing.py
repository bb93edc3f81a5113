"""Where a link to an org leads: the dashboard it names if the org has one, within one's own orgs."""

import re

import pytest

from dashapp.dashboards.conversations import CONVERSATIONS
from dashapp.dashboards.defaults import delete
from dashapp.dashboards.provision import provision
from dashapp.store.orgs import dashboards


@pytest.fixture
def shared(store, acme, rival):
    """Both orgs have a dashboard of conversations."""
    provision(store, acme, CONVERSATIONS, now=2)
    provision(store, rival, CONVERSATIONS, now=2)


@pytest.mark.parametrize(
    ("asked", "there"),
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
def test_a_link_to_an_org_leads_to_the_dashboard_of_that_name(browser, shared, asked, there):
    assert browser("bea@example.com").get(f"/app/rival?{asked}").location == f"/app/rival/{there}"


def test_a_dashboard_that_only_another_org_has_is_not_looked_for_there(browser, store, acme):
    provision(store, acme, CONVERSATIONS, now=2)
    answer = browser("bea@example.com").get("/app/rival?dashboard=conversations")

    assert answer.location == "/app/rival/operations"
    assert browser("ada@example.com").get("/app/rival?dashboard=operations").status_code == 404


def test_the_links_of_a_page_carry_its_view_and_nothing_else(browser, shared):
    address = "/app/acme/operations?time_range=7d&compare=previous&filter=channel:api&x=1&tz="
    page = browser("bea@example.com").get(address).text

    links = set(re.findall(r'data-carry href="([^"]+)"', page))
    assert links == {
        "/app/acme?dashboard=operations&amp;time_range=7d&amp;compare=previous",
        "/app/rival?dashboard=operations&amp;time_range=7d&amp;compare=previous",
        "/app/acme/operations?time_range=7d&amp;compare=previous",
        "/app/acme/conversations?time_range=7d&amp;compare=previous",
        "/app/acme/operations/layout?time_range=7d&amp;compare=previous",
    }


def test_what_is_carried_is_text(browser, shared):
    page = browser("bea@example.com").get('/app/acme/operations?refresh="><script>').text

    assert "?refresh=%22%3E%3Cscript%3E" in page
    assert "<script>\n" not in page.partition("</head>")[2].partition("</header>")[0]


def test_who_has_an_org_without_dashboards_lands_in_the_next_one(browser, store, acme):
    with store.writing(acme) as session:
        dashboards.set_dashboard(session, acme, "operations", is_deletable=True)
        delete(session, acme, "operations")

    assert browser("bea@example.com").get("/").location == "/app/rival/operations"
