"""Security headers of every response, errors included."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest

from tests.factories import refresh


@pytest.fixture
def responses(browser):
    ada = browser("ada@example.com")
    return {
        200: ada.get("/app/acme/operations"),
        302: browser().get("/app/acme/operations"),
        400: ada.get("/app/acme/operations?as_of=x"),
        401: browser().get("/api/v1/dashboards"),
        403: browser("max@example.com").get("/app/acme/operations"),
        404: ada.get("/nothing"),
        405: ada.get("/logout"),
        413: ada.post("/login", data={"email": "x" * 1_100_000}),
    }


def test_responses_of_every_status_have_the_headers(responses):
    for status, response in responses.items():
        assert response.status_code == status
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "camera=()" in response.headers["Permissions-Policy"]
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
        assert response.headers["Cache-Control"] == "no-store"
        assert len(response.headers["X-Request-Id"]) == 16
        assert "Access-Control-Allow-Origin" not in response.headers
        assert "Server" not in response.headers or "Werkzeug" not in response.headers["Server"]


def test_only_scripts_of_this_site_run_and_without_eval(responses):
    policy = responses[200].headers["Content-Security-Policy"]
    script = next(part for part in policy.split("; ") if part.startswith("script-src"))

    assert script.startswith("script-src 'self' 'sha256-")
    assert "unsafe" not in script
    assert "object-src 'none'" in policy
    assert "base-uri 'none'" in policy


def test_an_inline_script_is_allowed_only_by_its_hash(browser, responses):
    policy = responses[200].headers["Content-Security-Policy"]
    scripts = re.findall(r"<script>(.+?)</script>", responses[200].text)

    assert len(scripts) == 2  # the theme script and the layout script
    for script in scripts:
        digest = b64encode(sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert "nonce" not in policy


@pytest.mark.parametrize("path", ["/embed/acme/operations", "/embed/a/b/c", "/embed/%00/x"])
def test_pages_that_can_be_embedded_have_no_inline_script(browser, path):
    response = browser().get(path, headers={"Accept": "text/html"})

    assert "script-src 'self';" in response.headers["Content-Security-Policy"]
    for attributes in re.findall(r"<script([^>]*)>", response.text):
        assert 'src="' in attributes or 'type="application/json"' in attributes


def test_the_theme_script_comes_first_and_only_boards_load_a_layout(browser, responses):
    login, shell = browser().get("/login").text, browser().get("/embed/acme/operations").text

    for page in (responses[200].text, responses[404].text, login):
        assert page.index("dashapp-theme") < page.index("<link")
    assert "let layout=fetch" in responses[200].text
    assert "let layout=fetch" not in login
    assert "dashapp-theme" not in shell
    assert "let layout=fetch" not in shell


@pytest.mark.parametrize(
    ("public_url", "setting", "header"),
    [
        ("https://dash.example", None, "max-age=31536000"),
        ("https://dash.example", "off", None),
        ("https://dash.example", "max-age=60; includeSubDomains", "max-age=60; includeSubDomains"),
        ("https://shop.example/analytics", None, None),
        ("https://shop.example:8443", None, None),
        ("https://shop.example/analytics", "max-age=60", "max-age=60"),
        ("http://127.0.0.1:8050", "max-age=60", None),
    ],
)
def test_strict_transport_security_is_set_for_hosts_of_our_own(
    store, acme, public_url, setting, header
):
    from tests import factories

    server = factories.app(store, public_url=public_url, hsts=setting)
    response = server.test_client().get("/login", base_url=public_url)

    assert response.status_code == 200
    assert response.headers.get("Strict-Transport-Security") == header


def test_data_is_never_html(browser):
    ada = browser("ada@example.com")

    assert ada.get("/api/v1/dashboards?org=acme").content_type == "application/json"
    assert refresh(ada).content_type == "application/json"
    assert ada.get("/app/acme/operations/_dash-layout").content_type == "application/json"


def test_a_malformed_origin_is_refused(browser):
    assert browser().post("/login", headers={"Origin": "http://["}).status_code == 403
