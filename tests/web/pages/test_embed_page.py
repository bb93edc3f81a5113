"""The page and the script of an embedded board: the same for everyone, and only for allowed origins."""

import re

import pytest

from tests.embedding import DATA, SHELL, allow, bearer
from tests.factories import refresh_body


def test_the_page_is_the_same_for_everyone_and_contains_no_data(client, store, acme, browser):
    allow(store, acme, "https://shop.example", "http://localhost:9000")

    page = client.get(SHELL)
    policy = page.headers["Content-Security-Policy"]

    assert page.status_code == 200
    assert "frame-ancestors http://localhost:9000 https://shop.example" in policy
    assert "unsafe-eval" not in policy
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers
    assert "Acme" not in page.text
    assert "Operations" not in page.text
    signed_id = re.compile(r'"end_id": "[^"]+"')  # Dash signs the page's id
    members_page = browser("ada@example.com").get(SHELL).text
    assert signed_id.sub("", members_page) == signed_id.sub("", page.text)


@pytest.mark.parametrize(
    "path", ["/embed/nope/operations", "/embed/acme/nope", "/embed/rival/operations"]
)
def test_a_missing_dashboard_has_the_same_page_and_cannot_be_embedded(client, store, acme, path):
    allow(store, acme, "https://shop.example")

    page = client.get(path)

    assert page.status_code == 200
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert '"origins": []' in page.text


@pytest.mark.parametrize("kind", ["right", "wrong"])
def test_every_embed_response_says_which_origins_can_embed_it(client, signer, store, acme, kind):
    allow(store, acme, "https://shop.example")
    token = signer.token() if kind == "right" else "a.b.c"
    responses = [
        client.get(f"{SHELL}/{path}", headers=bearer(token))
        for path in ("_dash-layout", "_dash-dependencies")
    ]
    responses += [
        client.post(f"{SHELL}/{path}", headers=bearer(token), json={})
        for path in ("token", "theme")
    ]
    responses.append(
        client.post(f"{SHELL}/_dash-update-component", headers=bearer(token), json=refresh_body())
    )

    for response in responses:
        assert response.status_code == (200 if kind == "right" else 401)
        assert "frame-ancestors https://shop.example" in response.headers["Content-Security-Policy"]
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in response.headers
    for path in ("/embed/acme/nope", "/embed/nope/operations"):
        response = client.get(f"{path}/_dash-layout", headers=bearer(token))
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path", ["/embed/%00/x", "/embed/acme/%00", "/embed/%ED%A0%80/x", "/embed/A/B"]
)
def test_an_invalid_path_has_the_same_page(client, path):
    response = client.get(path)

    assert response.status_code == 200
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


def test_embed_js_is_small_cacheable_and_loads_on_other_sites(client):
    response = client.get("/embed.js")

    assert len(response.data) < 6_000
    response.close()
    assert response.headers["Cache-Control"] == "public, max-age=3600"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response.content_type.startswith("text/javascript")


def test_no_other_page_can_be_embedded(browser, store, acme):
    allow(store, acme, "https://shop.example")
    ada = browser("ada@example.com")

    for path in ("/", "/login", "/app/acme/operations", "/app/acme/operations/layout", "/nothing",
                 "/api/v1/dashboards?org=acme", "/_dash/assets/page.css"):  # fmt: skip
        with ada.get(path) as response:
            assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


def test_no_cors_header_is_ever_sent(client, signer):
    for origin in ("https://evil.example", "null", "https://shop.example.evil.example"):
        headers = {**bearer(signer.token()), "Origin": origin}
        for path in (DATA, SHELL, f"{SHELL}/_dash-layout", "/embed.js"):
            with client.get(path, headers=headers) as response:
                assert "Access-Control" not in str(response.headers)
