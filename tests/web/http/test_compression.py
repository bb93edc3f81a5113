"""Responses are compressed as the browser accepts, and files with a hash in their name are cached."""

import gzip

import brotli
import pytest

from dashapp.web.http.assets import files
from tests.factories import event, refresh_body, send

PAGE = "/app/acme/operations"
EMBEDDED = "/embed.js"


@pytest.fixture
def anonymous(browser):
    return browser()


@pytest.fixture
def ada(browser):
    return browser("ada@example.com")


def accept_encoding(encodings):
    return {"Accept-Encoding": encodings}


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.2, gzip;q=0.8", "gzip"),
        ("gzip;q=0, br;q=0", None),
        ("*", "br"),
        ("br;q=0, *", "gzip"),
        ("deflate", None),
        ("", None),
    ],
)
def test_the_encoding_follows_accept_encoding(anonymous, accepted, encoding):
    response = anonymous.get("/_dash/assets/page.css", headers=accept_encoding(accepted))

    assert response.headers.get("Content-Encoding") == encoding
    assert "Accept-Encoding" in response.headers["Vary"]


@pytest.mark.parametrize("name", ["page.css", "bundle.js", "bundle.css", "embed-page.js",
                                  "arrange.js", "settings.js", "favicon.svg", "plotly-basic.min.js"])  # fmt: skip
def test_a_compressed_file_decompresses_to_the_original(server, anonymous, name):
    url = files(server).address(name)

    plain = anonymous.get(url, headers=accept_encoding("identity"))
    compressed = anonymous.get(url, headers=accept_encoding("br"))
    gzipped = anonymous.get(url, headers=accept_encoding("gzip"))

    assert plain.status_code == 200
    assert "Content-Encoding" not in plain.headers
    assert brotli.decompress(compressed.data) == plain.data
    assert gzip.decompress(gzipped.data) == plain.data
    for response in (plain, compressed, gzipped):
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response.headers["Vary"] == "Accept-Encoding"
        assert int(response.headers["Content-Length"]) == len(response.data)


def test_a_file_without_a_hash_is_revalidated_each_time(anonymous):
    for encoding in ("br", "identity"):
        first = anonymous.get("/_dash/assets/page.css", headers=accept_encoding(encoding))
        headers = {**accept_encoding(encoding), "If-None-Match": first.headers["ETag"]}

        assert first.headers["Cache-Control"] == "no-cache"
        assert anonymous.get("/_dash/assets/page.css", headers=headers).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/_dash/assets/bundle-0123456789abcdef.css",
        "/_dash/assets/nothing.js",
        "/_dash/assets/plotly-basic.LICENSE.txt",
        "/_dash/assets/plotly-basic.min.js.br",
        "/_dash/_dash-component-suites/dash/dcc/bundle-0123456789abcdef.js",
        "/_dash/_dash-component-suites/dash/dcc/nothing.js",
    ],
)
def test_a_missing_file_is_a_404_that_is_not_cached(anonymous, path):
    response = anonymous.get(path)

    assert response.status_code == 404
    assert response.headers["Cache-Control"] == "no-store"


def test_the_embed_script_is_compressed_and_cached_for_an_hour(anonymous):
    response = anonymous.get(EMBEDDED, headers=accept_encoding("br"))

    assert brotli.decompress(response.data) == anonymous.get(EMBEDDED).data
    assert response.headers["Cache-Control"] == "public, max-age=3600"


def test_layouts_numbers_and_csv_files_are_compressed(ada, store, acme):
    send(store, acme, [event("page.viewed")])
    layout_url = f"{PAGE}/_dash-layout"
    data_url = "/api/v1/dashboards/operations/data?org=acme"
    csv_url = "/api/v1/dashboards/operations/panels/events-time-series.csv?org=acme&time_range=30d"

    for path in (layout_url, data_url, csv_url):
        plain = ada.get(path)
        compressed = ada.get(path, headers=accept_encoding("br"))
        gzipped = ada.get(path, headers=accept_encoding("gzip"))

        assert brotli.decompress(compressed.data) == plain.data
        assert gzip.decompress(gzipped.data) == plain.data
        assert int(compressed.headers["Content-Length"]) == len(compressed.data) < len(plain.data)
        for response in (plain, compressed, gzipped):
            assert "Accept-Encoding" in response.headers["Vary"]
            assert response.headers["Cache-Control"] == "no-store"


def test_a_refresh_is_compressed(ada):
    response = ada.post(
        f"{PAGE}/_dash-update-component", json=refresh_body(), headers=accept_encoding("br")
    )

    assert response.headers["Content-Encoding"] == "br"
    assert b'"response"' in brotli.decompress(response.data)


def test_small_responses_are_not_compressed(ada):
    response = ada.get("/api/v1/dashboards?org=acme", headers=accept_encoding("br"))

    assert "Content-Encoding" not in response.headers
    assert "Accept-Encoding" in response.headers["Vary"]


def test_pages_with_csrf_tokens_are_never_compressed(ada, anonymous):
    for response in (
        ada.get(PAGE, headers=accept_encoding("br, gzip")),
        anonymous.get("/login?next=/app/acme/operations", headers=accept_encoding("br, gzip")),
        ada.get("/nothing", headers=accept_encoding("br, gzip")),
        anonymous.get("/embed/acme/operations", headers=accept_encoding("br, gzip")),
    ):
        assert response.content_type.startswith("text/html")
        assert "Content-Encoding" not in response.headers


def test_streamed_responses_are_not_compressed(server):
    from flask import Response

    from dashapp.web.http.compression import _compress

    with server.test_request_context("/api/v1/x", headers=accept_encoding("br")):
        response = _compress(
            Response((b"x" * 2_000 for _ in range(2)), mimetype="application/json")
        )

        assert "Content-Encoding" not in response.headers
        assert response.is_streamed


def test_dashs_async_files_are_compressed_and_revalidated(anonymous):
    path = "/_dash/_dash-component-suites/dash/dcc/async-slider.js"

    response = anonymous.get(path, headers=accept_encoding("br"))
    headers = {**accept_encoding("br"), "If-None-Match": response.headers["ETag"]}

    assert response.headers["Content-Encoding"] == "br"
    assert brotli.decompress(response.data) == anonymous.get(path).data
    assert response.headers["ETag"].startswith('W/"')
    assert anonymous.get(path, headers=headers).status_code == 304
