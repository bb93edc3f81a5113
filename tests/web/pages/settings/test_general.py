"""General settings: saved, refused with a message, and recorded."""

import re
import struct
import zlib
from io import BytesIO

import pytest

from dashapp.queries.saved_dashboards import open_dashboard
from dashapp.store.orgs import orgs
from tests.factories import hidden_value, scope
from tests.web.pages.settings.forms import ROOT, audited, send_form

PAGE = f"{ROOT}/general"
VALUES = {
    "name": "Acme Foods",
    "timezone": "Europe/Berlin",
    "locale": "es",
    "currency": "EUR",
    "opens_with": "7d",
    "dashboard": "operations",
}


def png(width=1, height=1) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.fixture
def ada(browser):
    return browser("ada@example.com")


def saved(store, acme):
    with store.read_shared() as session:
        return orgs.settings_of(session, acme)


def test_it_shows_what_is_saved(ada):
    page = ada.get(PAGE).text

    assert re.search(r'name="name" value="Acme"', page)
    assert '<option value="24h" selected>Last 24 hours</option>' in page


def test_it_saves_and_says_that_days_are_counted_again(ada, store, acme):
    response = send_form(ada, PAGE, **VALUES)

    assert (response.status_code, response.location) == (303, f"{PAGE}?done=recounted")
    assert 'class="flash" role="status"' in ada.get(response.location).text
    row = saved(store, acme)
    assert (row["name"], row["timezone"], row["opens_with"]) == (
        "Acme Foods",
        "Europe/Berlin",
        "7d",
    )


def test_it_says_who_changed_it_last(ada):
    assert "Last changed" not in ada.get(PAGE).text
    send_form(ada, PAGE, **{**VALUES, "locale": "en"})

    assert "Last changed by ada@example.com on 20 November 2026" in ada.get(PAGE).text


def test_it_records_what_was_and_what_is(ada, store, acme):
    send_form(ada, PAGE, **{**VALUES, "timezone": "UTC", "locale": "en", "name": "Acme"})

    (entry,) = audited(store, acme)
    assert (entry.action, entry.actor_name) == ("settings_changed", "ada@example.com")
    assert (entry.before, entry.after) == (
        {"currency": None, "opens_with": None},
        {"currency": "EUR", "opens_with": "7d"},
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", " "), ("timezone", "Mars/Olympus"), ("locale", "xx"), ("currency", "EURO"),
     ("opens_with", "42d"), ("dashboard", "nowhere")],
)  # fmt: skip
def test_a_wrong_field_is_marked_and_nothing_is_saved(ada, store, acme, field, value):
    before = saved(store, acme)

    response = send_form(ada, PAGE, **{**VALUES, "name": "Acme Foods", field: value})

    assert response.status_code == 422
    control = re.search(rf'<(?:input|select) id="{field}"[^>]*>', response.text)[0]
    assert 'aria-invalid="true"' in control
    assert "autofocus" in control
    assert f'id="{field}-error"' in response.text
    assert saved(store, acme) == before
    assert audited(store, acme) == []


def test_a_board_without_its_own_range_opens_with_the_orgs(ada, store, acme):
    send_form(ada, PAGE, **VALUES)

    with store.read(acme) as session:
        org = orgs.find_org(session, "acme")
        opened = open_dashboard(session, scope(org))
    assert opened.dashboard.opens_with == "7d"
    assert opened.for_programs().dashboard.opens_with is None


def test_a_second_factor_is_required_only_by_who_has_one(ada):
    response = send_form(ada, PAGE, **VALUES, requires_second_factor="1")

    assert response.status_code == 422
    assert "Set up a second factor for your own account first." in response.text


def test_a_form_without_a_token_changes_nothing(ada, store, acme):
    assert ada.post(PAGE, data=VALUES).status_code == 400
    assert saved(store, acme)["name"] == "Acme"


def upload(client, content: bytes):
    token = hidden_value(client.get(PAGE).text, "csrf_token")
    data = {"csrf_token": token, "logo": (BytesIO(content), "logo.svg")}
    return client.post(f"{PAGE}/logo", data=data, content_type="multipart/form-data")


def test_a_logo_is_shown_to_members_only(ada, browser):
    assert upload(ada, png()).status_code == 303

    address = re.search(r'<img class="logo" src="([^"]+)"', ada.get("/app/acme/operations").text)[1]
    image = browser("max@example.com").get(address)
    assert (image.status_code, image.mimetype, image.data) == (200, "image/png", png())
    assert image.headers["X-Content-Type-Options"] == "nosniff"
    assert image.headers["Cache-Control"] == "private, max-age=86400"
    assert browser("rita@example.com").get(address).status_code == 404
    assert browser().get(address).status_code == 302


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", png()[:-12], png(2001), png(0),
     png() + b" " * 100_000, b"\xff\xd8\xff", b"RIFF\x04\0\0\0WEBP"],
)  # fmt: skip
def test_what_is_no_small_image_is_refused(ada, store, acme, content):
    response = upload(ada, content)

    assert response.status_code == 422
    assert 'id="logo-error"' in response.text
    assert audited(store, acme) == []
