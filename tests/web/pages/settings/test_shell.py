"""Every settings page: who may see it, its navigation, and its header."""

from dashapp.domain.access.dashboard import RESERVED_SLUGS

GENERAL = "/app/acme/settings/general"


def test_an_owner_sees_the_settings(browser):
    page = browser("ada@example.com").get(GENERAL)

    assert page.status_code == 200
    assert "<h1>General</h1>" in page.text
    assert "Defaults in Acme for everyone." in page.text


def test_the_address_without_a_page_leads_to_the_first_one(browser):
    response = browser("ada@example.com").get("/app/acme/settings")

    assert (response.status_code, response.location) == (303, GENERAL)


def test_the_header_of_a_board_links_to_the_settings_for_administrators_only(browser):
    link = f'href="{GENERAL}"'

    assert link in browser("ada@example.com").get("/app/acme/operations").text
    assert link not in browser("bea@example.com").get("/app/acme/operations").text


def test_authors_and_members_are_refused(browser):
    for email in ("bea@example.com", "max@example.com"):
        response = browser(email).get(GENERAL)

        assert response.status_code == 403
        assert "Only owners and admins of Acme can see its settings." in response.text


def test_other_orgs_and_strangers_see_nothing(browser):
    assert browser("rita@example.com").get(GENERAL).status_code == 404
    assert browser("nina@example.com").get(GENERAL).status_code == 404
    response = browser().get(GENERAL)
    assert (response.status_code, response.location) == (
        302,
        "/login?next=/app/acme/settings/general",
    )


def test_no_dashboard_can_have_the_address_of_another_page(server):
    """A dashboard's page is /app/ORG/SLUG; other pages with such an address come first."""
    rules = [rule.rule.split("/") for rule in server.url_map.iter_rules()]
    names = {parts[3] for parts in rules if parts[1:3] in (["app", "<org>"], ["embed", "<org>"])
             and len(parts) > 3}  # fmt: skip

    assert names - {"<dashboard>"} == RESERVED_SLUGS
