"""Who may open the pages Dashboards, Embedding and Data: owners and admins of the org alone."""

import pytest

from tests.web.pages.settings.settings_pages import SETTINGS, recorded

READ = (
    "/dashboards",
    "/dashboards/operations/rename",
    "/dashboards/operations/duplicate",
    "/dashboards/operations/default",
    "/dashboards/operations/delete",
    "/embedding",
    "/embedding/origins/remove?origin=https://shop.example",
    "/data",
    "/data/imports/i0123456789/undo",
)
WRITTEN = (
    "/dashboards",
    "/dashboards/operations/rename",
    "/dashboards/operations/duplicate",
    "/dashboards/operations/default",
    "/dashboards/operations/delete",
    "/embedding/origins",
    "/embedding/origins/remove",
    "/data/erase",
    "/data/export",
    "/data/imports/i0123456789/undo",
)
FIELDS = {"title": "Mine", "version": "1", "origin": "https://shop.example", "user": "u-1",
          "confirmation": "u-1", "format": "csv", "before": "operations"}  # fmt: skip


@pytest.mark.parametrize(
    ("email", "status"),
    [("rita@example.com", 404), ("bea@example.com", 403), ("max@example.com", 403), (None, 302)],
)
def test_others_see_and_change_nothing(browser, store, acme, email, status):
    client = browser(email)

    for path in READ:
        assert client.get(SETTINGS + path).status_code == status, path
    for path in WRITTEN:
        assert client.post(SETTINGS + path, data=FIELDS).status_code == status, path
    assert recorded(store, acme) == []


def test_an_administrator_changes_nothing_without_the_token_of_a_form(browser, store, acme):
    client = browser("ada@example.com")

    for path in WRITTEN:
        response = client.post(SETTINGS + path, data=FIELDS)
        assert response.status_code in {400, 422}, path
        assert "This form has expired" in response.text
    assert recorded(store, acme) == []
