"""What every answer carries, errors too."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest

from tests.factories import refresh


@pytest.fixture
def answers(browser):
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


def test_every_status_carries_the_headers(answers):
    for status, answer in answers.items():
        assert answer.status_code == status
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "camera=()" in answer.headers["Permissions-Policy"]
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert len(answer.headers["X-Request-Id"]) == 16
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Server" not in answer.headers or "Werkzeug" not in answer.headers["Server"]


def test_scripts_run_from_here_only_and_without_eval(answers):
    policy = answers[200].headers["Content-Security-Policy"]
    script = next(part for part in policy.split("; ") if part.startswith("script-src"))

    assert script.startswith("script-src 'self' 'sha256-")
    assert "unsafe" not in script
    assert "object-src 'none'" in policy
    assert "base-uri 'none'" in policy


def test_a_script_in_a_page_is_allowed_by_its_hash_alone(browser, answers):
    policy = answers[200].headers["Content-Security-Policy"]
    scripts = re.findall(r"<script>(.+?)</script>", answers[200].text)

    assert len(scripts) == 2  # the colours, the layout
    for script in scripts:
        digest = b64encode(sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert "nonce" not in policy


@pytest.mark.parametrize("path", ["/embed/acme/operations", "/embed/a/b/c", "/embed/%00/x"])
def test_what_others_may_frame_has_no_script_of_its_own_in_the_page(browser, path):
    answer = browser().get(path, headers={"Accept": "text/html"})

    assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
    for attributes in re.findall(r"<script([^>]*)>", answer.text):
        assert 'src="' in attributes or 'type="application/json"' in attributes


def test_the_colours_come_first_on_every_page_and_the_layout_on_boards_only(browser, answers):
    login, shell = browser().get("/login").text, browser().get("/embed/acme/operations").text

    for page in (answers[200].text, answers[404].text, login):
        assert page.index("dashapp-theme") < page.index("<link")
    assert "dashappLayout=fetch" in answers[200].text
    assert "dashappLayout=fetch" not in login
    assert "dashapp-theme" not in shell
    assert "dashappLayout=fetch" not in shell


def test_over_https_the_browser_is_told_to_stay(store, acme):
    from tests import factories

    server = factories.app(store, public_url="https://dash.example.com")
    answer = server.test_client().get("/login", base_url="https://dash.example.com")

    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_data_is_never_a_page(browser):
    ada = browser("ada@example.com")

    assert ada.get("/api/v1/dashboards?org=acme").content_type == "application/json"
    assert refresh(ada).content_type == "application/json"
    assert ada.get("/app/acme/operations/_dash-layout").content_type == "application/json"


def test_a_secret_never_reaches_the_log(browser, caplog, store, acme):
    import logging

    from tests import factories

    _, secret = factories.add_key(store, acme)
    with caplog.at_level(logging.INFO):
        client = browser("ada@example.com")
        client.get("/api/v1/dashboards", headers={"Authorization": f"Bearer {secret}"})
        client.get(f"/api/v1/dashboards?key={secret}")

    text = "\n".join(str(vars(record)) for record in caplog.records)
    assert "request" in text
    assert secret not in text
    assert factories.PASSWORD not in text
    assert client.get_cookie("dashapp-session").value not in text


def test_an_origin_that_is_no_address_is_foreign(browser):
    assert browser().post("/login", headers={"Origin": "http://["}).status_code == 403
