"""A slash too many at the end of an address."""

from urllib.parse import urljoin, urlsplit

import pytest

from tests import factories

PAGES = [
    "/login",
    "/welcome",
    "/app/acme",
    "/app/acme/operations",
    "/app/acme/operations/layout",
    "/app/nobody/nothing",
    "/embed/acme/operations",
    "/embed.js",
    "/readyz",
]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_redirects_and_keeps_its_query(client, page):
    response = client.get(f"{page}/?time_range=7d&filter=user:a%2Fb&x=%C3%A9")

    assert response.status_code == 308
    assert response.location == f"{page}?time_range=7d&filter=user:a%2Fb&x=%C3%A9"


def test_a_board_opens_with_a_slash(browser):
    client = browser("ada@example.com")

    response = client.get("/app/acme/operations/?time_range=30d", follow_redirects=True)
    assert response.status_code == 200
    assert response.request.full_path == "/app/acme/operations?time_range=30d"


def test_several_slashes_are_removed_at_once(client):
    assert client.get("/login///").location == "/login"


def test_a_stranger_learns_nothing_about_which_orgs_exist(client):
    answers = [client.get(f"/app/{org}/operations/") for org in ("acme", "rival", "nobody")]

    assert [answer.location for answer in answers] == [
        "/app/acme/operations",
        "/app/rival/operations",
        "/app/nobody/operations",
    ]
    ends = [client.get(answer.location) for answer in answers]
    assert {end.status_code for end in ends} == {302}


@pytest.mark.parametrize(
    "path",  # as the server gets it: %2f is a slash by then
    [
        "//evil.example/",
        "///evil.example/",
        "//evil.example//",
        "/\\evil.example/",
        "\\\\evil.example/",
        "/\\/evil.example/",
        "//evil.example/app/acme/",
        "//app/acme/",
        "/\t/evil.example/",
        "/app/\\evil.example/",
        "/app/\r\nLocation: //evil.example/",
        "/app/@evil.example/",
        "/app/https://evil.example/",
        "/evil.example/",
        "http://evil.example/",
        "evil.example/",
        "/",
        "//",
    ],
)
def test_no_address_leads_to_another_site(client, path):
    response = client.get("/", environ_overrides={"PATH_INFO": path})

    target = urljoin("http://localhost/", response.location or "")
    assert urlsplit(target).netloc == "localhost"
    assert response.status_code == 404 or response.location.startswith(
        ("/app/", "/login", "http://localhost/app/")
    )


def test_what_looks_like_a_query_stays_in_the_path(client):
    assert client.get("/app/acme%3Fa=b%23c/").location == "/app/acme%3Fa%3Db%23c"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "/api/v1/events"),
        ("post", "/api/v1/query"),
        ("get", "/api/v1/dashboards"),
        ("get", "/api/v1/dashboards/operations/data"),
        ("delete", "/api/v1/events"),
    ],
)
def test_the_api_names_the_right_address(client, method, path):
    response = getattr(client, method)(f"{path}/", json=[])

    assert response.status_code == 404
    error = response.json["error"]
    assert error["code"] == "not_found"
    assert error["message"] == f"Not found. Use {path}, without a slash at the end."


@pytest.mark.parametrize("path", ["/api/v1/nothing/", "/api/", "/api/v1/events//x/"])
def test_the_api_names_no_address_that_does_not_exist(client, path):
    assert "Use " not in client.get(path).json["error"]["message"]


@pytest.mark.parametrize("page", ["/login", "/logout", "/app/acme/operations/layout", "/language"])
def test_a_form_is_never_redirected(client, page):
    assert client.post(f"{page}/", data={"a": "b"}).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/app/acme/operations/_dash-layout/",
        "/app/acme/operations/_dash-dependencies/",
        "/embed/acme/operations/_dash-layout/",
        "/_dash/",
        "/_dash/assets/board.js/",
        "/_dash/_dash-layout/",
    ],
)
def test_paths_of_dash_stay_as_they_are(client, path):
    assert client.get(path).status_code in {401, 404}
    assert client.get(path).location is None


def test_below_a_path_redirects_and_messages_keep_it(store, acme):
    server = factories.app(store, public_url="http://localhost/analytics")
    client = server.test_client()

    assert client.get("/analytics/login/?a=1").location == "/analytics/login?a=1"
    message = client.post("/analytics/api/v1/events/").json["error"]["message"]
    assert message == "Not found. Use /analytics/api/v1/events, without a slash at the end."
