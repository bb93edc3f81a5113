"""Access by role, org, and host; without permission, there is no access."""

import pytest

from dashapp.domain.access.scope import _current, set_current_scope
from tests import factories
from tests.factories import refresh

PAGE = "/app/acme/operations"


def test_an_anonymous_visitor_is_redirected_to_login_and_back(browser):
    response = browser().get(f"{PAGE}?time_range=7d")

    assert response.status_code == 302
    assert response.location == "/login?next=/app/acme/operations?time_range%3D7d"


def test_an_anonymous_callback_is_a_401(browser):
    response = refresh(browser())

    assert response.status_code == 401
    assert response.json["error"]["code"] == "unauthorized"


@pytest.mark.parametrize(
    "path", ["/app/rival/operations", "/app/nowhere/operations", "/app/acme/nothing"]
)
def test_another_org_and_a_missing_one_look_the_same(browser, path):
    response = browser("ada@example.com").get(path)

    assert response.status_code == 404
    assert "This page doesn&#39;t exist, or you don&#39;t have access to it." in response.text


def test_a_member_gets_a_403_that_says_who_can_see_dashboards(browser):
    response = browser("max@example.com").get(PAGE)

    assert response.status_code == 403
    assert "Owners, admins, authors, and analytics viewers can." in response.text
    assert "ada@example.com" not in response.text


def test_a_member_gets_no_numbers_either(browser):
    client = browser("max@example.com")

    assert refresh(client).status_code == 403
    assert client.get("/api/v1/dashboards?org=acme").status_code == 403
    assert client.get("/api/v1/dashboards/operations/data?org=acme").status_code == 403


def test_two_tabs_show_two_orgs(browser):
    client = browser("bea@example.com")

    first, second = client.get(PAGE), client.get("/app/rival/operations")

    assert '"requests_pathname_prefix": "/app/acme/operations/"' in first.text
    assert '"requests_pathname_prefix": "/app/rival/operations/"' in second.text


def test_a_user_in_two_orgs_can_switch(browser):
    page = browser("bea@example.com").get(PAGE).text

    assert 'href="/app/rival?dashboard=operations"' in page
    assert 'href="/app/rival' not in browser("ada@example.com").get(PAGE).text


@pytest.mark.parametrize(
    "path",
    [
        "/_dash/",
        "/_dash/_dash-layout",
        "/_dash/_dash-dependencies",
        "/_dash/_reload-hash",
        "/_dash/_favicon.ico",
        "/_dash/any/thing",
        "/_dash/_dash-component-suites/x/y.js",
        "/_dash/_dash-component-suites/dash/../settings.py",
        "/_dash/assets/../pyproject.toml",
        "/_dash/_mcp",
        "/_dash/_dash-ws-callback",
        "/_alive_x",
    ],
)
def test_dashs_own_routes_are_closed(browser, path):
    assert browser().get(path).status_code == 404
    assert browser("ada@example.com").get(path).status_code == 404


def test_dashs_own_callback_route_is_closed(browser):
    client = browser("ada@example.com")

    response = client.post("/_dash/_dash-update-component", json=factories.refresh_body())

    assert response.status_code == 404


def test_scripts_and_styles_are_public_and_cached(browser):
    client = browser()
    page = browser("ada@example.com").get(PAGE).text
    script = next(part.split('"')[0] for part in page.split('src="')[1:] if "bundle" in part)

    response = client.get(script)

    assert response.status_code == 200
    assert "max-age" in response.headers["Cache-Control"]
    assert "Set-Cookie" not in response.headers


def test_the_page_does_not_reveal_versions(browser):
    page = browser("ada@example.com").get(PAGE).text

    assert '"python_version": ""' in page
    assert '"dash_version": ""' in page
    assert "validation_layout" not in page


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "dash.example.com.evil"]
)
def test_an_unknown_host_is_refused(browser, host):
    assert browser().get("/login", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("proxies", [0, 1, 2])
def test_only_trusted_proxies_set_the_client_address(store, acme, proxies):
    server = factories.app(store, trusted_proxies=proxies)
    addresses = []
    server.before_request_funcs[None].append(
        lambda: addresses.append(__import__("flask").request.remote_addr)
    )

    server.test_client().get("/livez", headers={"X-Forwarded-For": "6.6.6.6, 5.5.5.5, 4.4.4.4"})

    assert addresses == [["127.0.0.1", "4.4.4.4", "5.5.5.5"][proxies]]


def test_a_forwarded_host_or_scheme_is_ignored(browser):
    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}

    response = browser().get(PAGE, headers=headers)

    assert response.location.startswith("/login")
    assert "evil" not in str(response.headers)


def test_the_scope_is_cleared_after_the_request(browser):
    set_current_scope(None)
    browser("ada@example.com").get(PAGE)

    assert _current.get() is None
