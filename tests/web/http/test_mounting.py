"""The server at its public address: hosts, ports, paths and the cookies of several servers."""

import re

import pytest

from dashapp.settings import Settings
from dashapp.web.access.cookies import cookie_name
from tests import factories
from tests.factories import PASSWORD, SECRET

PORTAL = "https://shop.example/analytics"


@pytest.fixture
def serve(store, acme):
    factories.add_user(store, "ada@example.com", (acme, factories.Role.OWNER))
    return lambda **settings: factories.app(store, **settings)


def log_in(client, base_url, **headers):
    """Log in as a browser at this address; return the response."""
    page = client.get("/login", base_url=base_url)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    form = {"email": "ada@example.com", "password": PASSWORD, "csrf_token": token}
    return client.post("/login", base_url=base_url, data=form, headers=headers)


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
@pytest.mark.parametrize("host", ["10.0.0.7:8050", "anything.internal", "[fd00::1]:80", "a_b", ""])
@pytest.mark.parametrize("public_url", [None, "https://dash.example", PORTAL])
def test_health_checks_need_no_host_name(serve, path, host, public_url):
    client = serve(public_url=public_url).test_client()
    prefix = "/analytics" if public_url == PORTAL else ""

    for address in {path, prefix + path}:
        assert client.get(address, headers={"Host": host}).json == {"status": "ok"}


@pytest.mark.parametrize("path", ["/login", "/livez/x", "//livez", "/api/v1/events"])
def test_other_pages_do_need_it(serve, path):
    client = serve(public_url="https://dash.example").test_client()

    assert client.get(path, headers={"Host": "evil.example"}).status_code in {308, 400, 404}


@pytest.mark.parametrize(
    ("public_url", "host", "origin", "is_own"),
    [
        # nginx passes on $host, which has no port.
        ("https://dash.example:8443", "dash.example", "https://dash.example:8443", True),
        ("https://dash.example:8443", "dash.example", "https://dash.example", False),
        ("https://dash.example", "dash.example", "https://dash.example", True),
        ("https://dash.example", "dash.example", "http://dash.example", False),
        ("https://dash.example", "dash.example", "https://evil.example", False),
        ("https://dash.example", "dash.example", "null", False),
        ("https://dash.example", "dash.example", "https://[", False),
        ("https://dash.example", "127.0.0.1:8050", "http://127.0.0.1:8050", True),
        (None, "127.0.0.1:8050", "http://127.0.0.1:8050", True),
        (None, "127.0.0.1:8050", "http://127.0.0.1:8051", False),
        (None, "127.0.0.1:8050", "null", False),
        (None, "127.0.0.1:8050", "", False),
    ],
)
def test_writes_come_from_the_public_address(serve, public_url, host, origin, is_own):
    client = serve(public_url=public_url).test_client()
    answer = client.post("/logout", base_url=f"http://{host}", headers={"Origin": origin})

    assert ("other sites" in answer.text) is not is_own


@pytest.mark.parametrize(
    ("public_url", "host", "name"),
    [
        (None, "localhost", "dashapp-session"),
        (None, "127.0.0.1:8050", "dashapp-session-8050"),
        (None, "[::1]:8050", "dashapp-session-8050"),
        (None, "127.0.0.1:a=b; c", "dashapp-session"),
        ("http://127.0.0.1:8051", "127.0.0.1:9", "dashapp-session-8051"),
        ("https://dash.example", "evil.example:9", "__Host-dashapp-session"),
        ("https://dash.example:8443", "dash.example", "__Host-dashapp-session-8443"),
    ],
)
def test_the_name_of_a_cookie_says_which_server_it_is_for(public_url, host, name):
    assert cookie_name(Settings(SECRET, public_url=public_url), "session", host) == name


def test_servers_below_two_paths_of_a_host_have_cookies_of_their_own():
    names = {
        cookie_name(Settings(SECRET, public_url=f"https://shop.example{path}"), "session", "")
        for path in ("", "/a", "/b", "/a/b")
    }

    assert len(names) == 4
    assert all(name.startswith("__Host-dashapp-session") for name in names)


@pytest.mark.parametrize(
    "public_url",
    ["https://dash.example", "https://dash.example:8443", PORTAL, "http://localhost:81"],
)
def test_all_cookies_of_a_server_have_its_mark(serve, public_url):
    client = serve(public_url=public_url).test_client()
    path = "/analytics" if public_url == PORTAL else ""
    base_url = public_url.removesuffix(path)
    page = client.get(f"{path}/login", base_url=base_url)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    form = {"email": "ada@example.com", "password": PASSWORD, "csrf_token": token}
    answer = client.post(f"{path}/login", base_url=base_url, data=form)
    cookies = page.headers.getlist("Set-Cookie") + answer.headers.getlist("Set-Cookie")

    assert answer.location == f"{path}/app/acme/operations"
    settings = Settings(SECRET, public_url=public_url)
    own = {cookie_name(settings, kind, "") for kind in ("form", "session", "device")}
    assert {cookie.partition("=")[0] for cookie in cookies} == own


def test_two_servers_on_one_host_do_not_log_each_other_out(serve):
    first, second = serve(), serve()
    client = first.test_client()
    log_in(client, "http://localhost:8051")
    other = second.test_client()
    log_in(other, "http://localhost:8052")
    for cookie in other._cookies.values():
        client.set_cookie(cookie.key, cookie.value, domain="localhost")

    board = client.get("/app/acme/operations", base_url="http://localhost:8051")
    assert board.status_code == 200


def test_pages_below_a_path_link_to_pages_below_it(serve):
    client = serve(public_url=PORTAL).test_client()
    base_url = "https://shop.example"
    opened = client.get("/analytics/app/acme/operations?time_range=7d", base_url=base_url)
    assert opened.location.startswith("/analytics/login?next=/analytics/app/acme/operations?")
    assert client.get("/analytics", base_url=base_url).location == "/analytics/login"
    assert client.get("/analytics/", base_url=base_url).location == "/analytics/login"

    page = client.get(opened.location, base_url=base_url)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    next_page = re.search(r'name="next" value="([^"]+)"', page.text)[1]
    form = {
        "email": "ada@example.com",
        "password": PASSWORD,
        "csrf_token": token,
        "next": next_page,
    }
    logged_in = client.post("/analytics/login", base_url=base_url, data=form)
    assert logged_in.location == "/analytics/app/acme/operations?time_range=7d"

    for path in (logged_in.location, "/analytics/app/acme/operations/layout", "/analytics/none"):
        text = client.get(path, base_url=base_url).text
        addresses = re.findall(r'(?:href|src|action)="(/[^"]*)"', text)
        assert addresses
        assert [each for each in addresses if not each.startswith("/analytics/")] == []
        assert {client.get(a, base_url=base_url).status_code for a in addresses} <= {200, 302, 405}


@pytest.mark.parametrize(
    "path", ["/", "/login", "/analyticsx/login", "/ANALYTICS/login", "/embed.js"]
)
def test_nothing_is_outside_the_public_path(serve, path):
    client = serve(public_url=PORTAL).test_client()
    answer = client.get(path, base_url="https://shop.example")

    assert answer.status_code == 404
    assert "begin with /analytics/" in answer.text
