"""General settings: saved, refused with a message, and recorded."""

import re

from dashapp.store.orgs import orgs
from tests import factories

PAGE = "/app/acme/settings/general"
VALUES = {
    "name": "Acme Foods",
    "timezone": "Europe/Berlin",
    "locale": "es",
    "currency": "EUR",
    "opens_with": "7d",
}


def sent(client, **changed):
    token = factories.csrf_token(client.get(PAGE))
    return client.post(PAGE, data={"csrf_token": token, **VALUES, **changed})


def saved(store, acme):
    with store.read_shared() as session:
        return orgs.settings_of(session, acme)


def test_it_shows_what_is_saved(browser):
    page = browser("ada@example.com").get(PAGE).text

    assert re.search(r'name="name" value="Acme"', page)
    assert '<option value="24h" selected>Last 24 hours</option>' in page
