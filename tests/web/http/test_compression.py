"""What goes over the wire: packed where a browser unpacks it, and kept for good by its address."""

import gzip

import brotli
import pytest

from dashapp.web.http.assets import files
from tests.factories import event, refresh_body, send

PAGE = "/app/acme/operations"
EMBEDDED = "/embed.js"


@pytest.fixture
def anyone(browser):
    return browser()


@pytest.fixture
def ada(browser):
    return browser("ada@example.com")


def accepting(what):
    return {"Accept-Encoding": what}


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
def test_the_browser_says_which_packing(anyone, accepted, encoding):
    answer = anyone.get("/_dash/assets/20-page.css", headers=accepting(accepted))

    assert answer.headers.get("Content-Encoding") == encoding
    assert "Accept-Encoding" in answer.headers["Vary"]


@pytest.mark.parametrize("name", ["20-page.css", "bundle.js", "bundle.css", "embed-page.js",
                                  "arrange.js", "favicon.svg", "00-plotly-basic.min.js"])  # fmt: skip
def test_what_is_unpacked_is_the_file(server, anyone, name):
    address = files(server).address(name)

    plain = anyone.get(address, headers=accepting("identity"))
    packed = anyone.get(address, headers=accepting("br"))
    zipped = anyone.get(address, headers=accepting("gzip"))

    assert plain.status_code == 200
    assert "Content-Encoding" not in plain.headers
    assert brotli.decompress(packed.data) == plain.data
    assert gzip.decompress(zipped.data) == plain.data
    for answer in (plain, packed, zipped):
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert int(answer.headers["Content-Length"]) == len(answer.data)


def test_a_plain_name_is_asked_about_each_time(anyone):
    for encoding in ("br", "identity"):
        first = anyone.get("/_dash/assets/20-page.css", headers=accepting(encoding))
        asked = {**accepting(encoding), "If-None-Match": first.headers["ETag"]}

        assert first.headers["Cache-Control"] == "no-cache"
        assert anyone.get("/_dash/assets/20-page.css", headers=asked).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/_dash/assets/bundle-0123456789abcdef.css",
        "/_dash/assets/nothing.js",
        "/_dash/assets/00-plotly-basic.LICENSE.txt",
        "/_dash/assets/00-plotly-basic.min.js.br",
        "/_dash/_dash-component-suites/dash/dcc/bundle-0123456789abcdef.js",
        "/_dash/_dash-component-suites/dash/dcc/nothing.js",
    ],
)
def test_what_is_not_there_is_not_found_and_not_kept(anyone, path):
    answer = anyone.get(path)

    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_vendors_script_is_packed_and_kept_for_an_hour(anyone):
    answer = anyone.get(EMBEDDED, headers=accepting("br"))

    assert brotli.decompress(answer.data) == anyone.get(EMBEDDED).data
    assert answer.headers["Cache-Control"] == "public, max-age=3600"


def test_layout_numbers_and_tables_are_packed_as_they_leave(ada, store, acme):
    send(store, acme, [event("page.viewed")])
    layout = f"{PAGE}/_dash-layout"
    numbers = "/api/v1/dashboards/operations/data?org=acme"
    table = "/api/v1/dashboards/operations/panels/events-time-series.csv?org=acme&time_range=30d"

    for path in (layout, numbers, table):
        plain = ada.get(path)
        packed = ada.get(path, headers=accepting("br"))
        zipped = ada.get(path, headers=accepting("gzip"))

        assert brotli.decompress(packed.data) == plain.data
        assert gzip.decompress(zipped.data) == plain.data
        assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)
        for answer in (plain, packed, zipped):
            assert "Accept-Encoding" in answer.headers["Vary"]
            assert answer.headers["Cache-Control"] == "no-store"


def test_a_refresh_is_packed(ada):
    packed = ada.post(
        f"{PAGE}/_dash-update-component", json=refresh_body(), headers=accepting("br")
    )

    assert packed.headers["Content-Encoding"] == "br"
    assert b'"response"' in brotli.decompress(packed.data)


def test_small_answers_stay_as_they_are(ada):
    answer = ada.get("/api/v1/dashboards?org=acme", headers=accepting("br"))

    assert "Content-Encoding" not in answer.headers
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_pages_with_form_tokens_are_never_packed(ada, anyone):
    for answer in (
        ada.get(PAGE, headers=accepting("br, gzip")),
        anyone.get("/login?next=/app/acme/operations", headers=accepting("br, gzip")),
        ada.get("/nothing", headers=accepting("br, gzip")),
        anyone.get("/embed/acme/operations", headers=accepting("br, gzip")),
    ):
        assert answer.content_type.startswith("text/html")
        assert "Content-Encoding" not in answer.headers


def test_what_streams_is_left_alone(server):
    from flask import Response

    from dashapp.web.http.compression import _pack

    with server.test_request_context("/api/v1/x", headers=accepting("br")):
        answer = _pack(Response((b"x" * 2_000 for _ in range(2)), mimetype="application/json"))

        assert "Content-Encoding" not in answer.headers
        assert answer.is_streamed


def test_dashs_later_files_are_packed_and_asked_about(anyone):
    path = "/_dash/_dash-component-suites/dash/dcc/async-slider.js"

    answer = anyone.get(path, headers=accepting("br"))
    asked = {**accepting("br"), "If-None-Match": answer.headers["ETag"]}

    assert answer.headers["Content-Encoding"] == "br"
    assert brotli.decompress(answer.data) == anyone.get(path).data
    assert answer.headers["ETag"].startswith('W/"')
    assert anyone.get(path, headers=asked).status_code == 304
